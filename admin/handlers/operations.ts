/** Running transfers, as far as the caller may see them. */
import type { Scope } from '../../gateway/store/records.ts';
import type { AdminDeps, LiveOperation } from '../admin-deps.ts';
import { Problem } from '../problem.ts';
import type { OperationView } from '../schemas/grants.ts';
import { findPeople } from '../views/people.ts';
import { maySee } from '../views/visibility.ts';
import type { Handlers } from './handling.ts';

/** The handler of /api/operations. */
export function operationHandlers(
  deps: Pick<AdminDeps, 'store' | 'policy' | 'liveOperations'>,
): Pick<Handlers, 'listOperations'> {
  return {
    async listOperations({ principal }, { query }) {
      if (query.live !== true) {
        return new Problem(
          400,
          'live-only',
          'only ?live=true is offered; operations that ended are in the audit',
        );
      }
      const [running, now] = await Promise.all([deps.liveOperations(), deps.store.now()]);
      const policy = deps.policy();
      const seen = running.filter((operation) =>
        maySee(principal, { principalId: operation.principalId, scopes: [scopeOf(operation)] }, policy, now),
      );
      const { person } = await findPeople(
        deps.store,
        seen.map(({ principalId }) => principalId),
      );
      return { now, operations: seen.map((operation) => view(operation, person)) };
    },
  };
}

function scopeOf({ repository, service }: LiveOperation): Scope {
  return { repository, right: service === 'git-receive-pack' ? 'push' : 'fetch', refs: [], kinds: [] };
}

function view(
  { principalId, endsAt, address, grantIds, ...rest }: LiveOperation,
  person: (principalId: string) => OperationView['principal'],
): OperationView {
  return {
    ...rest,
    principal: person(principalId),
    grantIds: [...grantIds],
    ...(endsAt === undefined ? {} : { endsAt }),
    ...(address === undefined ? {} : { address }),
  };
}
