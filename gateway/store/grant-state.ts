/** What a kept grant amounts to at one moment: the one rule both stores answer by. */
import type { Grant, StandingGrant } from './records.ts';

/** A grant as a store keeps it. */
export interface KeptGrant {
  readonly grant: Grant;
  /** `seq` of the last change: issue, extension or revocation. */
  readonly seq: number;
  /** Whether the live key is still there; its TTL is the grant's end. */
  readonly present: boolean;
  /** Whether the event of the last change still waits in the outbox. */
  readonly unrecorded: boolean;
  /** How the grant was before its last extension. */
  readonly prior?: { readonly grant: Grant; readonly seq: number };
  readonly revoked?: { readonly at: number; readonly by: string; readonly reason: string };
}

/**
 * The grant and its state at `now`.
 *
 * An issue counts once its event is durable. So does an extension: until then the former end holds, and the grant stays live
 * up to it. A grant is dead in the very millisecond it ends.
 */
export function standingOf(kept: KeptGrant, now: number): StandingGrant {
  const { grant, seq, prior } = kept;
  if (kept.revoked !== undefined) return { grant, state: { kind: 'revoked', ...kept.revoked }, seq };
  if (!kept.present || grant.endsAt <= now) return { grant, state: { kind: 'expired' }, seq };
  if (!kept.unrecorded) return { grant, state: { kind: 'live' }, seq };
  if (prior !== undefined && prior.grant.endsAt > now) return { ...prior, state: { kind: 'live' } };
  return { grant, state: { kind: 'unrecorded' }, seq };
}
