/** Who is signed in, until when, and the way out. */
import { Menu, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import type { Me } from '../api/shapes.ts';
import { signOut } from '../api/sign-in.ts';
import { Moment } from '../clock/Moment.tsx';
import { personName } from '../text/person-name.ts';
import { visibleString } from '../text/visible-text.ts';
import classes from './AccountMenu.module.css';

/** @param onSignedOut called when the page is left with nobody signed in and no other page to go to */
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
    <Menu position="bottom-end" width={280} shadow="md">
      <Menu.Target>
        <UnstyledButton className={classes.button} aria-label={`Account of ${name}`}>
          <span aria-hidden="true" className={classes.initial}>
            {[...name][0]?.toUpperCase()}
          </span>
          <span className={classes.name}>{name}</span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <div className={classes.about}>
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
        </div>
        <Menu.Divider />
        <Menu.Item onClick={leave} closeMenuOnClick={false}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
