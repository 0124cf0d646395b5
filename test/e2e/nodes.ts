/** Gateways as separate processes over one Redis, one Git host and one identity provider, and people who use them. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { initCertificates } from '../../certs/init.ts';
import type { AccountName } from '../../gateway/demo/accounts.ts';
import { startGitHost } from '../../gateway/demo/git-host.ts';
import { type OidcProvider, startOidcProvider } from '../../gateway/demo/oidc.ts';
import type { Ending } from '../servers/ending.ts';
import { type GatewayProcess, startGatewayProcess } from '../servers/gateway.ts';
import { type RedisServer, startRedis } from '../servers/redis.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';

export interface Site {
  readonly directory: string;
  readonly repositories: string;
  readonly redis: RedisServer;
  readonly provider: OidcProvider;
  readonly caFile: string;
  /** Starts a node; `clockAheadMs` shifts its wall clock, `redisPort` sends it to Redis by another way. */
  node(
    name: string,
    how?: { clockAheadMs?: number; redisPort?: number; env?: Record<string, string> },
  ): Promise<Node>;
}

export interface Node extends GatewayProcess {
  readonly auditDirectory: string;
  /** The API as a person, by ID token or credential. */
  api(
    bearer: string,
    method: 'GET' | 'POST',
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: Record<string, never> & Record<string, unknown> }>;
  /** `https://git:SECRET@localhost:PORT/hub/NAME`. */
  address(secret: string, name: string): string;
  entries(): Promise<readonly Record<string, unknown>[]>;
}

export interface SiteOptions {
  /** The upstream `hub` as the configuration has it, and others behind it, in place of a host that serves the site's own folder. */
  readonly upstream?: string;
  /** More of the configuration's `limits`. */
  readonly limits?: string;
  /** Further sections of the configuration. */
  readonly more?: string;
  /** What the log holds; by default warnings and worse. */
  readonly logLevel?: 'debug';
}

/** @param bytesPerSecond how fast the host serves, by repository */
export async function aSite(
  t: Ending,
  bytesPerSecond: Readonly<Record<string, number>> = {},
  { upstream, limits = '', logLevel, more = '' }: SiteOptions = {},
): Promise<Site> {
  const directory = await temporaryDirectory(t);
  const repositories = join(directory, 'repositories');
  await mkdir(repositories);
  const hub = upstream ?? (await ownHost(t, repositories, bytesPerSecond));
  const redis = await startRedis(t);
  const provider = await startOidcProvider({
    clientId: 'sluice',
    clientSecret: 'client-secret',
    redirectUris: ['https://localhost/oidc/callback'],
    postLogoutRedirectUris: ['https://localhost/'],
  });
  t.teardown(() => provider.close());
  await initCertificates(join(directory, 'certs'), ['localhost', '127.0.0.1'], new Date());
  const secret = (name: string, value: string) =>
    writeFile(join(directory, name), `${value}\n`, { mode: 0o600 });
  await secret('oidc.secret', 'client-secret');
  await secret('redis.secret', redis.password);
  const caFile = join(directory, 'certs/ca.crt');
  const shift = join(directory, 'shift-clock.mjs');
  await writeFile(
    shift,
    `const real = Date; const ahead = Number(process.env.CLOCK_AHEAD_MS);
globalThis.Date = class extends real { constructor(...args) { super(...(args.length === 0 ? [real.now() + ahead] : args)); } static now() { return real.now() + ahead; } };\n`,
  );

  return {
    directory,
    repositories,
    redis,
    provider,
    caFile,
    async node(name, { clockAheadMs, redisPort = redis.port, env = {} } = {}) {
      const file = join(directory, `${name}.yaml`);
      const auditDirectory = join(directory, `audit-${name}`);
      await writeFile(
        file,
        `publicUrl: https://localhost
https: { listen: "127.0.0.1:0", certificate: certs/gateway.crt, key: certs/gateway.key }
ops: { listen: "127.0.0.1:0" }
store: { kind: redis, addresses: ["127.0.0.1:${redisPort}"], username: ${redis.username}, passwordFile: redis.secret, integrityKeyFile: certs/store.key }
oidc: { issuer: "${provider.issuer}", clientId: sluice, clientSecretFile: oidc.secret }
roles: { approver: [approvers], auditor: [auditors], admin: [admins] }
upstreams: { hub: ${hub} }
repositories:
  - { match: "hub/open*", requesters: [developers], fetch: { approval: automatic, maxDuration: 1h } }
  - { match: "**", requesters: [developers], fetch: { approval: 1, maxDuration: 1h }, push: { approval: 1, maxDuration: 1h } }
audit: { directory: audit-${name} }
limits: { drain: 1s${limits === '' ? '' : `, ${limits}`} }
log: { level: ${logLevel ?? 'warn'} }
${more}
`,
      );
      const shifted =
        clockAheadMs === undefined
          ? {}
          : { CLOCK_AHEAD_MS: String(clockAheadMs), NODE_OPTIONS: `--import=${shift}` };
      const process = await startGatewayProcess(t, file, { env: { ...shifted, ...env } });
      const ca = await readFile(caFile, 'utf8');
      return {
        ...process,
        auditDirectory,
        address: (secret, repository) =>
          `https://git:${secret}@localhost:${process.httpsPort}/hub/${repository}`,
        api: (bearer, method, path, body) => call(process.httpsPort, ca, bearer, method, path, body),
        entries: () => entriesOf(auditDirectory),
      };
    },
  };
}

