/** The head of every screen: where one can go, and who one is. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { waitsForMeQuery } from '../api/queries.ts';
import type { Me } from '../api/shapes.ts';
import { AccountMenu } from './AccountMenu.tsx';
import classes from './Header.module.css';
import { OtherScreens } from './OtherScreens.tsx';
import { SchemeSwitch } from './SchemeSwitch.tsx';

/** @param me undefined while it is not known who is signed in
 * @param isWaiting that is still on its way: then nothing stands there that would have to move */
export function Header({
  me,
  isWaiting: isUnknown,
  onSignedOut,
}: {
  me: Me | undefined;
  isWaiting: boolean;
  onSignedOut: () => void;
}) {
  const forMe = useQuery({ ...waitsForMeQuery, enabled: me?.approves === true });
  const isWaiting = isUnknown || (me?.approves === true && forMe.isPending);
  const waiting = forMe.data?.requests.length ?? 0;
  return (
    <header className={classes.header}>
      <div className={classes.inner}>
        <Link to="/" className={classes.brand}>
          <img src="/assets/sluice.svg" alt="" width="28" height="28" />
          Sluice
        </Link>
        <nav aria-label="Screens" className={classes.nav}>
          {!isWaiting && (
            <>
              <Link to="/" activeOptions={{ exact: true }} className={classes.link}>
                Access
              </Link>
              {me?.approves === true && (
                <Link to="/approvals" className={classes.link}>
                  Approvals
                  {waiting > 0 && (
                    <span className={classes.count}>
                      {waiting}
                      {forMe.data?.cursor !== undefined && '+'}
                      <span className={classes.unseen}> waiting for you</span>
                    </span>
                  )}
                </Link>
              )}
              {me !== undefined && watches(me) && (
                <Link to="/now" className={classes.link}>
                  Now
                </Link>
              )}
              {me?.roles.includes('auditor') === true && (
                <Link to="/audit" className={classes.link}>
                  Audit
                </Link>
              )}
              <OtherScreens areFolded={me !== undefined && (me.approves || watches(me))} />
            </>
          )}
        </nav>
        <div className={classes.end}>
          {!isWaiting && <SchemeSwitch />}
          {me !== undefined && <AccountMenu me={me} onSignedOut={onSignedOut} />}
        </div>
      </div>
    </header>
  );
}

/** Whether the viewer is one of those who look after what others do. */
function watches({ roles }: Me): boolean {
  return roles.includes('admin') || roles.includes('auditor');
}
