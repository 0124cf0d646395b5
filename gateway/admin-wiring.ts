/** What the API and the page are given by this node. */
import type { Logger } from 'pino';
import type { AdminDeps } from '../admin/admin-deps.ts';
import type { Config } from '../config/schema.ts';
import { readHookSecret, type Secrets } from '../config/secrets.ts';
import type { AuditLog } from './audit/log.ts';
import { canonicalRepository, readRepositoryPath } from './git/repository-name.ts';
import type { Elevations } from './grants/elevations.ts';
import type { IdPrefix } from './grants/ids.ts';
import type { Interventions } from './grants/interventions.ts';
import type { Policy } from './grants/policy.ts';
import type { Provider } from './identity/oidc.ts';
import type { UserAuthorities } from './ssh/user-authorities.ts';
import type { SshSide } from './ssh-side.ts';
import type { OutboxEvent, Store } from './store/store.ts';
import type { Upstreams } from './upstreams.ts';

export interface AdminWiring {
  readonly provider: Provider;
  readonly keepRefresh: AdminDeps['keepRefresh'];
  config(): Config;
  policy(): Policy;
  readonly store: Store;
  readonly elevations: Elevations;
  readonly interventions: Interventions;
  readonly secrets: Secrets;
  newId(prefix: IdPrefix): string;
  readonly settle: (events: readonly OutboxEvent[]) => Promise<void>;
  readonly settleInForce: AdminDeps['settleInForce'];
  readonly audit: AuditLog;
  readonly forAuditors: Pick<
    AdminDeps,
    'readAudit' | 'countAudit' | 'replayAudit' | 'accessReport' | 'verifyAudit' | 'auditRead' | 'onAudited'
  >;
  readonly upstreams: Upstreams;
  readonly addressOf: AdminDeps['clientAddress'];
  readonly webRoot: string;
  readonly log: Logger;
  ssh(): SshSide | undefined;
  userAuthorities(): UserAuthorities;
}

export function adminDeps(wiring: AdminWiring): AdminDeps {
  const { config, audit, secrets, upstreams } = wiring;
  return {
    config,
    policy: wiring.policy,
    node: audit.chain,
    store: wiring.store,
    elevations: wiring.elevations,
    interventions: wiring.interventions,
    provider: wiring.provider,
    keepRefresh: wiring.keepRefresh,
    async hookSecret() {
      const { deactivated } = config().hooks;
      return deactivated === undefined ? undefined : await readHookSecret(secrets, deactivated.secret);
    },
    newId: wiring.newId,
    settle: wiring.settle,
    settleInForce: wiring.settleInForce,
    record: async ({ type, body }) => void (await audit.append({ ...body, type } as never)),
    ...wiring.forAuditors,
    canonicalName(written) {
      const read = readRepositoryPath(written, 'plain');
      const upstream = read === undefined ? undefined : upstreams.get(read.upstream);
      return read === undefined || upstream === undefined
        ? undefined
        : canonicalRepository(read, upstream.foldsCase).name;
    },
    clientAddress: wiring.addressOf,
    ssh: () => wiring.ssh()?.place,
    knownHosts: () => wiring.ssh()?.knownHosts ?? [],
    sshAuthority: () => wiring.userAuthorities().own,
    webRoot: wiring.webRoot,
    log: wiring.log,
  };
}
