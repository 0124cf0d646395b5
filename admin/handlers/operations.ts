/** Running operations of all nodes: listed as far as the caller may see them, and cut by an admin. */
import { parseId } from '../../gateway/grants/ids.ts';
import { isRefusal } from '../../gateway/grants/refusal.ts';
import type { OperationState, Principal } from '../../gateway/store/records.ts';
import type { AdminDeps } from '../admin-deps.ts';
import { groupsStale, notFound, Problem } from '../problem.ts';
import { peopleIn, viewOperation, viewRunning } from '../views/operation-view.ts';
import { findPeople } from '../views/people.ts';
import { sight } from '../views/visibility.ts';
import type { Handlers } from './handling.ts';
import { problemOfRefusal } from './refused.ts';

const listedUnlessAsked = 500;

/** The handlers about operations. */
export function operationHandlers(
  deps: Pick<AdminDeps, 'store' | 'policy' | 'interventions'>,
): Pick<Handlers, 'listOperations' | 'cutOperation'> {
  const { store } = deps;

  const seeing = (principal: Principal, { operation }: OperationState, now: number) => {
    const { principalId, repository, right } = operation;
    const owned = { principalId, scopes: [{ repository, right, refs: [], kinds: [] }] };
    return sight(principal, owned, deps.policy(), now);
  };

  return {
    async listOperations({ principal }, { query }) {
      if (query.live !== true) {
        return new Problem(
          400,
          'live-only',
          'only ?live=true is offered; your own that ended are at /api/me/operations, all of them in the audit',
        );
      }
      const { operations, now } = await store.operations();
      const seen = operations
        .filter((state) => seeing(principal, state, now) === 'yes')
        .toSorted((a, b) => b.operation.startedAt - a.operation.startedAt);
      const listed = seen.slice(0, query.limit ?? listedUnlessAsked);
      const { person } = await findPeople(
        store,
        listed.map(({ operation }) => operation.principalId),
      );
      return {
        now,
        operations: listed.map((state) => viewOperation(state, person)),
        more: seen.length - listed.length,
      };
    },

    async cutOperation({ principal }, { params, body }) {
      const operationId = parseId(params.id, 'O');
      const { operations, now } = await store.operations();
      const state = operations.find(({ operation }) => operation.id === operationId);
      if (operationId === undefined || state === undefined) return notFound('running operation');
      const mayBeSeen = seeing(principal, state, now);
      if (mayBeSeen === 'groups-stale') return groupsStale();
      if (mayBeSeen === 'no') return notFound('running operation');
      const asked = { operation: state.operation, by: principal, reason: body.reason };
      const result = await deps.interventions.cut(asked);
      if (isRefusal(result)) return problemOfRefusal(result, store, '/access');
      const { operation, running, recorded } = result;
      const [{ person }, at] = await Promise.all([
        findPeople(store, [operation.operation.principalId, ...peopleIn(running)]),
        store.now(),
      ]);
      return {
        operation: viewOperation(operation, person),
        running: viewRunning(running, person, at),
        recorded,
      };
    },
  };
}
