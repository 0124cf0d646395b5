/** The caller's own operations that are over. Nobody else's are ever in it, so that reading them is no reading of the audit. */
import type { AdminDeps } from '../admin-deps.ts';
import { inTurn } from '../in-turn.ts';
import { readOwnOperations } from '../own-operations.ts';
import { Problem } from '../problem.ts';
import type { OwnOperations } from '../schemas/own-operations.ts';
import type { Handlers } from './handling.ts';

const waitingAtMost = 50;

/** The handler of /api/me/operations. */
export function ownOperationHandlers({
  store,
  readAudit,
}: Pick<AdminDeps, 'store' | 'readAudit'>): Pick<Handlers, 'listOwnOperations'> {
  const turns = inTurn<OwnOperations>(waitingAtMost);
  return {
    async listOwnOperations({ principal: { id: principalId } }, { query }) {
      const isFar = query.credentials === true;
      const answer = turns.run(`${principalId} ${isFar}`, async () => {
        const [credentials, now] = await Promise.all([
          isFar ? store.credentialsOf(principalId) : [],
          store.now(),
        ]);
        const credentialIds = credentials.flatMap(({ id, kind }) => (kind === 'api' ? [] : [id]));
        const clock = () => performance.now();
        return { now, ...(await readOwnOperations({ principalId, credentialIds, now, readAudit, clock })) };
      });
      return answer === undefined
        ? new Problem(429, 'too-many', 'this node reads its audit for many others; try again in a moment', {
            retryAfterSeconds: 5,
          })
        : await answer;
    },
  };
}
