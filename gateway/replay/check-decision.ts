/** One recorded decision, checked twice: whether the answer follows from its inputs, and the inputs from the history. */
import type { EntryOf } from '../audit/entry.ts';
import type { EntryBasis } from '../audit/entry-parts.ts';
import type { Person } from '../audit/people.ts';
import { type Ask, type Decision, decidePush, decideVersion, type UpdateAsk } from '../grants/decide.ts';
import { considered } from '../grants/decision-basis.ts';
import { toldReason } from '../grants/judge.ts';
import type { MayAsk, Policy } from '../grants/policy.ts';
import { withinPolicy } from '../grants/still-allowed.ts';
import type { GrantState, Lock, Principal, Right, Standing, StandingGrant } from '../store/records.ts';
import type { History } from './history.ts';
import { mayAskAgain, recordedMayAsk } from './may-ask.ts';
import { isCut, textOf } from './text-of.ts';
import { agreed, disagreed, lacking, undecidable, type Verdict, worst } from './verdict.ts';

/** The entries that hold a decision. */
export type DecisionEntry = EntryOf<'operation.started' | 'push.commands' | 'operation.refused'>;

/** What a decision is checked against besides its own entry. */
export interface Surroundings {
  readonly history: History;
  /** The store of the entry's node; undefined where its chain does not say. */
  readonly store: string | undefined;
  /** Hashes of the policies that the entry's node had loaded last and before that. */
  readonly policies: readonly string[];
  readonly person: Person | undefined;
  /** Of a push's list: the right its operation was started for. */
  readonly right: Right | undefined;
}

/** Entries that were not durable yet when the log was read can be this far behind it, in milliseconds. */
const onItsWayMs = 60_000;

/** A decision with all that it says of itself. */
interface Recorded {
  readonly entry: DecisionEntry;
  readonly basis: EntryBasis;
  readonly ask: Ask;
  readonly updates: readonly UpdateAsk[];
}

/** Undefined for an entry in which nothing was decided from grants: who showed the wrong kind of credential, say. */
export function checkDecision(entry: DecisionEntry, around: Surroundings): Verdict | undefined {
  const { basis } = entry;
  if (basis === undefined)
    return entry.type === 'operation.refused' ? undefined : undecidable('the entry holds no inputs');
  if (basis.decide !== decideVersion)
    return undecidable(`it was decided by version ${basis.decide} of the rules`);
  const { repository } = entry;
  const right = entry.type === 'push.commands' ? (around.right ?? 'push') : entry.right;
  if (repository === undefined || right === undefined)
    return undecidable('the entry names no repository or right');
  const list = entry.type === 'operation.started' ? [] : (entry.updates ?? []);
  if (isCut(repository) || list.some(({ ref }) => isCut(ref)))
    return undecidable('a name is longer than the entry holds');
  const ask: Ask = { principalId: entry.principalId, repository: textOf(repository), right };
  const updates = list.map(({ ref, kind }) => ({ ref: textOf(ref), kind }));
  const recorded: Recorded = { entry, basis, ask, updates };
  return worst([
    answerFollows(recorded, around),
    inputsFollow(recorded, around),
    credentialStood(recorded, around),
  ]);
}

/** The answer from the recorded inputs: `decide` once more. */
function answerFollows({ entry, basis, ask, updates }: Recorded, { history }: Surroundings): Verdict {
  const grants: StandingGrant[] = [];
  for (const held of basis.grants) {
    const grant = history.grantAt(held.id, held.version);
    if (grant === undefined) return lacking(`${held.id} in its version ${held.version}`, history.gaps);
    if (grant.endsAt !== held.endsAt)
      return disagreed(`${held.id} did not end at the moment that was considered`);
    const state = stateOf(held, history);
    if (state === undefined) return notYet(`the revocation of ${held.id}`, basis.now, history);
    grants.push({ grant, state, seq: 0 });
  }
  const locks: Lock[] = [];
  for (const { id } of basis.locks) {
    const made = history.locks.get(id);
    if (made === undefined) return notYet(`the lock ${id}`, basis.now, history);
    locks.push(made.lock);
  }
  const decision = decidePush(ask, updates, { grants, locks, seq: basis.seq, now: basis.now }, basis.now);
  return entry.type === 'operation.refused'
    ? sameRefusal(entry, basis, ask, updates, decision)
    : sameAllowance(entry, decision);
}

