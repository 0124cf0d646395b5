/** Says so when what is shown could not be read again: old data is shown, but never as new. */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { ApiProblem } from '../api/api-problem.ts';
import { signInAddress } from '../api/sign-in.ts';
import { Moment } from '../clock/Moment.tsx';
import { clock } from '../clock/page-clock.ts';
import { sentence } from '../text/sentence.ts';
import { Notice } from './Notice.tsx';

interface Stale {
  readonly problem: ApiProblem;
  /** Epoch ms by the server's clock. */
  readonly readAt: number | undefined;
}

/** One notice for the whole page; nothing while all reads succeed. */
export function Freshness() {
  const queries = useQueryClient();
  const [stale, setStale] = useState<Stale>();

  useEffect(() => {
    const look = () => {
      const failed = queries
        .getQueryCache()
        .findAll({ type: 'active' })
        .find(({ state }) => state.error instanceof ApiProblem && isWide(state.error));
      const error = failed?.state.error;
      if (failed === undefined || !(error instanceof ApiProblem)) return setStale(undefined);
      const { dataUpdatedAt } = failed.state;
      const readAt = dataUpdatedAt === 0 ? undefined : clock.now() - (Date.now() - dataUpdatedAt);
      return setStale((held) =>
        held?.problem.message === error.message ? held : { problem: error, readAt },
      );
    };
    return queries.getQueryCache().subscribe(() => queueMicrotask(look));
  }, [queries]);

  if (stale === undefined) return null;
  const { problem, readAt } = stale;
  return (
    <Notice
      tone={problem.isSignedOut ? 'warn' : 'bad'}
      title={problem.isSignedOut ? 'You are signed out' : 'Not up to date'}
    >
      {problem.isSignedOut ? (
        <>
          <a href={signInAddress()}>Sign in again</a> and you come back here. What you typed into the request
          form is kept.
        </>
      ) : (
        sentence(problem.message)
      )}
      {readAt !== undefined && (
        <>
          {' '}
          What you see is from <Moment at={readAt} withSeconds />
          {problem.isSignedOut ? '.' : '; it is read again every few seconds.'}
        </>
      )}
    </Notice>
  );
}

/** Problems of one thing (not found, not yours) are shown where that thing would be. */
function isWide(error: ApiProblem): boolean {
  return error.isSignedOut || error.isOutage;
}
