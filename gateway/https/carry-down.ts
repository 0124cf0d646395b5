/** Carries an answer of the host down to the client under a lease: the part that discovery and fetch have in common. */
import { type CarryNeeds, cutGraceOf, type Exchange } from '../exchange.ts';
import type { AnswerWalker } from '../git/side-band.ts';
import type { Decision } from '../grants/decide.ts';
import type { Outcome } from '../operations.ts';
import type { Passage } from '../passage.ts';
import { resetAfterGrace } from '../relay/cut-grace.ts';
import { download } from '../relay/download.ts';
import type { HostAnswer } from '../relay/forwarding.ts';
import type { Lease } from '../relay/lease.ts';
import { lostLease } from './lost.ts';

/** Resolves when nothing moves any more: `undefined` for an answer that came down whole, else how it ended. */
export async function carryDown(
  needs: CarryNeeds,
  call: Exchange,
  passage: Passage,
  lease: Lease<Decision>,
  answer: HostAnswer,
  walker: AnswerWalker,
  contentType: string,
): Promise<Outcome | undefined> {
  const { response, connection } = call;
  call.begin(contentType);
  const broken = needs.texts.trouble({ kind: 'unreachable' }, passage.admitted.ask);
  const down = download(answer, response, walker, broken.lines, lease.moves, (bytes) => {
    passage.operation.bytesDown += bytes;
    lease.handedOn();
    needs.carried('down', bytes);
  });

  let losing: ReturnType<typeof lostLease> | undefined;
  const onLost = (): void => {
    answer.pause();
    losing = lostLease(needs, passage, lease);
    if (lease.loss?.kind === 'taken-over') {
      // Its end may be on record already: nothing that was queued before may follow, and so no text can.
      connection.reset();
      down.cut([]);
      return;
    }
    void losing.then(({ shown }) => {
      down.cut(shown.lines);
      resetAfterGrace(response, connection, cutGraceOf(needs, passage));
    });
  };
  lease.signal.addEventListener('abort', onLost, { once: true });
  lease.onSoon(() => {
    const { ask } = passage.admitted;
    const now = lease.endsAt - lease.leftMs;
    down.tell(needs.texts.endsSoon(ask, lease.endsAt, now));
  });
  if (lease.signal.aborted) onLost();
  const end = await down.ended;
  lease.signal.removeEventListener('abort', onLost);
  switch (end.kind) {
    case 'complete':
      return undefined;
    case 'cut':
      return (await losing)?.outcome;
    case 'client-left':
      return { outcome: 'client-left' };
    case 'upstream-broke':
      needs.onTrouble('upstream', {
        upstream: call.upstream.name,
        requestId: call.requestId,
        cause: end.error,
      });
      return { outcome: 'upstream-failed', reason: 'upstream-broke-off' };
  }
}
