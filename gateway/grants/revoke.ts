/** Revoking: a grant ends now, by its holder, by whom its rule names as approver, or by an admin. */
import type { Principal, StandingGrant } from '../store/records.ts';
import type { Aftermath } from './aftermath.ts';
import { needsMetBy, termsOf } from './approval.ts';
import { checkText } from './ask-checks.ts';
import type { Elevating } from './elevating.ts';
import { grantRevoked, type SaidAt } from './elevation-events.ts';
import type { Policy } from './policy.ts';
import { groupsStale, isRefusal, type Refusal, refuse } from './refusal.ts';
import { timeText } from './time-text.ts';

/** Which grant ends, by whom, and why. */
export interface Revoked {
  readonly grantId: string;
  readonly by: Principal;
  readonly reason: string;
  /** Where it was said, when that was neither the page nor the API. */
  readonly door?: SaidAt;
}

/** A grant that is revoked, and what became of the operations that ran on it. */
export interface GrantRevoked {
  readonly grant: StandingGrant;
  readonly running: Aftermath;
  /** Its entry is durable; otherwise it is in force all the same, and recorded later. */
  readonly recorded: boolean;
}

/** Who may end a grant; `stale` when only old groups speak for it. */
export function mayRevoke(
  { grant }: StandingGrant,
  by: Principal,
  policy: Policy,
  now: number,
): 'yes' | 'no' | 'groups-stale' {
  if (grant.principalId === by.id || grant.approvers.includes(by.id)) return 'yes';
  const roles = policy.rolesOf(by, now);
  if (roles.held.has('admin')) return 'yes';
  const terms = termsOf([grant.scope], policy);
  const speaks = terms === undefined ? undefined : needsMetBy(by, terms, policy, now);
  if (speaks !== undefined && speaks.keys.length > 0) return 'yes';
  return speaks?.isStale === true || roles.stale.has('admin') ? 'groups-stale' : 'no';
}

/**
 * Ends a grant now, and waits to see what that ended. One that had ended is reported as it was left, with how and when; to who
 * had ended it so themselves and did not hear the answer, with what that ended.
 */
export async function revoke(
  elevating: Elevating,
  { grantId, by, reason, door }: Revoked,
): Promise<GrantRevoked | Refusal> {
  const { store } = elevating;
  const checked = checkText('the reason', reason);
  if (isRefusal(checked)) return checked;
  const [held, now] = await Promise.all([store.grant(grantId), store.now()]);
  if (held === undefined) return refuse('unknown', `there is no grant ${grantId}`);
  const may = mayRevoke(held, by, elevating.policy(), now);
  if (may === 'groups-stale') return groupsStale;
  if (may === 'no') return refuse('not-yours', 'this grant is not yours to end');
  const { value, events } = await store.revokeGrant(
    grantId,
    by.id,
    checked.text,
    grantRevoked(held.grant, by.id, checked.text, door),
  );
  switch (value.kind) {
    case 'revoked': {
      const [recorded, running] = await Promise.all([
        value.repeated?.recorded ?? elevating.settleInForce(events),
        elevating.aftermath(value.touched),
      ]);
      return { grant: value.grant, running, recorded };
    }
    case 'unknown':
      return refuse('unknown', `there is no grant ${grantId}`);
    case 'ended-before': {
      const { state, grant } = value.grant;
      const at = state.kind === 'revoked' ? state.at : grant.endsAt;
      return refuse('grant-ended', `grant ${grantId} had ended already, at ${timeText(at, now)}`, {
        grant: value.grant,
      });
    }
  }
}
