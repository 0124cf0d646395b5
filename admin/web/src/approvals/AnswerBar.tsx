/** The two buttons that answer a request, in reach of a thumb, and what narrows the answer. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import type { useApprove } from '../api/changes.ts';
import type { ElevationRequest } from '../api/shapes.ts';
import { signInAddress } from '../api/sign-in.ts';
import { spanText } from '../ask/duration-choice.ts';
import { useNow } from '../clock/page-clock.ts';
import { ProblemNotice } from '../shell/ProblemNotice.tsx';
import { durationWords } from '../text/duration-words.ts';
import classes from './AnswerBar.module.css';
import { DenyDialog } from './DenyDialog.tsx';
import { type Narrowing, NarrowPanel } from './NarrowPanel.tsx';
import { needsFreshSignIn, spanLeft } from './what-is-asked.ts';

/**
 * @param authenticatedAt when the viewer last proved who they are, epoch ms
 * @param onNarrow told of the span the answer would grant, for what is shown above
 */
export function AnswerBar({
  request,
  authenticatedAt,
  approve,
  narrowing,
  onNarrow,
}: {
  request: ElevationRequest;
  authenticatedAt: number | undefined;
  approve: ReturnType<typeof useApprove>;
  narrowing: Narrowing | undefined;
  onNarrow: (narrowing: Narrowing | undefined) => void;
}) {
  const [denies, setDenies] = useState(false);
  const mustSignIn = needsFreshSignIn(request, authenticatedAt, useNow());
  const left = spanLeft(request);
  const isFaulty = narrowing !== undefined && narrowing.spanMs === undefined;

  const agree = () => {
    const { spanMs = left, refs = [], comment = '' } = narrowing ?? {};
    approve.mutate({
      ...(spanMs < left ? { duration: spanText(spanMs) } : {}),
      ...(refs.length > 0 ? { refs: [...refs] } : {}),
      ...(comment.trim() === '' ? {} : { comment: comment.trim() }),
    });
  };
  const words =
    narrowing?.spanMs !== undefined && narrowing.spanMs < left
      ? `Approve for ${durationWords(narrowing.spanMs)}`
      : 'Approve';

  return (
    <>
      {narrowing !== undefined && <NarrowPanel request={request} narrowing={narrowing} onChange={onNarrow} />}
      <ProblemNotice problem={approve.error} />
      <div className={classes.bar}>
        <Button
          variant="subtle"
          size="sm"
          className={classes.narrow}
          aria-expanded={narrowing !== undefined}
          onClick={() =>
            onNarrow(narrowing === undefined ? { spanMs: left, refs: [], comment: '' } : undefined)
          }
        >
          {narrowing === undefined ? 'Approve for less…' : 'Approve as asked after all'}
        </Button>
        <Button
          variant="default"
          className={classes.button}
          disabled={approve.isPending}
          onClick={() => setDenies(true)}
        >
          Deny
        </Button>
        {mustSignIn ? (
          <Button component="a" href={signInAddress(true)} className={classes.button}>
            Sign in first
          </Button>
        ) : (
          <Button className={classes.button} loading={approve.isPending} disabled={isFaulty} onClick={agree}>
            {words}
          </Button>
        )}
        {mustSignIn && (
          <p className={classes.why}>
            This is critical: approving needs a sign-in of the last 5 minutes. You come back here.
          </p>
        )}
      </div>
      <DenyDialog request={request} isOpen={denies} onClose={() => setDenies(false)} />
    </>
  );
}
