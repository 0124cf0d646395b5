/** Whether each step of an operation had the one before it, and stayed within what was decided. */
import type { EntryOf } from '../audit/entry.ts';
import { decidePush } from '../grants/decide.ts';
import { holdsStill } from '../grants/holds-still.ts';
import type { Standing } from '../store/records.ts';
import type { History } from './history.ts';
import type { OperationHistory } from './history-records.ts';
import { textOf } from './text-of.ts';
import { agreed, disagreed, lacking, undecidable, type Verdict } from './verdict.ts';

/** The entries of an operation that rest on its earlier ones. */
export type StepEntry = EntryOf<'push.commands' | 'push.released' | 'push.settled' | 'operation.ended'>;

/** The clocks of a node and of the store may differ by so much, in milliseconds. */
const clocksDifferMs = 60_000;

/** @param store the store of the entry's node; undefined where its chain does not say */
export function checkStep(entry: StepEntry, history: History, store: string | undefined): Verdict {
  const { operationId } = entry;
  const operation = history.operations.get(operationId);
  if (operation === undefined) return lacking(`the start of ${operationId}`, history.gaps);
  const isOfIt =
    operation.principalId === entry.principalId && operation.repository === textOf(entry.repository);
  if (!isOfIt) return disagreed(`${operationId} was started by another or for another repository`);
  if (entry.type === 'push.commands')
    return operation.right === 'push'
      ? agreed
      : disagreed(`${operationId} was let through for a fetch, and pushes`);
  if (entry.type === 'operation.ended') return checkEnd(entry, history);
  const { updates } = operation;
  if (updates === undefined) return lacking(`the list of ${operationId}`, history.gaps);
  return entry.type === 'push.released'
    ? checkPassage(entry, { ...operation, updates }, history, store)
    : checkSettled(entry, { ...operation, updates });
}

type Listed = OperationHistory & { readonly updates: NonNullable<OperationHistory['updates']> };

/** At the store's number of the passage each grant held, alone, and together they cover every update. */
function checkPassage(
  { grantIds, passedSeq, passedAt }: EntryOf<'push.released'>,
  { principalId, repository, right, updates }: Listed,
  history: History,
  store: string | undefined,
): Verdict {
  if (passedSeq === undefined || passedAt === undefined || store === undefined)
    return undecidable('the entry does not say when in the store the push passed');
  const unknown = grantIds.find((id) => !history.grants.has(id));
  if (unknown !== undefined) return lacking(unknown, history.gaps);
  const standing = history.standing(store, passedSeq, passedAt, principalId, repository);
  const ask = { principalId, repository, right };
  if (!holdsStill(ask, grantIds, standing).holds)
    return disagreed('it passed the gate when its grants did not hold');
  const used: Standing = {
    ...standing,
    grants: standing.grants.filter(({ grant }) => grantIds.includes(grant.id)),
  };
  return decidePush(ask, updates, used, passedAt).allowed
    ? agreed
    : disagreed('it passed the gate with updates that its grants do not cover');
}

/** What a host applied must have been let up, and to the same refs. */
function checkSettled(
  { updates, learnedBy }: EntryOf<'push.settled'>,
  { updates: listed, released }: Listed,
): Verdict {
  const isListed = updates.every(({ ref, newId }) =>
    listed.some((one) => one.ref === textOf(ref) && one.newId === newId),
  );
  if (!isListed) return disagreed('a ref was settled that is not on the list of the push');
  if (released || updates.every(({ outcome }) => outcome !== 'applied')) return agreed;
  return learnedBy === 'inquiry'
    ? undecidable('the host has what was pushed, and whether it passed the gate is not recorded')
    : disagreed('the host applied a push that had not passed the gate');
}

/** Whatever cut an operation must be on record, and cannot have been over when the operation began. */
function checkEnd(
  { outcome, grantId, lockId, startedAt = 0 }: EntryOf<'operation.ended'>,
  { grants, locks, gaps }: History,
): Verdict {
  if (outcome !== 'cut') return agreed;
  if (lockId !== undefined && !locks.has(lockId)) return lacking(`the lock ${lockId}`, gaps);
  if (grantId === undefined) return agreed;
  const grant = grants.get(grantId);
  if (grant === undefined) return lacking(grantId, gaps);
  const end = grant.revoked?.at ?? grant.extended.at(-1)?.endsAt ?? grant.issued.endsAt;
  return end + clocksDifferMs < startedAt
    ? disagreed(`it was cut by the end of ${grantId}, which had ended before it started`)
    : agreed;
}
