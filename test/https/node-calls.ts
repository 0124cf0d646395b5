/** The calls of the API on a test's node, with its real verbs: what they do is in the node's audit before they answer. */
import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { type DirectCalls, directCalls } from '../../admin/direct-calls.ts';
import { grantHandlers } from '../../admin/handlers/grants.ts';
import type { Handlers } from '../../admin/handlers/handling.ts';
import { meHandlers } from '../../admin/handlers/me.ts';
import { requestHandlers } from '../../admin/handlers/requests.ts';
import { limits } from '../../admin/limits.ts';
import type { Config } from '../../config/schema.ts';
import type { AuditLog } from '../../gateway/audit/log.ts';
import { canonicalRepository, readRepositoryPath } from '../../gateway/git/repository-name.ts';
import { createAftermath } from '../../gateway/grants/aftermath.ts';
import type { Elevating } from '../../gateway/grants/elevating.ts';
import { createElevations } from '../../gateway/grants/elevations.ts';
import { createIds } from '../../gateway/grants/ids.ts';
import type { Policy } from '../../gateway/grants/policy.ts';
import { pause } from '../../gateway/pause.ts';
import type { Store } from '../../gateway/store/store.ts';

export function nodeCalls(deps: {
  readonly store: Store;
  readonly audit: Pick<AuditLog, 'append'>;
  readonly settle: Elevating['settle'];
  readonly settleInForce: Elevating['settleInForce'];
  readonly config: Config;
  readonly policy: Policy;
  ssh(): { readonly host: string; readonly port: number } | undefined;
}): DirectCalls {
  const { audit, config, policy, settle, settleInForce, store } = deps;
  const elevating: Elevating = {
    store,
    policy: () => policy,
    settle,
    settleInForce,
    newId: createIds(randomBytes),
    allowCriticalAnswersAtSsh: () => config.ssh?.allowCriticalAnswers ?? false,
    aftermath: createAftermath({
      store,
      storeGraceMs: () => 60_000,
      clock: () => performance.now(),
      pause,
    }),
    record: async ({ body, type }) => void (await audit.append({ ...body, type } as never)),
  };
  const handling = {
    store,
    policy: () => policy,
    config: () => config,
    elevations: createElevations(elevating),
    ssh: deps.ssh,
    sshAuthority: () => undefined,
    canonicalName(written: string) {
      const read = readRepositoryPath(written, 'plain');
      return read && canonicalRepository(read, false).name;
    },
  };
  const handlers = { ...requestHandlers(handling), ...grantHandlers(handling), ...meHandlers(handling) };
  return directCalls({
    handlers: handlers as unknown as Handlers,
    limits: limits(1_000),
    log: pino({ level: 'silent' }),
  });
}
