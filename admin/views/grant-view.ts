/** Grants as one caller sees them. */
import type { Policy } from '../../gateway/grants/policy.ts';
import { mayRevoke } from '../../gateway/grants/revoke.ts';
import type { Principal, StandingGrant } from '../../gateway/store/records.ts';
import type { GrantView } from '../schemas/grants.ts';
import type { FindPerson } from './people.ts';

/** What a view of a grant is made with. */
export interface GrantViewing {
  readonly viewer: Principal;
  readonly person: FindPerson;
  readonly policy: Policy;
  readonly publicUrl: string;
  /** The store's time. */
  readonly now: number;
}

/** Everybody a grant names. */
export function peopleOf({ grant, state }: StandingGrant): readonly string[] {
  return [grant.principalId, ...grant.approvers, ...(state.kind === 'revoked' ? [state.by] : [])];
}

/** The state it is shown with at `now`; what was read a moment before may have ended meanwhile. */
export function stateOf({ grant, state }: StandingGrant, now: number): GrantView['state'] {
  return state.kind === 'revoked' || grant.endsAt > now ? state.kind : 'expired';
}

/** Makes the view. */
export function viewGrant(standing: StandingGrant, viewing: GrantViewing): GrantView {
  const { grant, state } = standing;
  const { viewer, person, policy, publicUrl, now } = viewing;
  const { repository, right, refs, kinds } = grant.scope;
  const isOwn = grant.principalId === viewer.id;
  const shown = stateOf(standing, now);
  const isLive = shown === 'live' || shown === 'unrecorded';
  return {
    id: grant.id,
    state: shown,
    requestId: grant.requestId,
    principal: person(grant.principalId),
    scope: { repository, right, refs: [...refs], kinds: [...kinds] },
    issuedAt: grant.issuedAt,
    endsAt: grant.endsAt,
    latestEndsAt: grant.latestEndsAt,
    rule: grant.rule,
    critical: grant.critical,
    approvers: grant.approvers.map(person),
    ...(state.kind === 'revoked'
      ? { revokedAt: state.at, revokedBy: person(state.by), revokeReason: state.reason }
      : {}),
    cloneUrl: `${publicUrl}/${repository.split('/').map(encodeURIComponent).join('/')}.git`,
    version: grant.version,
    may: {
      revoke: isLive && mayRevoke(standing, viewer, policy, now) === 'yes',
      extend: isLive && isOwn && grant.endsAt < grant.latestEndsAt,
    },
  };
}
