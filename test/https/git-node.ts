/** The data path of one node inside a test's process: real sockets, a real Git host behind, the in-process store. */

import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseConfig } from '../../config/load.ts';
import type { Config } from '../../config/schema.ts';
import { openSecrets } from '../../config/secrets.ts';
import type { Disk } from '../../gateway/audit/disk.ts';
import { type Entry, entryOfEvent } from '../../gateway/audit/entry.ts';
import { openAuditLog } from '../../gateway/audit/log.ts';
import { type GitHostOptions, startGitHost } from '../../gateway/demo/git-host.ts';
import { type HttpsDoor, openHttpsDoor } from '../../gateway/edge/https-door.ts';
import { countFailedKnocks } from '../../gateway/failed-knocks.ts';
import { createGitDoor, type GitDoor } from '../../gateway/git-door.ts';
import { createIds } from '../../gateway/grants/ids.ts';
import { compilePolicy } from '../../gateway/grants/policy.ts';
import { clientAddressReader } from '../../gateway/identity/client-address.ts';
import { makeSecret } from '../../gateway/identity/credential.ts';
import { createMetrics } from '../../gateway/metrics.ts';
import { noAuthorities, type UserAuthorities } from '../../gateway/ssh/user-authorities.ts';
import { newBook } from '../../gateway/store/memory/book.ts';
import { memoryStore } from '../../gateway/store/memory-store.ts';
import type { Grant, Principal } from '../../gateway/store/records.ts';
import type { OutboxEvent, Store } from '../../gateway/store/store.ts';
import { openUpstreams } from '../../gateway/upstreams.ts';
import { watched } from '../../gateway/watched.ts';
import type { Ending } from '../servers/ending.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';
import { type GrantChange, granted, recorded } from '../store/recorded.ts';
import { aCredential, anEvent, aPerson } from '../store/samples.ts';
import { nodeCalls } from './node-calls.ts';

export interface GitNode {
  readonly store: Store;
  readonly door: HttpsDoor;
  readonly git: GitDoor;
  readonly config: Config;
  /** Makes events durable in the node's audit. */
  settle(events: readonly OutboxEvent[]): Promise<void>;
  readonly directory: string;
  /** A principal with a git credential. */
  person(change?: Partial<Principal>): Promise<{ readonly principal: Principal; readonly secret: string }>;
  grant(principal: Principal, change?: GrantChange): Promise<Grant>;
  revoke(grantId: string, reason: string, by?: string): Promise<void>;
  /** `http://x:SECRET@127.0.0.1:PORT/hub/NAME`. */
  address(secret: string, name: string): string;
  /** Everything in the audit, once the operations so far have ended. */
  entries(): Promise<readonly (Entry & { readonly seq: number })[]>;
  readonly troubles: readonly string[];
  /** One value of the node's metrics, as a scrape has it. */
  metric(name: string): Promise<number>;
  /** Why somebody unknown was refused, each time. */
  readonly knocks: readonly string[];
}

export interface GitNodeOptions {
  /** Answers requests to the host in place of git; empty: the upstream has no address for them. */
  readonly hostUrl?: string;
  readonly host?: Omit<GitHostOptions, 'directory'>;
  readonly rules?: string;
  readonly limits?: string;
  /** Limits below what a configuration may say, so that a test need not wait for them. */
  readonly shortened?: Partial<Config['limits']>;
  readonly kind?: string;
  /** Failed credentials of one address before it has to wait. */
  readonly failuresPerMinute?: number;
  /** Where the audit is written, in place of this machine's disk. */
  readonly disk?: Disk;
  /** What happens while nothing can be written there; by default new operations are refused. */
  readonly onAuditFailure?: Config['audit']['onFailure'];
  /** What the node sees of the store: the same, with a test's hand between two steps. */
  readonly between?: (store: Store) => Store;
  readonly userAuthorities?: UserAuthorities;
  /** Where its SSH door is reached. */
  readonly sshPlace?: () => { readonly host: string; readonly port: number };
  /** Text put into the `ssh` section; without it there is none. */
  readonly sshSection?: string;
  /** Text put into the upstream's section of the configuration. */
  readonly upstream?: string;
}

const everyone = `
  - { match: "hub/**", requesters: [everyone], fetch: { approval: 1, maxDuration: 8h }, push: { approval: 1, maxDuration: 8h } }`;

