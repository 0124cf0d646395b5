/** Whether a grant or lock stood at a number of the store, and as what. */
import type { StandingGrant } from '../store/records.ts';
import type { GrantHistory, LockHistory } from './history-records.ts';

/** Undefined before its issue. */
export function standingGrant(held: GrantHistory, seq: number, now: number): StandingGrant | undefined {
  if (held.storeSeq > seq) return undefined;
  const last = held.extended.findLast((step) => step.storeSeq <= seq);
  const grant =
    last === undefined ? held.issued : { ...held.issued, endsAt: last.endsAt, version: last.version };
  const { revoked } = held;
  if (revoked !== undefined && revoked.storeSeq <= seq) {
    const { at, by, reason } = revoked;
    return { grant, state: { kind: 'revoked', at, by, reason }, seq: revoked.storeSeq };
  }
  return {
    grant,
    state: { kind: grant.endsAt <= now ? 'expired' : 'live' },
    seq: last?.storeSeq ?? held.storeSeq,
  };
}

/** When it ended or will, by the store's clock. */
export function endOf({ grant, state }: StandingGrant): number {
  return state.kind === 'revoked' ? state.at : grant.endsAt;
}

/** Whether a lock stopped anything then. */
export function standsAt({ lock, spans }: LockHistory, seq: number, now: number): boolean {
  const isMade = spans.some(({ from, until }) => from <= seq && (until === undefined || until > seq));
  return isMade && (lock.until === undefined || lock.until > now);
}
