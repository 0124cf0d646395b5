/** What the API and the page are given by this node. */
import type { Logger } from 'pino';
import type { AdminDeps, AuditFilter, LiveOperation, RevokedOperations } from '../admin/admin-deps.ts';
import type { Config } from '../config/schema.ts';
import type { Secrets } from '../config/secrets.ts';
import type { AuditLog } from './audit/log.ts';
import type { People } from './audit/people.ts';
import { readEntries } from './audit/read.ts';
import { canonicalRepository, readRepositoryPath } from './git/repository-name.ts';
import type { GitDoor } from './git-door.ts';
import type { Elevations } from './grants/elevations.ts';
import type { IdPrefix } from './grants/ids.ts';
import type { Policy } from './grants/policy.ts';
import type { clientAddressReader } from './identity/client-address.ts';
import type { Provider } from './identity/oidc.ts';
import type { OutboxEvent, Store } from './store/store.ts';
import type { Upstreams } from './upstreams.ts';

export interface AdminWiring {
  readonly provider: Provider;
  readonly keepRefresh: AdminDeps['keepRefresh'];
  config(): Config;
  policy(): Policy;
  readonly store: Store;
  readonly elevations: Elevations;
  readonly secrets: Secrets;
  newId(prefix: IdPrefix): string;
  readonly settle: (events: readonly OutboxEvent[]) => Promise<void>;
  readonly audit: AuditLog;
  readonly people: People;
  readonly git: GitDoor;
  readonly upstreams: Upstreams;
  readonly addressOf: ReturnType<typeof clientAddressReader>;
  readonly webRoot: string;
  readonly log: Logger;
}

/** How long a revocation waits to see what it ended. */
const cutSeenWithinMs = 1_500;

export function adminDeps(wiring: AdminWiring): AdminDeps {
  const { config, audit, git, people, secrets, upstreams } = wiring;
  return {
    config,
    policy: wiring.policy,
    store: wiring.store,
    elevations: wiring.elevations,
    provider: wiring.provider,
    keepRefresh: wiring.keepRefresh,
    async hookSecret() {
      const { deactivated } = config().hooks;
      return deactivated === undefined ? undefined : await secrets.read(deactivated.secret);
    },
    newId: wiring.newId,
    settle: wiring.settle,
    record: async ({ type, body }) => void (await audit.append({ ...body, type } as never)),
    readAudit: (filter) => auditPage(config().audit.directory, people, filter),
    liveOperations: async () =>
      git.book
        .live()
        .filter(({ running }) => running > 0)
        .map((operation) => live(operation, audit.chain)),
    afterRevoke: (grantId) => afterRevoke(git, grantId),
    canonicalName(written) {
      const read = readRepositoryPath(written, 'plain');
      const upstream = read === undefined ? undefined : upstreams.get(read.upstream);
      return read === undefined || upstream === undefined
        ? undefined
        : canonicalRepository(read, upstream.foldsCase).name;
    },
    clientAddress: wiring.addressOf,
    ssh: () => undefined,
    webRoot: wiring.webRoot,
    log: wiring.log,
  };
}

function live(operation: ReturnType<GitDoor['book']['live']>[number], node: string): LiveOperation {
  const { id, principalId, key, door, openedAt, endsAt, grantIds, bytesUp, bytesDown } = operation;
  return {
    id,
    principalId,
    repository: key.repository,
    service: key.right === 'push' ? 'git-receive-pack' : 'git-upload-pack',
    door,
    node,
    startedAt: openedAt,
    endsAt,
    grantIds,
    bytesUp,
    bytesDown,
    address: key.address,
  };
}

/** Ends what ran on the grant here, and waits to see it ended. Other nodes hear of it by themselves, within a second. */
async function afterRevoke(git: GitDoor, grantId: string): Promise<RevokedOperations> {
  const touched = git.book
    .live()
    .filter(({ running, grantIds }) => running > 0 && grantIds.includes(grantId));
  if (touched.length === 0) return { running: 'nothing', operations: [] };
  git.leases.recheck();
  const deadline = Date.now() + cutSeenWithinMs;
  while (touched.some(({ running }) => running > 0) && Date.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 10));
  const operations = touched.map(({ id, outcome, running }) => ({
    operationId: id,
    outcome: running > 0 ? 'ending' : (outcome?.outcome ?? 'ended'),
  }));
  const passed = operations.filter(({ outcome }) => outcome !== 'cut' && outcome !== 'ending');
  const said =
    passed.length === 0
      ? 'cut'
      : `passed before you: ${passed.map(({ operationId }) => operationId).join(', ')}`;
  return { running: said, operations };
}

async function auditPage(
  directory: string,
  people: People,
  filter: AuditFilter,
): ReturnType<AdminDeps['readAudit']> {
  const page = await readEntries(directory, filter);
  const ids = new Set(
    page.entries.flatMap((entry) => [entry.principalId, entry.by].filter((id) => typeof id === 'string')),
  );
  const known = [...ids].flatMap((id) => {
    const person = people.of(id);
    return person === undefined
      ? []
      : [
          {
            id,
            ...(person.name === undefined ? {} : { name: person.name }),
            ...(person.email === undefined ? {} : { email: person.email }),
          },
        ];
  });
  return { ...page, people: known };
}