function stateOf({ id, state }: EntryBasis['grants'][number], history: History): GrantState | undefined {
  if (state !== 'revoked') return { kind: state };
  const revoked = history.grants.get(id)?.revoked;
  return revoked && { kind: 'revoked', at: revoked.at, by: revoked.by, reason: revoked.reason };
}

function sameAllowance(entry: EntryOf<'operation.started' | 'push.commands'>, decision: Decision): Verdict {
  if (!decision.allowed) return disagreed(`it was let through, and its inputs say ${decision.reason}`);
  if (decision.grantIds.toSorted().join() !== entry.grantIds.toSorted().join())
    return disagreed(
      `it rests on ${entry.grantIds.join(', ')}, and its inputs say ${decision.grantIds.join(', ')}`,
    );
  if (entry.endsAt !== undefined && entry.endsAt !== decision.endsAt)
    return disagreed('its end is not that of its grants');
  return agreed;
}

function sameRefusal(
  { reason, grantId, lockId }: EntryOf<'operation.refused'>,
  { mayAsk }: EntryBasis,
  { right }: Ask,
  updates: readonly UpdateAsk[],
  decision: Decision,
): Verdict {
  // No grant opens these, whatever it covers.
  if (reason === 'service-not-served') return agreed;
  if (decision.allowed) return disagreed(`it was refused (${reason}), and its inputs let it through`);
  if (mayAsk === undefined && (reason === 'not-in-policy' || reason === 'groups-stale'))
    return undecidable('the entry does not say who might ask');
  // A list of updates comes from somebody who was let in.
  const told =
    updates.length > 0 || mayAsk === undefined ? decision.reason : toldReason(decision.reason, mayAsk[right]);
  if (told !== reason) return disagreed(`it was refused as ${reason}, and its inputs say ${told}`);
  if (grantId !== undefined && 'grantId' in decision && decision.grantId !== grantId)
    return disagreed(`it names ${grantId}, and its inputs say ${decision.grantId ?? 'no grant'}`);
  if (lockId !== undefined && decision.reason === 'locked' && decision.lock.id !== lockId)
    return disagreed(`it names ${lockId}, and its inputs say ${decision.lock.id}`);
  return agreed;
}

/** The inputs from the history: what the store held at that number, and what the policy said. */
function inputsFollow({ basis, ask }: Recorded, around: Surroundings): Verdict {
  const { history, store, policies, person } = around;
  if (store === undefined) return undecidable('the chain does not say which store its node had');
  const name = `the policy ${basis.policy.slice(0, 12)}`;
  const loaded = history.policies.get(basis.policy);
  if (loaded === undefined) return lacking(name, history.gaps);
  if (loaded.kind === 'altered') return disagreed(`${name} was altered`);
  if (loaded.kind === 'untold') return undecidable(`the document of ${name} is not recorded`);
  if (!policies.includes(basis.policy))
    return lacking(`that ${name} was in force on this node`, history.gaps);
  const { policy } = loaded;

  const { principalId, repository } = ask;
  const known = { principalId, groups: basis.groups.map(textOf), groupsAt: basis.groupsAt, person };
  const said: Partial<Record<Right, MayAsk>> = {};
  for (const right of ['fetch', 'push'] as const) {
    const again = mayAskAgain(policy, known, repository, right, basis.now);
    const recorded = basis.mayAsk?.[right];
    const isOld = basis.groupsAt === undefined && again === 'groups-stale';
    if (again !== undefined && recorded !== undefined && again !== recorded && !isOld)
      return disagreed(`${name} says ${again} of asking to ${right}, and the entry ${recorded}`);
    const kind = recorded ?? again;
    if (kind === undefined) return undecidable(`who ${principalId} was is not recorded any more`);
    const mayAsk = recordedMayAsk(policy, repository, right, kind);
    if (mayAsk === undefined) return disagreed(`${name} has no rule by which ${principalId} might ask`);
    said[right] = mayAsk;
  }
  const rebuilt = history.standing(store, basis.seq, basis.now, principalId, repository);
  return sameStanding(basis, considered(ask, carried(rebuilt, said), basis.now, decideVersion), history);
}

