/** What a decision was made from, in the words of the log. */
import type { EntryBasis } from './entry-parts.ts';

/** A standing as it was read and considered; anything with these fields will do. */
export interface ConsideredStanding {
  readonly seq: number;
  readonly now: number;
  readonly decidedBy: number;
  readonly grants: readonly {
    readonly grant: { readonly id: string; readonly version: number; readonly endsAt: number };
    readonly state: { readonly kind: EntryBasis['grants'][number]['state'] };
  }[];
  readonly locks: readonly { readonly id: string; readonly until?: number }[];
}

/** By which policy it was decided, and about whom. */
export type JudgedStanding = Pick<EntryBasis, 'policy' | 'groups' | 'groupsAt' | 'mayAsk'>;

/**
 * Names what was considered: grants by id, version and state, locks by id. Their content is in their own entries.
 */
export function entryBasis(considered: ConsideredStanding, judged: JudgedStanding): EntryBasis {
  return {
    seq: considered.seq,
    now: considered.now,
    grants: considered.grants.map(({ grant, state }) => ({
      id: grant.id,
      version: grant.version,
      endsAt: grant.endsAt,
      state: state.kind,
    })),
    locks: considered.locks.map(({ id, until }) => ({ id, until })),
    ...judged,
    decide: considered.decidedBy,
  };
}
