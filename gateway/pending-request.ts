/** The request of a person's own that waits for the very thing they were just refused. */
import { needs, type Policy } from './grants/policy.ts';
import type { PendingText } from './grants/refusal-text.ts';
import { shownSelectors } from './grants/selected.ts';
import type { Store } from './store/store.ts';
import type { About } from './texts.ts';

/** How many of a person's waiting requests are looked at. */
const looked = 50;

export async function waitingRequest(
  store: Pick<Store, 'requests'>,
  policy: Policy,
  { principalId, repository, right }: About,
): Promise<PendingText | undefined> {
  if (principalId === undefined) return undefined;
  const pending = await store.requests({ principalId, state: 'pending', limit: looked });
  const request = pending.find(({ scopes }) =>
    scopes.some(
      (scope) => scope.repository === repository && (scope.right === right || scope.right === 'push'),
    ),
  );
  const limits = policy.ruleFor(repository)?.[right];
  if (request === undefined || limits === undefined) return undefined;
  const waitsFor = needs(limits).map(({ demand }) =>
    demand.from === undefined ? 'an approver' : shownSelectors(demand.from),
  );
  return {
    requestId: request.id,
    waitsFor: waitsFor.join(' and ') || 'an approver',
    decideBy: request.decideBy,
  };
}