/** The grants of the standing that the policy still carries. */
function carried(standing: Standing, said: Partial<Record<Right, MayAsk>>): Standing {
  const policy: Pick<Policy, 'mayAsk'> = {
    mayAsk: (_principal, _repository, right) => said[right] ?? { kind: 'not-in-policy' },
  };
  return withinPolicy(standing, {} as Principal, policy);
}

function sameStanding(basis: EntryBasis, rebuilt: Standing, history: History): Verdict {
  const verdicts: Verdict[] = [];
  const seen = new Map(basis.grants.map((held) => [held.id, held]));
  for (const { grant, state } of rebuilt.grants) {
    const held = seen.get(grant.id);
    seen.delete(grant.id);
    if (held === undefined) verdicts.push(disagreed(`${grant.id}, ${state.kind} then, was left out`));
    else verdicts.push(sameGrant(held, { grant, state }, basis.now, history));
  }
  for (const { id } of seen.values()) {
    const isKnown = history.grants.has(id);
    verdicts.push(
      isKnown
        ? disagreed(`${id} did not stand for this principal and repository then`)
        : lacking(id, history.gaps),
    );
  }
  const locks = new Set(basis.locks.map(({ id }) => id));
  for (const { id } of rebuilt.locks)
    if (!locks.delete(id)) verdicts.push(disagreed(`the lock ${id} was left out`));
  for (const id of locks) verdicts.push(notYet(`that the lock ${id} stood then`, basis.now, history));
  return worst(verdicts);
}

function sameGrant(
  held: EntryBasis['grants'][number],
  { grant, state }: Pick<StandingGrant, 'grant' | 'state'>,
  now: number,
  history: History,
): Verdict {
  const { id } = grant;
  if (held.version < grant.version) {
    // An extension counts once its entry is durable; until then the former end holds.
    const isNext = held.version === grant.version - 1;
    return isNext && state.kind === 'live'
      ? agreed
      : disagreed(`${id} had been extended to version ${grant.version}`);
  }
  if (held.version > grant.version)
    return lacking(`version ${held.version} of ${id} at that time`, history.gaps);
  if (held.state === state.kind) return agreed;
  // So does an issue.
  if (held.state === 'unrecorded' && state.kind === 'live') return agreed;
  return held.state === 'revoked'
    ? notYet(`that ${id} was revoked by then`, now, history)
    : disagreed(`${id} was considered ${held.state}, and was ${state.kind}`);
}

/** Revocations and locks are in force before their entries are durable: those of the log's last minute may be missing from it. */
function notYet(what: string, now: number, history: History): Verdict {
  if (now > history.lastAt - onItsWayMs)
    return undecidable(`${what} may have been on its way into the log when it was read`);
  return lacking(what, history.gaps);
}

/** Whoever came was who the credential says, and it had not been revoked. */
function credentialStood({ entry, basis, ask }: Recorded, { history }: Surroundings): Verdict {
  if (entry.type === 'push.commands' || entry.credentialId === undefined) return agreed;
  const credential = history.credentials.get(entry.credentialId);
  if (credential === undefined) return lacking(entry.credentialId, history.gaps);
  if (credential.principalId !== ask.principalId)
    return disagreed(`${entry.credentialId} is not of ${ask.principalId}`);
  if (credential.endsAt <= basis.now) return disagreed(`${entry.credentialId} had reached its end`);
  const { revokedSeq } = credential;
  return revokedSeq !== undefined && revokedSeq <= basis.seq
    ? disagreed(`${entry.credentialId} had been revoked`)
    : agreed;
}