export async function aGitNode(t: Ending, options: GitNodeOptions = {}): Promise<GitNode> {
  const directory = await temporaryDirectory(t);
  const hosted =
    options.hostUrl === undefined ? await startGitHost({ directory, ...options.host }) : undefined;
  if (hosted !== undefined) t.teardown(() => hosted.close());
  const config = configOf(options.hostUrl ?? hosted?.url ?? '', options);

  const now = Date.now;
  const store = memoryStore({ nodeId: 'node', book: newBook(now) });
  const troubles: string[] = [];
  const knocks: string[] = [];
  const audit = await openAuditLog({
    directory: join(directory, 'audit'),
    nodeId: 'node',
    ...(options.disk === undefined ? {} : { disk: options.disk }),
    onAlarm: ({ kind }) => troubles.push(kind),
  });
  const metrics = createMetrics({
    liveTransfers: () => git.leases.size,
    connections: () => ({ https: 0, ssh: undefined }),
    certificateDaysLeft: () => undefined,
  });
  const addresses = clientAddressReader(config.https.trustedProxies);
  const upstreams = openUpstreams(
    config,
    openSecrets(),
    (error) => troubles.push(String(error)),
    (name, message) => troubles.push(`host key of ${name}: ${message}`),
  );
  const policy = compilePolicy(config);
  const refusals: Promise<unknown>[] = [];
  const settle = async (events: readonly OutboxEvent[]): Promise<void> => {
    for (const event of events) await audit.append(entryOfEvent(event, 'store'));
    await store.acknowledge(events.map(({ seq }) => seq));
  };
  const settleInForce = async (events: readonly OutboxEvent[]): Promise<true> => {
    await settle(events);
    return true;
  };
  const sshPlace = () => options.sshPlace?.();
  const between = options.between?.(store) ?? store;
  const git = createGitDoor({
    store: between,
    userAuthorities: () => options.userAuthorities ?? noAuthorities,
    settle,
    settleInForce,
    audit,
    refusals: {
      refused: (entry) =>
        void refusals.push(audit.append(entry).catch((error: unknown) => troubles.push(String(error)))),
      knocked: (_origin, reason) => void knocks.push(reason),
    },
    metrics,
    watched: watched(Date.now),
    upstreams,
    knocks: countFailedKnocks(options.failuresPerMinute ?? 1_000),
    config: () => config,
    policy: () => policy,
    grantAtOnce: async () => false,
    newId: createIds(randomBytes),
    clientAddress: ({ socket, headers }) =>
      addresses(socket.remoteAddress, headers, door.connections.of(socket).proxied),
    draining: () => false,
    direct: nodeCalls({ store: between, audit, settle, settleInForce, config, policy, ssh: sshPlace }),
    sshPlace,
    page: (_request, response) => response.writeHead(404).end('the page\n'),
    onTrouble: (what, details) =>
      troubles.push(`${what} ${JSON.stringify(details)} ${String(details.cause)}`),
  });
  const stopWatching = store.onChange((change) => git.leases.recheck(change));
  const door = await openHttpsDoor({
    listen: { host: '127.0.0.1', port: 0 },
    proxyProtocolFrom: config.https.proxyProtocolFrom,
    certificate: undefined,
    limits: config.limits,
    visit: git.visit,
    onTurnedAway: (_address, why) => troubles.push(why),
    onFault: (error) => troubles.push(`fault ${(error as Error).stack}`),
  });
  t.teardown(async () => {
    stopWatching();
    git.leases.stop();
    door.connections.resetAll();
    await door.close();
    git.book.closeAll();
    await git.close();
    upstreams.close();
    await audit.close();
  });

  return {
    store,
    door,
    git,
    config,
    settle,
    directory,
    troubles,
    async metric(name) {
      const line = (await metrics.registry.metrics()).split('\n').find((text) => text.startsWith(`${name} `));
      return Number(line?.slice(name.length));
    },
    knocks,
    async person(change) {
      const principal = await store.enrol(aPerson(change), createIds(randomBytes)('P'));
      const { secret, hash, shown } = makeSecret('git');
      const credential = aCredential(now(), { principalId: principal.id, hash, shown });
      await recorded(store, await store.issueCredential(credential, anEvent('credential.issued')));
      return { principal, secret };
    },
    grant: (principal, change = {}) =>
      granted(
        store,
        (now) => ({ principalId: principal.id, ...(typeof change === 'function' ? change(now) : change) }),
        { principalId: principal.id },
      ),
    async revoke(grantId, reason, by = 'P-LEAD') {
      await recorded(
        store,
        await store.revokeGrant(grantId, by, reason, anEvent('grant.revoked', { grantId })),
      );
    },
    address: (secret, name) => `http://x:${secret}@127.0.0.1:${door.port}/hub/${name}`,
    async entries() {
      while (git.book.live().length > 0) await new Promise((resolve) => setTimeout(resolve, 5));
      await git.outcomesWritten();
      await Promise.all(refusals);
      const names = (await readdir(join(directory, 'audit')))
        .filter((name) => name.endsWith('.jsonl'))
        .sort();
      const texts = await Promise.all(names.map((name) => readFile(join(directory, 'audit', name), 'utf8')));
      return texts.flatMap((text) =>
        text
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => JSON.parse(line) as Entry & { seq: number }),
      );
    },
  };
}

function configOf(
  url: string,
  {
    rules = everyone,
    limits = '',
    kind = 'generic',
    shortened = {},
    sshSection,
    upstream,
    onAuditFailure = 'refuse',
  }: GitNodeOptions,
): Config {
  const loaded = parseConfig(
    `publicUrl: https://gw.test
https: { listen: 127.0.0.1:0, tls: none, trustedProxies: [127.0.0.1/32] }
store: { kind: memory }
oidc: { issuer: https://login.test, clientId: sluice, clientSecretFile: none }
roles: { approver: [leads], auditor: [security], admin: [admins] }
upstreams:
  hub: { kind: ${kind}, ${url === '' ? '' : `url: "${url}", `}allowPlainHttp: true, allowPrivateAddresses: true${upstream === undefined ? '' : `, ${upstream}`} }
repositories:${rules}
audit: { directory: none, onFailure: ${onAuditFailure} }
${sshSection === undefined ? '' : `ssh: { listen: "127.0.0.1:0", hostKeys: [none], ${sshSection} }`}
${limits}
`,
    'sluice.yaml',
  );
  if (loaded.kind === 'faulty')
    throw new Error(
      loaded.faults.map(({ line, field, message }) => `${line} ${field} ${message}`).join('\n'),
    );
  return { ...loaded.config, limits: { ...loaded.config.limits, ...shortened } };
}

/** A grant's scope on one repository of the node's host. */
export function scopeOf(
  name: string,
  right: 'fetch' | 'push',
  refs: readonly string[] = ['refs/heads/**', 'refs/tags/**'],
): Grant['scope'] {
  return {
    repository: `hub/${name}`,
    right,
    refs: right === 'push' ? refs : [],
    kinds: right === 'push' ? ['create', 'update', 'delete'] : [],
  };
}
