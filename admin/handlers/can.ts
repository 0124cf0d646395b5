/** What would be decided for the caller here and now, by the same steps as at the doors. */
import { coversUpdate, type Decision, decidePush, type UpdateAsk } from '../../gateway/grants/decide.ts';
import { type Refused, refusalText } from '../../gateway/grants/refusal-text.ts';
import { withinPolicy } from '../../gateway/grants/still-allowed.ts';
import { suggestedSpan } from '../../gateway/grants/suggested-span.ts';
import { timeText } from '../../gateway/grants/time-text.ts';
import type { Principal, Right, Scope } from '../../gateway/store/records.ts';
import type { AdminDeps } from '../admin-deps.ts';
import { findPeople } from '../views/people.ts';
import type { Answer, Handlers } from './handling.ts';

/** The handler of /api/can. */
export function canHandlers(
  deps: Pick<AdminDeps, 'store' | 'policy' | 'config' | 'canonicalName' | 'ssh'>,
): Pick<Handlers, 'can'> {
  const { store } = deps;

  /** A "no" with the very lines that git would show. */
  async function no(refused: Refused, about: About): Promise<Answer<'can'>> {
    const { repository, right, now } = about;
    const by = refused.reason === 'grant-ended' && refused.end.kind === 'revoked' ? [refused.end.by] : [];
    const { principals } = await findPeople(store, by);
    const { publicUrl } = deps.config();
    const ssh = deps.ssh();
    const lines = refusalText(refused, {
      publicUrl,
      ...(ssh === undefined ? {} : { ssh }),
      suggestedFor: suggestedSpan(deps.policy(), repository, right),
      repository,
      right,
      now,
      nameOf: (principalId) => principals.get(principalId)?.name,
    });
    const isAskable = refused.reason !== 'not-in-policy' && refused.reason !== 'groups-stale';
    const path = repository.split('/').map(encodeURIComponent).join('/');
    return {
      allowed: false,
      reason: refused.reason,
      message: lines.join('\n'),
      repository,
      now,
      ...(isAskable ? { ask: `${publicUrl}/ask/${path}?right=${right}` } : {}),
    };
  }

  return {
    async can({ principal }, { query }) {
      const { right, ref } = query;
      const repository = deps.canonicalName(query.repository);
      if (repository === undefined) {
        const now = await store.now();
        return no({ reason: 'not-in-policy' }, { repository: query.repository, right, now });
      }
      const { standing } = await store.stand({ principalId: principal.id }, repository);
      const { now } = standing;
      const policy = deps.policy();
      const updates = right === 'push' && ref !== undefined ? [{ ref, kind: 'update' as const }] : [];
      const ask = { principalId: principal.id, repository, right };
      const decision = decidePush(ask, updates, withinPolicy(standing, principal, policy), now);
      if (decision.allowed) return yes(decision, repository, now);
      const refused = withoutGrant(decision, principal, updates, { repository, right, now }, policy);
      if (refused !== 'automatic') return no(refused, { repository, right, now });
      return {
        allowed: true,
        reason: 'automatic',
        message: `sluice: ${repository} is granted by itself at your first ${right}`,
        repository,
        now,
      };
    },
  };
}

interface About {
  readonly repository: string;
  readonly right: Right;
  readonly now: number;
}

function yes(
  { grantIds, endsAt }: Extract<Decision, { allowed: true }>,
  repository: string,
  now: number,
): Answer<'can'> {
  const [grantId] = grantIds;
  return {
    allowed: true,
    message: `sluice: grant ${grantIds.join(', ')} covers it until ${timeText(endsAt, now)}`,
    repository,
    ...(grantId === undefined ? {} : { grantId }),
    endsAt,
    now,
  };
}

/** Without a covering grant the policy has the word: whether the name may be asked for, and whether asking is needed. */
function withoutGrant(
  denied: Extract<Decision, { allowed: false }>,
  principal: Principal,
  updates: readonly UpdateAsk[],
  { repository, right, now }: About,
  policy: ReturnType<AdminDeps['policy']>,
): Refused | 'automatic' {
  const mayAsk = policy.mayAsk(principal, repository, right, now);
  if (mayAsk.kind === 'groups-stale') return { reason: 'groups-stale', groupsAt: principal.groupsAt };
  if (mayAsk.kind === 'not-in-policy') return { reason: 'not-in-policy' };
  // What somebody else revoked is not given again by itself.
  const isOpen =
    denied.reason === 'no-grant' ||
    (denied.reason === 'grant-ended' && (denied.end.kind === 'expired' || denied.end.by === principal.id));
  const { approval, refs, kinds } = mayAsk.limits;
  if (!isOpen || approval.kind !== 'automatic') return denied;
  // The grant of the first push would have the rule's bounds, and that push be held to them.
  const scope: Scope = { repository, right, refs: [...refs], kinds: [...kinds] };
  const outside = updates.filter((update) => !coversUpdate(scope, update));
  if (outside.length === 0) return 'automatic';
  return { reason: 'outside-scope', outside, grants: [{ grantId: 'the grant of your first push', scope }] };
}
