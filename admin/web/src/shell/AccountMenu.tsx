/** Who is signed in, until when, and the way out. */
import { Button, Popover, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import type { Me } from '../api/shapes.ts';
import { signOut } from '../api/sign-in.ts';
import { Moment } from '../clock/Moment.tsx';
import { personName } from '../text/person-name.ts';
import { visibleString } from '../text/visible-text.ts';
import classes from './AccountMenu.module.css';

/** @param onSignedOut called when nobody is signed in any more and no other page is gone to */
export function AccountMenu({ me, onSignedOut }: { me: Me; onSignedOut: () => void }) {
  const [didFail, setFailed] = useState(false);
  const { principal, roles, groups, signInEndsAt } = me;
  const name = personName(principal);

  const leave = () => {
    setFailed(false);
    void signOut().then(
      ({ leaves }) => {
        if (!leaves) onSignedOut();
      },
      () => setFailed(true),
    );
  };

  return (
    <Popover position="bottom-end" width={280} shadow="md" radius={12} trapFocus returnFocus>
      <Popover.Target>
        <UnstyledButton className={classes.button}>
          <span aria-hidden="true" className={classes.initial}>
            {[...name][0]?.toUpperCase()}
          </span>
          <span className={classes.name}>{name}</span>
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown aria-label="Your sign-in" className={classes.about}>
        <strong>{name}</strong>
        {principal.email !== undefined && <span>{visibleString(principal.email)}</span>}
        {roles.length > 0 && <span>Role: {roles.join(', ')}</span>}
        <span>Groups: {groups.length === 0 ? 'none' : groups.map(visibleString).join(', ')}</span>
        {signInEndsAt !== undefined && (
          <span>
            Signed in until <Moment at={signInEndsAt} />
          </span>
        )}
        {didFail && <span role="alert">The gateway did not answer: you are still signed in.</span>}
        <Button variant="default" mt={12} onClick={leave}>
          Sign out
        </Button>
      </Popover.Dropdown>
    </Popover>
  );
}
