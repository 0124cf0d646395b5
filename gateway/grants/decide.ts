/** May this operation pass: the one decision of both doors, from what stands and nothing else. */
import type { RefUpdate } from '../git/ref-update.ts';
import { stops } from '../store/lock-stops.ts';
import type { Grant, Lock, Right, Scope, Standing, StandingGrant } from '../store/records.ts';
import { type Basis, considered } from './decision-basis.ts';
import { matchesAny } from './pattern.ts';

/** Raised with every change of an answer; replay picks the rules an entry was decided by. */
export const decideVersion = 1;

/** Who wants to do what; the repository's canonical name. */
export interface Ask {
  readonly principalId: string;
  readonly repository: string;
  readonly right: Right;
}

/** What of a ref update matters: its ref and what it does to it. */
export type UpdateAsk = Pick<RefUpdate, 'ref' | 'kind'>;

/** What one operation is told, with what it was decided from. */
export type Decision = Allowed | Denied;

/** The operation rests on every grant named: it ends with the first of them to end. */
export interface Allowed {
  readonly allowed: true;
  readonly grantIds: readonly string[];
  /** The earliest end among the grants. */
  readonly endsAt: number;
  /** Some grant is of a critical rule: no time to drain after a cut. */
  readonly critical: boolean;
  readonly basis: Basis;
}

export type Denied = Denial & { readonly allowed: false; readonly basis: Basis };

/** Why not, as data: it drives the status, the text and the audit. */
export type Denial =
  | { readonly reason: 'no-grant' }
  /** The covering grant that ended last. */
  | { readonly reason: 'grant-ended'; readonly grantId: string; readonly end: GrantEnd }
  /** Approved, but its entry is not durable yet. */
  | { readonly reason: 'grant-unrecorded'; readonly grantId: string }
  /** `lock` stops it; `grantId` is the live grant that would have covered. */
  | { readonly reason: 'locked'; readonly lock: Lock; readonly grantId?: string }
  /** Every update that no live grant covers, and what the live grants cover instead. */
  | {
      readonly reason: 'outside-scope';
      readonly outside: readonly UpdateAsk[];
      readonly grants: readonly { readonly grantId: string; readonly scope: Scope }[];
    };

/** How a grant ended. */
export type GrantEnd =
  | { readonly kind: 'expired'; readonly at: number }
  | { readonly kind: 'revoked'; readonly at: number; readonly by: string; readonly reason: string };

/**
 * Decides an operation whose ref updates are not known (yet): a fetch, or the discovery of a push.
 *
 * Pure, because replay calls it again with the recorded inputs and must get the recorded answer.
 * Locks come first; of several covering grants the last to end wins, so an extension never shortens an operation.
 *
 * @param now the store's time in epoch milliseconds, read together with `standing`
 */
export function decide(ask: Ask, standing: Standing, now: number): Decision {
  return decidePush(ask, [], standing, now);
}

/**
 * Decides a push with all its ref updates: each must be covered by some live grant, and the push rests on all grants so used.
 * With one update uncovered it is denied whole, every such update named. Without updates it is `decide`.
 */
export function decidePush(
  ask: Ask,
  updates: readonly UpdateAsk[],
  standing: Standing,
  now: number,
): Decision {
  const basis = considered(ask, standing, now, decideVersion);
  const live = basis.grants
    .filter((held) => isLive(held, now) && gives(held.grant, ask.right))
    .toSorted(lastToEndFirst);

  const lock = basis.locks.find((lock) => stops(lock, ask, now));
  if (lock !== undefined) {
    const held = live[0];
    return { allowed: false, reason: 'locked', lock, ...(held && { grantId: held.grant.id }), basis };
  }

  const [longest] = live;
  if (longest === undefined) return { allowed: false, ...whyNone(ask, basis, now), basis };

  const used = new Map<string, Grant>();
  const outside: UpdateAsk[] = [];
  for (const { ref, kind } of updates) {
    const covering = live.find((held) => coversUpdate(held.grant.scope, { ref, kind }));
    if (covering === undefined) outside.push({ ref, kind });
    else used.set(covering.grant.id, covering.grant);
  }
  if (outside.length > 0) {
    const grants = live.map(({ grant }) => ({ grantId: grant.id, scope: grant.scope }));
    return { allowed: false, reason: 'outside-scope', outside, grants, basis };
  }
  if (used.size === 0) used.set(longest.grant.id, longest.grant);
  const grants = [...used.values()];
  return {
    allowed: true,
    grantIds: grants.map((grant) => grant.id),
    endsAt: Math.min(...grants.map((grant) => grant.endsAt)),
    critical: grants.some((grant) => grant.critical),
    basis,
  };
}

/** Whether a push's scope covers one ref update. */
export function coversUpdate(scope: Scope, update: UpdateAsk): boolean {
  return scope.right === 'push' && scope.kinds.includes(update.kind) && matchesAny(scope.refs, update.ref);
}

/** A push includes a fetch. */
function gives(grant: Grant, right: Right): boolean {
  return grant.scope.right === right || grant.scope.right === 'push';
}

/** A grant is dead in the very millisecond it ends. */
function isLive(held: StandingGrant, now: number): boolean {
  return held.state.kind === 'live' && held.grant.endsAt > now;
}

function lastToEndFirst(a: StandingGrant, b: StandingGrant): number {
  return b.grant.endsAt - a.grant.endsAt || (a.grant.id < b.grant.id ? -1 : 1);
}

function whyNone(ask: Ask, basis: Basis, now: number): Denial {
  const giving = basis.grants.filter((held) => gives(held.grant, ask.right));
  const waiting = giving.find((held) => held.state.kind === 'unrecorded' && held.grant.endsAt > now);
  if (waiting !== undefined) return { reason: 'grant-unrecorded', grantId: waiting.grant.id };
  const [ended] = giving.toSorted((a, b) => endOf(b).at - endOf(a).at || (a.grant.id < b.grant.id ? -1 : 1));
  if (ended === undefined) return { reason: 'no-grant' };
  return { reason: 'grant-ended', grantId: ended.grant.id, end: endOf(ended) };
}

/** How and when a grant that is not live ended. */
export function endOf({ grant, state }: StandingGrant): GrantEnd {
  return state.kind === 'revoked'
    ? { kind: 'revoked', at: state.at, by: state.by, reason: state.reason }
    : { kind: 'expired', at: grant.endsAt };
}
