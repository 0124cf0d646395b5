/** The host's report on its way down: relayed whatever becomes of the grant, read for the record. */
import type { IncomingMessage } from 'node:http';
import type { CarryNeeds, Exchange } from '../exchange.ts';
import type { CommandList } from '../git/command-list.ts';
import type { RefUpdate } from '../git/ref-update.ts';
import { ReportReader } from '../git/report-status.ts';
import { resultType } from '../git/service.ts';
import type { Outcome } from '../operations.ts';
import type { Passage } from '../passage.ts';
import { settledUpdates } from '../recorder.ts';

/** Carries the report to its end, also when the client has left: what the host did is what is recorded. */
export async function carryReport(
  needs: CarryNeeds,
  call: Exchange,
  passage: Passage,
  answer: IncomingMessage,
  list: CommandList,
): Promise<Outcome> {
  const { response, requestId, upstream } = call;
  const chose = (name: string): boolean => list.capabilities.some(({ key }) => key === name);
  const reader = new ReportReader(
    chose('side-band-64k') || chose('side-band'),
    new Set(list.updates.map(latin1NameOf)),
  );
  if (!response.destroyed) call.begin(resultType('git-receive-pack'));

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
  if (ended === undefined) response.end();
  else {
    needs.onTrouble('upstream', { upstream: upstream.name, requestId, cause: ended });
    response.destroy();
  }
  const settled = settledUpdates(list.updates, (update) => verdictOf(reader, update, chose));
  await passage.settle(settled);
  if (ended !== undefined) return { outcome: 'upstream-failed', reason: 'upstream-broke-off' };
  if (left) return { outcome: 'client-left' };
  const refused = settled.filter(({ outcome }) => outcome === 'refused').length;
  return refused === settled.length && refused > 0
    ? { outcome: 'refused', reason: 'refused-by-host' }
    : { outcome: 'completed' };
}

/** Without a report nothing is known; a pack that did not unpack changed no ref. */
function verdictOf(
  reader: ReportReader,
  update: RefUpdate,
  chose: (name: string) => boolean,
): { readonly outcome: 'applied' | 'refused' | 'unknown'; readonly message?: string } {
  if (!chose('report-status') && !chose('report-status-v2')) return { outcome: 'unknown' };
  if (reader.unpack !== undefined && reader.unpack !== 'ok')
    return { outcome: 'refused', message: reader.unpack };
  const verdict = reader.verdictOf(latin1NameOf(update));
  if (verdict === undefined) return { outcome: 'unknown' };
  return verdict.kind === 'applied' ? { outcome: 'applied' } : { outcome: 'refused', message: verdict.why };
}

function latin1NameOf({ ref, refBytes }: RefUpdate): string {
  return (refBytes ?? Buffer.from(ref)).toString('latin1');
}
