/** The sign-in link that a terminal shows: what it asks for, and its code for whoever started it. */
import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useShowCode } from '../api/changes.ts';
import { keyLinkQuery, meQuery } from '../api/queries.ts';
import { Moment } from '../clock/Moment.tsx';
import { ButtonLink } from '../shell/ButtonLink.tsx';
import { Notice } from '../shell/Notice.tsx';
import { ProblemNotice } from '../shell/ProblemNotice.tsx';
import { Screen } from '../shell/Screen.tsx';
import { CodeToType } from './CodeToType.tsx';
import { ConfirmLink } from './ConfirmLink.tsx';
import { LinkFacts } from './LinkFacts.tsx';

/** `/login/ssh/<token>` */
export function LinkScreen() {
  const { token = '' } = useParams({ strict: false });
  return <OneLink key={token} token={token} />;
}

function OneLink({ token }: { token: string }) {
  const me = useQuery(meQuery);
  const { data: link, error } = useQuery(keyLinkQuery(token));
  const showCode = useShowCode(token);
  const title = 'Sign in a terminal';

  // An outage leaves what was there: the code must stay readable while it is being typed.
  if (error !== null && !error.isOutage && !error.isSignedOut)
    return (
      <Screen title={title} narrow>
        <ProblemNotice problem={error} />
      </Screen>
    );
  if (link === undefined || me.data === undefined)
    return (
      <Screen title={title} narrow>
        <Skeleton height={380} radius={12} />
      </Screen>
    );
  if (link.state === 'bound')
    return (
      <Screen title={title} narrow>
        <Notice tone="good" title="Done: the terminal goes on.">
          {link.gives === 'key' ? 'The key ' : 'The certificate over its key '}
          <code>{link.fingerprint}</code> is {link.gives === 'key' ? 'yours' : 'good'}
          {link.keyEndsAt !== undefined && (
            <>
              {' '}
              until <Moment at={link.keyEndsAt} />
            </>
          )}
          . You can close this page.
        </Notice>
        <div>
          <ButtonLink to="/credentials">My credentials</ButtonLink>
        </div>
      </Screen>
    );
  return (
    <Screen title={title} narrow>
      <LinkFacts link={link} />
      {showCode.data !== undefined ? (
        <CodeToType code={showCode.data.code} endsAt={showCode.data.endsAt} />
      ) : link.state === 'open' ? (
        <ConfirmLink link={link} principal={me.data.principal} showCode={showCode} />
      ) : (
        <Notice tone="warn" title="The code was shown already.">
          It is shown once. If you do not have it any more, stop the command in the terminal and run it again.
        </Notice>
      )}
    </Screen>
  );
}
