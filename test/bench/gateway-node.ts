/** One gateway process of a bench: its configuration, its port, its orders. */
import { writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { programBeside } from '../servers/clone.ts';
import type { Ending } from '../servers/ending.ts';
import { freePort } from '../servers/free-port.ts';
import { startProgram } from '../servers/program.ts';
import type { RedisServer } from '../servers/redis.ts';
import { giveOrders, type OrderAnswer, type Ordered } from './orders.ts';
import { type ReadyFacts, readyFacts } from './ready-facts.ts';

export interface GatewayNode extends ReadyFacts {
  readonly pid: number;
  readonly auditDirectory: string;
  /** The developer's key at its SSH door, where it has one. */
  readonly sshKeyFile: string;
  order(order: Ordered): Promise<OrderAnswer>;
  /** A value of `/metrics` by its whole name, labels with it; 0 for one that is not there yet. */
  metrics(): Promise<(name: string) => number>;
}

/** Where a node stands. */
export interface NodePlace {
  /** Holds `certs`; configuration and audit are written here. */
  readonly directory: string;
  readonly hostPort: number;
  readonly redis: RedisServer;
  /** It has an SSH door, and its host is reached by SSH: the `ssh` section of the upstream, in place of `hostPort`. */
  readonly sshHost?: string;
  /** It has an SSH door, whatever its host is reached by. */
  readonly sshDoor?: boolean;
}

/**
 * Starts a node whose policy approves by itself.
 *
 * @param shortMs how long a grant on `bench/short-…` lives
 */
export async function startGatewayNode(
  end: Ending,
  name: string,
  { directory, hostPort, redis, sshHost, sshDoor = sshHost !== undefined }: NodePlace,
  shortMs = 3_000,
): Promise<GatewayNode> {
  const port = await freePort();
  const file = join(directory, `${name}.yaml`);
  const secret = `redis-${name}.secret`;
  const sshKeyFile = join(directory, `developer-${name}`);
  const door = sshDoor ? 'ssh: { listen: "127.0.0.1:0", hostKeys: [certs/ssh_host_ed25519_key] }\n' : '';
  const reached = sshHost ?? `url: "http://127.0.0.1:${hostPort}", allowPlainHttp: true`;
  await writeFile(join(directory, secret), redis.password, { mode: 0o600 });
  await writeFile(
    file,
    `publicUrl: https://localhost:${port}
https: { listen: "127.0.0.1:${port}", certificate: certs/gateway.crt, key: certs/gateway.key }
ops: { listen: "127.0.0.1:0" }
${door}store:
  kind: redis
  addresses: ["127.0.0.1:${redis.port}"]
  username: ${redis.username}
  passwordFile: ${secret}
  integrityKeyFile: certs/store.key
oidc: { issuer: "http://127.0.0.1:1", clientId: bench }
roles: { approver: [approvers], auditor: [auditors], admin: [admins] }
upstreams:
  bench: { kind: generic, ${reached} }
repositories:
  - match: bench/short-*
    requesters: [developers]
    fetch: { approval: automatic, maxDuration: ${shortMs}ms }
  - match: bench/**
    requesters: [developers]
    fetch: { approval: automatic, maxDuration: 8h }
    push: { approval: automatic, maxDuration: 8h }
audit: { directory: audit-${name} }
log: { level: warn }
`,
  );
  const program = startProgram(
    end,
    process.execPath,
    [...programBeside(import.meta.url, './gateway-process'), file, ...(sshDoor ? [sshKeyFile] : [])],
    {},
    'pipe',
  );
  const facts = await readyFacts(program);
  return {
    ...facts,
    pid: program.child.pid ?? 0,
    sshKeyFile,
    auditDirectory: join(directory, `audit-${name}`),
    order: giveOrders(program),
    metrics: () => readMetrics(facts.opsPort),
  };
}

async function readMetrics(port: number): Promise<(name: string) => number> {
  const page = await new Promise<string>((resolve, reject) => {
    request(
      { host: '127.0.0.1', port, path: '/metrics' },
      (answer) => void text(answer).then(resolve, reject),
    )
      .once('error', reject)
      .end();
  });
  const values = new Map(
    page.split('\n').map((line) => {
      const blank = line.lastIndexOf(' ');
      return [line.slice(0, blank), Number(line.slice(blank + 1))] as const;
    }),
  );
  return (name) => values.get(name) ?? 0;
}
