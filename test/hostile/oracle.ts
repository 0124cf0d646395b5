/** Decides over a round, from the store's order, the host's refs, the clients' answers and the audit: each must say the same. */
import type { EndState, Finding } from './end-state.ts';
import { type Found, judgeStop, judgeStory } from './operation-rules.ts';
import { hasChanged, judgePush } from './push-rules.ts';
import type { RoundResult, Tally } from './round.ts';
import { ownedStories, storiesOf } from './stories.ts';
import type { TrialRun } from './trial.ts';
import type { World } from './world.ts';

export function judge(world: World, runs: readonly TrialRun[], end: EndState): RoundResult {
  const findings: Finding[] = [...end.findings];
  const tally: Tally = {};
  const stories = storiesOf(end.entries);
  const owned = ownedStories(stories);
  const expected = new Map(
    world.repositories.map(({ name, material }) => [`${name} refs/heads/base`, material.baseId]),
  );

  for (const stop of world.journal.stopped)
    judgeStop(world, stop, (rule, detail) =>
      findings.push({ rule, detail: `${stop.what}: ${text(detail)}`, trial: undefined }),
    );
  for (const run of runs) {
    const found: Found = (rule, detail) =>
      findings.push({
        rule,
        detail: `${run.principalId} stopped ${run.stoppedAt ?? 'not'}: ${text(detail)}`,
        trial: run.name,
      });
    const own = owned.get(run.principalId) ?? [];
    for (const story of own) judgeStory(world, run, story, found);
    for (const push of run.pushes) {
      for (const { ref, oldId, newId } of push.updates) {
        const changed = hasChanged(end, run, push, ref);
        const stands = changed ? newId : oldId;
        if (!/^0+$/.test(stands)) expected.set(`${run.repository.name} ${ref}`, stands);
      }
      count(tally, judgePush(world, run, push, own, end, found));
    }
    count(
      tally,
      run.stoppedAt === undefined ? 'not stopped' : `stopped ${run.stoppedAt.replace(/\d+/, '…')}`,
    );
  }
  for (const [ref, { id }] of end.refs)
    if (expected.get(ref) !== id)
      findings.push({
        rule: 'no ref stands where nobody pushed it',
        detail: `${ref} at ${id}`,
        trial: undefined,
      });
  return { findings, tally };
}

function count(tally: Tally, what: string): void {
  tally[what] = (tally[what] ?? 0) + 1;
}

function text(detail: unknown): string {
  return typeof detail === 'string' ? detail : JSON.stringify(detail);
}
