/** What a requester can do while their request waits: tell an approver, or take it back. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { seenWords } from '../access/answerer-words.ts';
import { NobodySeen } from '../access/NobodySeen.tsx';
import { useWithdraw } from '../api/changes.ts';
import type { ElevationRequest } from '../api/shapes.ts';
import { CopyLine } from '../shell/CopyLine.tsx';
import { Panel } from '../shell/Panel.tsx';
import { ProblemNotice } from '../shell/ProblemNotice.tsx';
import { Escaped } from '../text/Escaped.tsx';
import classes from './OwnRequest.module.css';

/** Withdrawing asks once more in place: there is nothing to undo it with. */
export function OwnRequest({ request }: { request: ElevationRequest }) {
  const withdraw = useWithdraw(request.id);
  const seen = seenWords(request.waitsFor);
  const [isSure, setSure] = useState(false);
  return (
    <Panel>
      <div className={classes.own}>
        <div>
          Whoever may answer sees it on their approvals screen. To be quicker, send them its link
          {request.waitsForText !== undefined && (
            <>
              {' '}
              (anyone of <Escaped>{request.waitsForText}</Escaped>
              {seen !== '' && (
                <>
                  ; <Escaped>{seen}</Escaped>
                </>
              )}
              )
            </>
          )}
          :
        </div>
        <NobodySeen answerers={request.waitsFor} />
        <CopyLine line={request.link} of="link of this request" />
        <ProblemNotice problem={withdraw.error} />
        <div className={classes.end}>
          {isSure ? (
            <>
              <Button variant="default" onClick={() => setSure(false)}>
                Let it wait
              </Button>
              <Button color="red" loading={withdraw.isPending} onClick={() => withdraw.mutate(undefined)}>
                Withdraw it
              </Button>
            </>
          ) : (
            <Button variant="default" onClick={() => setSure(true)}>
              Withdraw
            </Button>
          )}
        </div>
      </div>
    </Panel>
  );
}
