/** What the API answered instead of doing what was asked, with the way out it names. */
import type { ApiProblem } from '../api/api-problem.ts';
import { signInAddress } from '../api/sign-in.ts';
import { Moment } from '../clock/Moment.tsx';
import { Escaped } from '../text/Escaped.tsx';
import { personName } from '../text/person-name.ts';
import { sentence } from '../text/sentence.ts';
import { Notice } from './Notice.tsx';

/** Shows nothing while there is no problem. */
export function ProblemNotice({ problem }: { problem: ApiProblem | null }) {
  if (problem === null) return null;
  const { message, decidedBy, decidedAt, state, signIn } = problem.problem;
  const needsSignIn = problem.isSignedOut || signIn !== undefined;
  return (
    <Notice tone={decidedBy === undefined ? 'bad' : 'warn'}>
      {decidedBy === undefined || decidedAt === undefined ? (
        <Escaped>{sentence(message)}</Escaped>
      ) : (
        <>
          Somebody was faster: it was {state ?? 'decided'} by {personName(decidedBy)} at{' '}
          <Moment at={decidedAt} withSeconds />. Your answer changed nothing.
        </>
      )}
      {needsSignIn && (
        <>
          {' '}
          <a href={signInAddress(true)}>Sign in again</a> and you come back here.
        </>
      )}
    </Notice>
  );
}
