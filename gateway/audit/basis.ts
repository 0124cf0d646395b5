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

/**
 * Names what was considered: grants by id, version and state, locks by id. Their content is in their own entries.
 *
 * @param policy hash of the policy in force
 */
export function entryBasis(
  considered: ConsideredStanding,
  policy: string,
  groups: readonly string[],
): EntryBasis {
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
    policy,
    groups,
    decide: considered.decidedBy,
  };
}