async function ownHost(
  t: Ending,
  directory: string,
  bytesPerSecond: Readonly<Record<string, number>>,
): Promise<string> {
  const host = await startGitHost({ directory, bytesPerSecond });
  t.teardown(() => host.close());
  return `{ kind: generic, url: "${host.url}", allowPlainHttp: true }`;
}

async function call(port: number, ca: string, bearer: string, method: string, path: string, body: unknown) {
  const { request } = await import('node:https');
  return await new Promise<Awaited<ReturnType<Node['api']>>>((resolve, reject) => {
    const sent = request(
      {
        host: 'localhost',
        port,
        ca,
        method,
        path: `/api/${path}`,
        headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
      },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (piece: string) => {
          text += piece;
        });
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, body: text === '' ? {} : JSON.parse(text) }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** A git credential of an account, made over the API with an ID token as the page would. */
export async function gitCredential(site: Site, node: Node, account: AccountName): Promise<string> {
  const token = await site.provider.idToken(account);
  const made = await node.api(token, 'POST', 'credentials', { kind: 'git', name: 'test', expiresIn: '1h' });
  if (made.status !== 201) throw new Error(JSON.stringify(made));
  return String(made.body.secret);
}

/** Asks as the developer on one node and approves as the approver on another; the grant's id. */
export async function grantedBy(
  site: Site,
  asked: Node,
  approved: Node,
  scope: { repository: string; right: 'fetch' | 'push'; refs?: readonly string[] },
  duration = '1h',
): Promise<string> {
  const request = await asked.api(await site.provider.idToken('developer'), 'POST', 'requests', {
    scopes: [scope],
    duration,
    reason: 'a test needs it',
  });
  if (request.status !== 201) throw new Error(JSON.stringify(request));
  const answer = await approved.api(
    await site.provider.idToken('approver'),
    'POST',
    `requests/${String(request.body.id)}/approve`,
    {},
  );
  if (answer.status !== 200) throw new Error(JSON.stringify(answer));
  return String((answer.body.grantIds as unknown as string[])[0]);
}

/** A way to Redis that swallows every published message once a connection has subscribed. */
export async function deafWay(t: Ending, redisPort: number): Promise<number> {
  const server = createServer((client) => {
    const redis = connect(redisPort, '127.0.0.1');
    let subscribed = false;
    client.on('data', (bytes) => {
      subscribed ||= /subscribe/i.test(bytes.toString('latin1'));
      redis.write(bytes);
    });
    redis.on('data', (bytes) => {
      if (!(subscribed && bytes.toString('latin1').includes('message'))) client.write(bytes);
    });
    for (const [one, other] of [
      [client, redis],
      [redis, client],
    ] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  return (server.address() as AddressInfo).port;
}

async function entriesOf(directory: string): Promise<readonly Record<string, unknown>[]> {
  const names = (await readdir(directory)).filter((name) => /^A-.*\.jsonl$/.test(name)).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(directory, name), 'utf8')));
  return texts.flatMap((text) =>
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>),
  );
}
