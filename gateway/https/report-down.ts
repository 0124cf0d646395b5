/** The host's report on its way down: relayed whatever becomes of the grant, read for the record. */
import type { CarryNeeds, Exchange } from '../exchange.ts';
import type { CommandList } from '../git/command-list.ts';
import type { RefUpdate } from '../git/ref-update.ts';
import { ReportReader } from '../git/report-status.ts';
import { resultType } from '../git/service.ts';
import type { Outcome } from '../operations.ts';
import type { Passage } from '../passage.ts';
import { type SettledUpdate, settledUpdates } from '../recorder.ts';
import type { HostAnswer } from '../relay/forwarding.ts';

/** What came of a report. */
export interface Reported {
  readonly outcome: Outcome;
  /** Its verdicts. */
  readonly updates: readonly SettledUpdate[];
  /** It was asked for, and of some ref it says nothing. */
  readonly leavesOpen: boolean;
  /** Not one byte of it came: the client waits to be told why. */
  readonly untold: boolean;
}

/** Carries the report to its end, also when the client has left: what the host did is what counts. */
export async function carryReport(
  needs: CarryNeeds,
  call: Exchange,
  passage: Passage,
  answer: HostAnswer,
  list: CommandList,
): Promise<Reported> {
  const { response, requestId, upstream } = call;
  const chose = (name: string): boolean => list.capabilities.some(({ key }) => key === name);
  const reader = new ReportReader(
    chose('side-band-64k') || chose('side-band'),
    new Set(list.updates.map(latin1NameOf)),
  );
  const isAsked = chose('report-status') || chose('report-status-v2');
  let begun = false;
  const begin = (): void => {
    if (!begun && !response.destroyed) call.begin(resultType('git-receive-pack'));
    begun = true;
  };

  const timer = setTimeout(
    () => answer.destroy(new Error('the host did not finish its report')),
    needs.limits().reportMs,
  );
  const ended = await new Promise<Error | undefined>((resolve) => {
    answer.on('data', (chunk: Buffer) => {
      if (!passage.tenure.lasts()) return;
      reader.feed(chunk);
      passage.operation.bytesDown += chunk.length;
      needs.carried('down', chunk.length);
      begin();
      if (response.destroyed || response.write(chunk)) return;
      answer.pause();
      const resume = (): void => {
        response.off('drain', resume).off('close', resume);
        answer.resume();
      };
      response.on('drain', resume).on('close', resume);
    });
    answer.once('end', () => resolve(undefined));
    answer.once('error', resolve);
    answer.once('close', () =>
      resolve(answer.complete ? undefined : new Error('the host broke off its report')),
    );
  });
  clearTimeout(timer);

  const left = response.destroyed;
  const untold = isAsked && !begun && !left;
  if (ended !== undefined) needs.onTrouble('upstream', { upstream: upstream.name, requestId, cause: ended });
  if (!untold) {
    begin();
    if (ended === undefined) response.end();
    else response.destroy();
  }
  const updates = settledUpdates(list.updates, (update) => verdictOf(reader, update, isAsked));
  return {
    outcome: outcomeOf(updates, { ended, left, untold }),
    updates,
    leavesOpen: isAsked && updates.some(({ outcome }) => outcome === 'unknown'),
    untold,
  };
}

function outcomeOf(
  updates: readonly SettledUpdate[],
  how: { readonly ended: Error | undefined; readonly left: boolean; readonly untold: boolean },
): Outcome {
  if (how.untold) return { outcome: 'upstream-failed', reason: 'upstream-no-report' };
  if (how.ended !== undefined) return { outcome: 'upstream-failed', reason: 'upstream-broke-off' };
  if (how.left) return { outcome: 'client-left' };
  const refused = updates.filter(({ outcome }) => outcome === 'refused').length;
  return refused === updates.length && refused > 0
    ? { outcome: 'refused', reason: 'refused-by-host' }
    : { outcome: 'completed' };
}

/** Without a report nothing is known; a pack that did not unpack changed no ref. */
function verdictOf(
  reader: ReportReader,
  update: RefUpdate,
  isAsked: boolean,
): { readonly outcome: 'applied' | 'refused' | 'unknown'; readonly message?: string } {
  if (!isAsked) return { outcome: 'unknown' };
  if (reader.unpack !== undefined && reader.unpack !== 'ok')
    return { outcome: 'refused', message: reader.unpack };
  const verdict = reader.verdictOf(latin1NameOf(update));
  if (verdict === undefined) return { outcome: 'unknown' };
  return verdict.kind === 'applied' ? { outcome: 'applied' } : { outcome: 'refused', message: verdict.why };
}

function latin1NameOf({ ref, refBytes }: RefUpdate): string {
  return (refBytes ?? Buffer.from(ref)).toString('latin1');
}
