/** What must hold of every operation, by the store's order and the audit. */
import type { Known, Stopped } from './journal.ts';
import type { Story } from './stories.ts';
import type { TrialRun } from './trial.ts';
import type { World } from './world.ts';

/** Takes down a rule that was broken, and how. */
export type Found = (rule: string, detail: unknown) => void;

/** What a revocation, lock or cut answered against what happened to each operation that it stops. */
export function judgeStop({ journal }: World, stop: Stopped, found: Found): void {
  const touched = new Map(stop.touched.map((state) => [state.operation.id, state]));
  for (const known of journal.operations.values()) {
    const { id } = known.operation;
    const state = touched.get(id);
    const [passage] = known.passages;
    const before = passage !== undefined && passage.seq < stop.seq;
    if (state !== undefined && state.passed?.seq !== (before ? passage.seq : undefined))
      found('who stops access is told what passed before', {
        id,
        told: state.passed?.seq,
        passage,
        stop: stop.seq,
      });
    if (!stop.stops(known.operation)) continue;
    const moves = known.moving.some(({ from, to }) => from < stop.askedAt && stop.askedAt < to);
    if (moves && state === undefined) found('who stops access is told of every operation that moves', id);
    if (isBarred(stop, passage))
      found('nothing passes the gate behind a stop', { id, passage, stop: stop.seq });
  }
}

function isBarred(stop: Stopped, passage: Known['passages'][number] | undefined): boolean {
  return (
    passage !== undefined &&
    passage.seq > stop.seq &&
    passage.seq < (stop.liftedSeq ?? Number.POSITIVE_INFINITY)
  );
}

/** What the audit must hold of any operation. */
export function judgeStory(
  { journal }: World,
  run: TrialRun,
  { id, entries, of }: Story,
  found: Found,
): void {
  const types = entries
    .map(({ type }) => type)
    .filter((type, i, all) => type !== 'push.settled' || all[i - 1] !== type);
  const order = ['operation.started', 'push.commands', 'push.released', 'push.settled', 'operation.ended'];
  const places = types.map((type) => order.indexOf(type));
  if (
    places[0] !== 0 ||
    places.at(-1) !== 4 ||
    places.some((place, i) => i > 0 && place <= (places[i - 1] ?? 0))
  )
    if (!(types.at(-1) === 'push.settled' && types.at(-2) === 'operation.ended'))
      // A host that never answers is asked later: its second verdict may stand behind the end.
      found('an operation is on record from start to end, each step once', `${id}: ${types.join(' ')}`);
  const known = journal.operations.get(id);
  const [released] = of('push.released');
  const [passage, ...others] = known?.passages ?? [];
  if (others.length > 0) found('an operation passes the gate once', known?.passages);
  if (released !== undefined && released.passedSeq !== passage?.seq)
    found('what is released has passed the gate of the store', { id, released: released.passedSeq, passage });
  if (passage !== undefined && passage.at >= run.grant.endsAt)
    found('nothing passes the gate behind its end', { id, passage, endsAt: run.grant.endsAt });
  const [ended] = of('operation.ended');
  if (released === undefined && ended?.outcome === 'completed' && of('push.commands').length > 0)
    found('what was not released is not completed', ended);
  if (ended?.outcome === 'advertised' && of('push.commands').length > 0)
    found('a push ends as what became of it', ended);
  if (passage !== undefined && ended?.outcome === 'cut') found('what passed is not recorded as cut', ended);
  if (ended?.outcome === 'upstream-failed' || ended?.outcome === 'failed' || ended?.outcome === 'interrupted')
    found('nothing fails', ended);
}
