/** What stands around every screen, and what stands instead of one while nobody is signed in. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Outlet } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { meQuery } from '../api/queries.ts';
import { goToSignIn } from '../api/sign-in.ts';
import { listenForChanges } from '../live/live-changes.ts';
import { Freshness } from './Freshness.tsx';
import { Header } from './Header.tsx';
import classes from './Shell.module.css';
import { SignedOut } from './SignedOut.tsx';

/** The root of all routes. */
export function Shell() {
  const queries = useQueryClient();
  const me = useQuery(meQuery);
  const [isOut, setOut] = useState(false);
  const isUnknown = me.data === undefined && me.error?.isSignedOut === true;

  useEffect(() => {
    if (isUnknown && !goToSignIn()) setOut(true);
  }, [isUnknown]);

  const isIn = me.data !== undefined && !isOut;
  useEffect(() => (isIn ? listenForChanges(queries) : undefined), [isIn, queries]);

  const forget = () => {
    queries.clear();
    setOut(true);
  };

  if (isOut) return <SignedOut />;
  return (
    <>
      <a href="#content" className={classes.skip}>
        Skip to content
      </a>
      <Header me={me.data} isWaiting={me.isPending} onSignedOut={forget} />
      <main id="content" tabIndex={-1} className={classes.main}>
        <Freshness />
        {!isUnknown && <Outlet />}
      </main>
    </>
  );
}
