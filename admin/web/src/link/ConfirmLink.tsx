/** What taking the link does, and the one button for whoever started it. */
import { Button, Stack } from '@mantine/core';
import type { useShowCode } from '../api/changes.ts';
import type { KeyLink, Person } from '../api/shapes.ts';
import { Notice } from '../shell/Notice.tsx';
import { ProblemNotice } from '../shell/ProblemNotice.tsx';
import { durationWords } from '../text/duration-words.ts';
import { personName } from '../text/person-name.ts';

export function ConfirmLink({
  link,
  principal,
  showCode,
}: {
  link: KeyLink;
  principal: Person;
  showCode: ReturnType<typeof useShowCode>;
}) {
  return (
    <Stack gap="md">
      <Notice tone="warn" title="If you did not start this, close this page.">
        Somebody who sent you this link wants to use git in your name. Give the code to nobody: it belongs
        into your own terminal.
      </Notice>
      <div>
        You get six digits to type at that terminal. Then{' '}
        {link.gives === 'key' ? 'whoever holds the key' : 'it has a certificate, and'} uses git here as{' '}
        <strong>{personName(principal)}</strong>, for {durationWords(link.keyLifeMs)}. You can end it before
        under My credentials.
      </div>
      <ProblemNotice problem={showCode.error} />
      <div>
        <Button size="md" loading={showCode.isPending} onClick={() => showCode.mutate(undefined)}>
          This is my terminal, show the code
        </Button>
      </div>
    </Stack>
  );
}
