/** What stands where live access will be: how access comes about here. */
import type { Me } from '../api/shapes.ts';
import { ButtonLink } from '../shell/ButtonLink.tsx';
import { Empty } from '../shell/Empty.tsx';
import { Escaped } from '../text/Escaped.tsx';

/** @param me for the gateway's address and what may be asked for; undefined while unknown */
export function FirstSteps({ me }: { me: Me | undefined }) {
  const first = me?.askable[0]?.match;
  return (
    <Empty
      title="Nothing is open to you right now"
      action={<ButtonLink to="/ask">Ask for access</ButtonLink>}
    >
      <p>
        Access is asked for, granted for a while, and ends by itself. Ask here, or just try: a refused{' '}
        <code>git clone {me === undefined ? '' : `${me.gateway.https}/…`}</code> prints a link that opens the
        form filled in.
      </p>
      {first !== undefined && (
        <p>
          You may ask within{' '}
          <Escaped>
            {me?.askable
              .map(({ match }) => match)
              .slice(0, 5)
              .join(', ') ?? ''}
          </Escaped>
          {(me?.askable.length ?? 0) > 5 && ' and more'}.
        </p>
      )}
    </Empty>
  );
}
