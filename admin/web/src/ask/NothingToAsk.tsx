/** No rule lets the viewer ask for anything: why that may be, and what helps. */
import { Button } from '@mantine/core';
import type { Me } from '../api/shapes.ts';
import { signInAddress } from '../api/sign-in.ts';
import { Age } from '../clock/Age.tsx';
import { Empty } from '../shell/Empty.tsx';
import { Escaped } from '../text/Escaped.tsx';

/** Shown in place of the form. */
export function NothingToAsk({ me }: { me: Me }) {
  const action = (
    <Button component="a" href={signInAddress(true)} variant="default">
      Sign in again
    </Button>
  );
  return (
    <Empty title="No rule lets you ask for anything now" action={action}>
      <p>
        Who may ask is decided by your groups:{' '}
        <Escaped>{me.groups.length === 0 ? 'none' : me.groups.join(', ')}</Escaped>, as your identity provider
        said <Age at={me.groupsAt} />. If that is out of date, signing in again renews it. Else ask the people
        who run this gateway for a rule.
      </p>
    </Empty>
  );
}
