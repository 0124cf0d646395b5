import { once } from 'node:events';
import { chmod, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { initCertificates } from '../../certs/init.ts';
import { formatFault } from '../../config/fault.ts';
import { parseConfig } from '../../config/load.ts';
import type { Config } from '../../config/schema.ts';
import { checkConnections } from '../../gateway/commands/check-connections.ts';
import { peerCertificate } from '../servers/authority.ts';
import { root } from '../servers/clone.ts';
import type { Ending } from '../servers/ending.ts';
import { freePort } from '../servers/free-port.ts';
import { startHostileHost } from '../servers/hostile-host.ts';
import { startRedis } from '../servers/redis.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';

const minimal = await readFile(`${root}/config/minimal.yaml`, 'utf8');

// RSA keys take a while to make; one set does for all.
const certificates = await mkdtemp(join(tmpdir(), 'sluice-test-'));
t.teardown(() => rm(certificates, { recursive: true }));
await initCertificates(certificates, ['git.example.com'], new Date());

interface Peers {
  readonly issuer: string;
  readonly host: string;
  readonly store?: string;
  readonly more?: string;
}

/** A configuration over the peers, with fresh certificates and secrets. */
async function aConfig(
  test: Ending,
  { issuer, host, store, more = '' }: Peers,
): Promise<{ config: Config; directory: string }> {
  const directory = await temporaryDirectory(test);
  await cp(certificates, `${directory}/certs`, { recursive: true });
  for (const name of ['oidc', 'fetch', 'push'])
    await writeFile(`${directory}/${name}`, 'hunter2\n', { mode: 0o600 });
  const text = minimal
    .replace('secrets/oidc', 'oidc')
    .replace('https://login.example.com', issuer)
    .replace('{ kind: memory }', store ?? '{ kind: memory }')
    .replace('url: https://github.com', `url: ${host}${more}`);
  const loaded = parseConfig(text, `${directory}/sluice.yaml`);
  if (loaded.kind === 'faulty') throw new Error(loaded.faults.map(formatFault).join('\n'));
  return { config: loaded.config, directory };
}

/** A provider that spells its issuer `spelling` of its own address, at a clock `aheadMs` from ours. */
async function aProvider(
  test: Ending,
  { spelling = (url: string) => url, aheadMs = 0, status = 200 } = {},
): Promise<string> {
  const server = createServer((_, response) => {
    response.sendDate = false;
    response.setHeader('date', new Date(Date.now() + aheadMs).toUTCString());
    response.writeHead(status, { 'content-type': 'application/json' });
    const endpoints = {
      authorization_endpoint: `${url}/a`,
      token_endpoint: `${url}/t`,
      jwks_uri: `${url}/j`,
    };
    response.end(JSON.stringify({ issuer: spelling(url), ...endpoints }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  test.teardown(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return url;
}

/** A Git host that answers a status for each service. */
function aHost(test: Ending, status: (push: boolean, authorization: string | undefined) => number) {
  return startHostileHost(test, ({ url, headers }, socket) => {
    socket.end(
      `HTTP/1.1 ${status(url.includes('receive-pack'), headers.authorization)} X\r\nContent-Length: 0\r\n\r\n`,
    );
  });
}

async function linesOf(config: Config, patienceMs?: number): Promise<string[]> {
  const findings = await checkConnections(config, patienceMs);
  return findings.map(
    ({ ok, text, mend }) => `${ok ? 'ok' : 'MEND'} ${text}${mend === undefined ? '' : ` -> ${mend}`}`,
  );
}

void t.test('where all is well every line is good, and the issuer stands there twice', async (t) => {
  const issuer = await aProvider(t);
  const { url } = await aHost(t, () => 404);
  const { config } = await aConfig(t, { issuer, host: url });
  const lines = await linesOf(config);

  t.ok(
    lines.every((line) => line.startsWith('ok ')),
    lines.join('\n'),
  );
  const text = lines.join('\n');
  for (const said of [
    /certificate is for git\.example\.com/,
    /certificate is good for 39\d days/,
    /store: in this process/,
    /upstream hub answers for fetch \(404\)/,
    /upstream hub answers for push \(404\)/,
    /clock agrees with that of the identity provider/,
    /audit directory .* can be made/,
  ])
    t.match(text, said);
  t.equal(text.split(JSON.stringify(issuer)).length, 3, 'both spellings');
});

void t.test('an issuer that differs by a slash is told with both spellings', async (t) => {
  const issuer = await aProvider(t, { spelling: (url) => `${url}/` });
  const { url } = await aHost(t, () => 404);
  const { config } = await aConfig(t, { issuer, host: url });
  t.match(
    (await linesOf(config)).join('\n'),
    `MEND the provider spells its issuer "${issuer}/", the file has "${issuer}" -> write oidc.issuer exactly`,
  );
});

void t.test(
  'a provider whose clock is minutes off is told as a matter of the clock, and which way',
  async (t) => {
    const { url } = await aHost(t, () => 404);
    for (const [aheadMs, said] of [
      [600_000, /MEND clock of the identity provider is (599|600) s ahead of this/],
      [-600_000, /MEND clock of the identity provider is (599|600|601) s behind this/],
    ] as const) {
      const { config } = await aConfig(t, { issuer: await aProvider(t, { aheadMs }), host: url });
      t.match((await linesOf(config)).join('\n'), said);
    }
  },
);

void t.test('a provider that has no document there is told with the mend', async (t) => {
  const { url } = await aHost(t, () => 404);
  const { config } = await aConfig(t, { issuer: await aProvider(t, { status: 404 }), host: url });
  t.match(
    (await linesOf(config)).join('\n'),
    /MEND http:.*openid-configuration answers 404 and no discovery document -> .*oidc\.discoveryUrl/,
  );
});

void t.test('a credential that the host refuses is told for its right alone, and never shown', async (t) => {
  const host = await aHost(t, (push, authorization) => (authorization === undefined || push ? 401 : 404));
  const more = ', credential: { fetch: { username: bot, passwordFile: fetch }, push: { bearerFile: push } }';
  const { config } = await aConfig(t, { issuer: await aProvider(t), host: host.url, more });
  const text = (await linesOf(config)).join('\n');

  t.match(text, /ok upstream hub answers for fetch \(404\)/);
  t.match(
    text,
    /MEND upstream hub does not take the push credential \(401\) -> look at upstreams\.hub\.credential\.push/,
  );
  t.notMatch(text, /hunter2/);
  t.strictSame(
    host.requests.map(({ headers }) => headers.authorization),
    [`Basic ${Buffer.from('bot:hunter2').toString('base64')}`, 'Bearer hunter2'],
  );
});

void t.test('a host that asks for a credential where none is configured is told so', async (t) => {
  const { url } = await aHost(t, () => 401);
  const { config } = await aConfig(t, { issuer: await aProvider(t), host: url });
  t.match(
    (await linesOf(config)).join('\n'),
    /MEND upstream hub asks for a credential to fetch, and none is configured -> set upstreams\.hub\.credential\.fetch/,
  );
});

void t.test('peers that refuse, never answer, or are not there end in one line each, in time', async (t) => {
  const silent = await startHostileHost(t, () => {});
  const port = await freePort();
  const { config } = await aConfig(t, {
    issuer: `http://127.0.0.1:${port}`,
    host: silent.url,
    store: `{ kind: redis, addresses: ["127.0.0.1:${port}"], integrityKeyFile: certs/store.key, timeout: 100ms }`,
  });
  const lines = await linesOf(config, 1_500);
  const text = lines.join('\n');
  t.match(text, /MEND identity provider: connect ECONNREFUSED .* -> look at the port/);
  t.match(text, /MEND upstream hub did not answer within 1\.5 s -> look at upstreams\.hub/);
  t.match(text, /MEND store: connect ECONNREFUSED .* -> look at the port/);
});

void t.test('a host whose authority nobody knows is told where to name it', async (t) => {
  const peer = await peerCertificate(t);
  const [cert, key] = await Promise.all([readFile(peer.certificate), readFile(peer.key)]);
  const server = createHttpsServer({ cert, key }, (_, response) => response.writeHead(404).end());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const host = `https://localhost:${(server.address() as AddressInfo).port}`;
  const issuer = await aProvider(t);

  const unknown = await aConfig(t, { issuer, host });
  t.match(
    (await linesOf(unknown.config)).join('\n'),
    /MEND upstream hub: .* -> have upstreams\.hub\.caFile name the authority/,
  );
  const known = await aConfig(t, { issuer, host, more: `, caFile: ${peer.caFile}` });
  t.match((await linesOf(known.config)).join('\n'), /ok upstream hub answers for fetch/);
});

void t.test(
  'a certificate for another host, and secrets that are missing or open to others, are told',
  async (t) => {
    const { url } = await aHost(t, () => 404);
    const more = ', credential: { fetch: { bearerFile: fetch } }';
    const { config, directory } = await aConfig(t, { issuer: await aProvider(t), host: url, more });
    await chmod(`${directory}/fetch`, 0o644);
    const asked = {
      ...config,
      publicUrl: 'https://other.example.com',
      oidc: { ...config.oidc, clientSecret: { kind: 'file', path: `${directory}/none` } as const },
    };
    const text = (await linesOf(asked)).join('\n');
    t.match(text, /MEND certificate .* is not for other\.example\.com/);
    t.match(text, /MEND secret file .*\/fetch is open to other users \(mode 644\).* -> chmod 600/);
    t.match(text, /MEND secret file .*\/none cannot be read \(ENOENT\)/);
  },
);

void t.test('a Redis is looked at as the user the gateway will be', async (t) => {
  const redis = await startRedis(t);
  const { url } = await aHost(t, () => 404);
  const store = `{ kind: redis, addresses: ["127.0.0.1:${redis.port}"], username: ${redis.username}, passwordFile: redis, integrityKeyFile: certs/store.key }`;
  const { config, directory } = await aConfig(t, { issuer: await aProvider(t), host: url, store });
  await writeFile(`${directory}/redis`, redis.password, { mode: 0o600 });
  const text = (await linesOf(config)).join('\n');
  for (const said of [
    /ok store: Redis \d/,
    /ok store: eviction: noeviction/,
    /ok store: persistence: append-only/,
    /store: answers in [\d.]+ ms/,
    /ok clock agrees with that of the store/,
  ])
    t.match(text, said);

  await redis.admin('CONFIG', 'SET', 'maxmemory', '100mb');
  await redis.admin('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
  t.match(
    (await linesOf(config)).join('\n'),
    /MEND store: eviction policy allkeys-lru .* -> set maxmemory-policy noeviction/,
  );

  await writeFile(`${directory}/redis`, 'wrong-hunter2', { mode: 0o600 });
  const refused = (await linesOf(config)).join('\n');
  t.match(refused, /MEND store: WRONGPASS/);
  t.notMatch(refused, /hunter2/);
});

void t.test('the secret of the hook is looked at: missing, too short, another form', async (t) => {
  const issuer = await aProvider(t);
  const { url } = await aHost(t, () => 404);
  const { config, directory } = await aConfig(t, { issuer, host: url });
  const path = `${directory}/hook`;
  const hooks = { deactivated: { secret: { kind: 'file' as const, path } } };
  const lines = async () => (await linesOf({ ...config, hooks })).filter((line) => line.includes('hook'));
  const wrong = (text: string) => [`MEND ${text} -> look at hooks.deactivated`];

  t.strictSame(await lines(), wrong(`secret file ${path} cannot be read (ENOENT)`));
  const of = (bytes: number) => `whsec_${Buffer.alloc(bytes, 7).toString('base64')}`;
  for (const [secret, text] of [
    [of(23), `hook secret in ${path} holds 23 bytes; 24 to 64 are expected`],
    [of(65), `hook secret in ${path} holds 65 bytes; 24 to 64 are expected`],
    ['hunter2 hunter2 hunter2 hunter2', `hook secret in ${path} is not whsec_ and base64`],
    ['whsec_!', `hook secret in ${path} is not whsec_ and base64`],
  ] as const) {
    await writeFile(path, `${secret}\n`, { mode: 0o600 });
    t.strictSame(await lines(), wrong(text));
  }
  for (const bytes of [24, 64]) {
    await writeFile(path, `${of(bytes)}\n`, { mode: 0o600 });
    t.strictSame(await lines(), ['ok the secret of hooks.deactivated has the form of Standard Webhooks']);
  }
});
