/** What must hold of every push, by the host's refs, the client's answer and the record. */
import type { EndState } from './end-state.ts';
import type { Found } from './operation-rules.ts';
import type { Story } from './stories.ts';
import type { PushRun, TrialRun } from './trial.ts';
import type { World } from './world.ts';

/** Whether the ref is not where it was before the push. */
export function hasChanged(end: EndState, { repository }: TrialRun, push: PushRun, ref: string): boolean {
  const update = push.updates.find((update) => update.ref === ref);
  const before = update === undefined || /^0+$/.test(update.oldId) ? undefined : update.oldId;
  return end.refs.get(`${repository.name} ${ref}`)?.id !== before;
}

/** One push: what its host, its client and its record say. Answers how it went. */
export function judgePush(
  world: World,
  run: TrialRun,
  push: PushRun,
  own: readonly Story[],
  end: EndState,
  found: Found,
): string {
  const refs = new Set(push.updates.map(({ ref }) => ref));
  const stories = own.filter(({ of }) =>
    of('push.commands').some(({ updates }) =>
      updates.some(({ ref }) => typeof ref === 'string' && refs.has(ref)),
    ),
  );
  if (stories.length > 1)
    found(
      'a push is one operation',
      stories.map(({ id }) => id),
    );
  const [story] = stories;
  const changed = push.updates.filter(({ ref }) => hasChanged(end, run, push, ref));
  const { told } = push;
  if (push.hung && (push.ends || !isStopped(world, run))) found('a push is answered', push.updates);
  const released = story?.of('push.released')[0];
  if (changed.length > 0 && released === undefined)
    found('a ref changes only when its push was released', changed);
  if (changed.length > 0 && changed.length < push.updates.length && push.atomic)
    found('an atomic push is whole', changed);

  for (const host of world.hostPushes) {
    if (
      !refs.has(host.ref) ||
      host.repository !== `${run.repository.name}.git` ||
      host.step !== (push.held ? 'the host is asked' : 'the host has all')
    )
      continue;
    const releasedAt = story === undefined ? undefined : world.journal.releasedAt.get(story.id);
    if (releasedAt === undefined || releasedAt > host.at)
      found('a release is durable before the host can have all of the push', { host, releasedAt });
  }
  for (const { ref, newId } of push.updates) {
    const isChanged = changed.some((update) => update.ref === ref);
    const stands = end.refs.get(`${run.repository.name} ${ref}`);
    if (isChanged && (stands?.id ?? '0'.repeat(newId.length)) !== newId)
      found('a ref that changed is where its push put it', { ref, stands });
    if (stands !== undefined && stands.changes !== (isChanged ? 1 : 0))
      found('a ref changes once', { ref, stands });
    const word = told.refs.get(ref);
    if (word === 'ok' && !isChanged) found('ok is said only of what changed', { ref, told: told.unpack });
    if (word !== undefined && word !== 'ok' && isChanged)
      found('ng is said only of what did not change', { ref, word });
    if (isChanged && told.complete && push.reports && word !== 'ok')
      found('who waits is told of what changed', { ref, word });
    const settled = story
      ?.of('push.settled')
      .at(-1)
      ?.updates.find((update) => update.ref === ref)?.outcome;
    if (released !== undefined && settled === undefined)
      found('what was released is settled', { ref, isChanged, entries: story?.entries });
    if (settled === 'applied' && !isChanged) found('what is recorded as applied is', ref);
    if ((settled === 'refused' || settled === 'cut') && isChanged)
      found('what is recorded as not applied is not', { ref, settled });
    if (settled === 'unknown' && push.reports) found('a host that reports is recorded', ref);
  }
  const stopped = isStopped(world, run);
  if (push.sound && !stopped && changed.length < push.updates.length)
    found('a sound push that nobody stops is applied', {
      told: [...told.refs],
      outcome: story?.of('operation.ended')[0],
    });
  if (changed.length > 0) return 'changed';
  return stopped ? 'stopped in time' : 'not taken';
}

/** Whether anything may have ended this trial's access while it ran. */
function isStopped(
  { journal }: World,
  { principalId, repository, grant, begunAt, endedAt }: TrialRun,
): boolean {
  if (grant.endsAt < Date.now()) return true;
  const of = { principalId, repository: `hub/${repository.name}`, grantId: grant.id };
  return journal.stopped.some(
    ({ askedAt, liftedAt = Number.POSITIVE_INFINITY, concerns }) =>
      askedAt < endedAt && liftedAt > begunAt && concerns(of),
  );
}
