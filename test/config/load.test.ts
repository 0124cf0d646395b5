import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { formatFault } from '../../config/fault.ts';
import { type ConfigOrFaults, loadConfig, parseConfig } from '../../config/load.ts';
import { publishedSchema } from '../../config/publish-schema.ts';
import type { Config } from '../../config/schema.ts';
import { root } from '../servers/clone.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';

const folder = `${root}/config`;
const minimal = await readFile(`${folder}/minimal.yaml`, 'utf8');

void t.test('the published schema is the one the loader checks with', async (t) => {
  t.equal(await readFile(`${folder}/sluice.schema.json`, 'utf8'), publishedSchema());
});

void t.test('every field has a doc line in the published schema', async (t) => {
  const undocumented: string[] = [];
  walk(JSON.parse(publishedSchema()), '');
  t.strictSame(undocumented, []);

  function walk(node: unknown, path: string): void {
    if (node === null || typeof node !== 'object') return;
    for (const [name, field] of Object.entries((node as { properties?: object }).properties ?? {})) {
      const described = field as { description?: string; pattern?: string };
      // The one field of { env: … } is told by its section.
      if (described.description === undefined && name !== 'env') undocumented.push(`${path}.${name}`);
    }
    for (const [name, inner] of Object.entries(node)) walk(inner, `${path}.${name}`);
  }
});

void t.test('the example and the minimal file load without a warning', async (t) => {
  for (const name of ['example.yaml', 'minimal.yaml']) {
    const result = await loadConfig(`${folder}/${name}`);
    t.match(result, { kind: 'loaded', warnings: [] }, name);
  }
});

void t.test('what the example marks as default is the default', async (t) => {
  const example = loaded(parseConfig(await readFile(`${folder}/example.yaml`, 'utf8'), '/etc/sluice.yaml'));
  const bare = loaded(parseConfig(minimal, '/etc/sluice.yaml'));
  t.strictSame({ ...example.limits, maxPushBytes: undefined }, bare.limits);
  t.strictSame(example.signIn, bare.signIn);
  t.strictSame(example.credentials, bare.credentials);
  const {
    directory: _d,
    signingKey: _k,
    witnessFile: _w,
    witnessWebhook: _h,
    archiveDirectory: _a,
    retentionMs: _r,
    ...audit
  } = example.audit;
  t.match(bare.audit, audit);
  t.strictSame(example.ops, bare.ops);
  t.strictSame(example.log, bare.log);
  t.match(example.oidc, {
    scopes: bare.oidc.scopes,
    groupsClaim: 'groups',
    groupsMaxAgeMs: bare.oidc.groupsMaxAgeMs,
    audiences: bare.oidc.audiences,
  });
});

void t.test(
  'all faults are listed at once, each with its place, its field, what came and what was expected',
  async (t) => {
    const text = `publicUrl: https://Git.example.com/
https: { listen: 0.0.0.0:99999, certificate: a.crt, kye: a.key }
ssh:
store: { kind: rediss }
oidc: { issuer: https://l.example.com, clientId: 5 }
roles: { approver: [], auditor: ["x@y"], admin: everyone }
upstreams:
  Hub: { kind: github, url: https://github.com }
  api: { kind: github, url: http://git.internal, credential: { fetch: { username: a } } }
repositories:
  - match: hub/acme/**
    critical: yes
    fetch: { approval: automatic, maxDuration: 9h }
  - match: hub/acme/x?
    requesters: [a]
    push: { approval: [{ fro: x, count: 0 }], maxDuration: 90d, kinds: [create, rewind] }
  - requesters: [b]
    fetch: { approval: sometimes, mxaDuration: 3h }
audit: { directory: "" , onFailure: ignore, segmentSize: 1kb}
limits: { idle: 3 }
`;
    t.strictSame(faultLines(parseConfig(text, 's.yaml')), [
      's.yaml:1:12: publicUrl: is "https://Git.example.com/"; expected https://HOST or https://HOST:PORT, and it is not a bare origin in lower case: write https://git.example.com',
      's.yaml:2:18: https.listen: is "0.0.0.0:99999"; expected HOST:PORT or [IPV6]:PORT with a port up to 65535',
      's.yaml:2:53: https.kye: is no field of this section; did you mean key?',
      's.yaml:3:5: ssh: is nothing; expected a section with listen, hostKeys, userCertificates, signInLink, allowCriticalAnswers, proxyProtocol',
      's.yaml:4:16: store.kind: is "rediss"; expected one of redis, sentinel, cluster, memory',
      's.yaml:5:50: oidc.clientId: is 5; expected text',
      's.yaml:6:20: roles.approver: is empty; expected a list of selectors, at least one',
      's.yaml:6:34: roles.auditor[0]: is "x@y"; expected a selector, and it looks like an address: write email:ADDRESS',
      's.yaml:6:49: roles.admin: is "everyone"; expected a list of selectors',
      's.yaml:8:3: upstreams.Hub: is no name that may stand here; expected upstreams by name, [a-z][a-z0-9-]*',
      's.yaml:9:3: upstreams.api: is a name of the gateway itself; expected another one',
      's.yaml:9:29: upstreams.api.url: is http:// to another machine; expected https://, or allowPlainHttp: true',
      's.yaml:9:71: upstreams.api.credential.fetch: is neither username with passwordFile nor bearerFile alone',
      's.yaml:11:5: repositories[0].requesters: is missing; expected a list of selectors',
      's.yaml:12:15: repositories[0].critical: is "yes"; expected true or false',
      's.yaml:14:12: repositories[1].match: is "hub/acme/x?"; expected a pattern over names, and it holds "?"; only * and ** have a meaning, and no name holds it',
      's.yaml:16:24: repositories[1].push.approval[0].from: is missing; expected a selector',
      's.yaml:16:26: repositories[1].push.approval[0].fro: is no field of this section; did you mean from?',
      's.yaml:16:41: repositories[1].push.approval[0].count: is 0; expected a whole number from 1 to 20',
      's.yaml:16:60: repositories[1].push.maxDuration: is "90d"; expected a duration from 1s to 30d',
      's.yaml:16:81: repositories[1].push.kinds[1]: is "rewind"; expected one of create, update, delete',
      's.yaml:17:5: repositories[2].match: is missing; expected a pattern',
      's.yaml:18:24: repositories[2].fetch.approval: is "sometimes"; expected automatic, ask, a number from 1 to 20, or a list of { from, count }',
      's.yaml:18:35: repositories[2].fetch.mxaDuration: is no field of this section; did you mean maxDuration?',
      's.yaml:19:21: audit.directory: is ""; expected a path',
      's.yaml:19:37: audit.onFailure: is "ignore"; expected one of refuse, continue',
      's.yaml:19:58: audit.segmentSize: is "1kb"; expected a size from 64KiB to 16GiB, like 512KiB, 64MiB or 2GiB',
      's.yaml:20:17: limits.idle: is 3; expected a duration from 10s to 24h, like 90s, 30m, 2h or 7d',
    ]);
  },
);

void t.test('spans and sizes are numbers, names canonical, paths absolute', async (t) => {
  t.match(loaded(parseConfig(minimal, '/etc/sluice/sluice.yaml')), {
    https: { tls: { certificateFile: '/etc/sluice/certs/gateway.crt' } },
    audit: { directory: '/etc/sluice/audit', segmentBytes: 64 * 2 ** 20 },
    repositories: [
      { fetch: { maxDurationMs: 8 * 3_600_000, maxTotalMs: 16 * 3_600_000, decideWithinMs: 24 * 3_600_000 } },
    ],
    limits: { idleMs: 900_000, cutGraceMs: 2_000 },
  });
});

void t.test(
  'a rule with neither right is allowed: nobody may ask, and rules below do not apply',
  async (t) => {
    t.match(loaded(parseConfig(minimal.replace(/ {4}fetch: .*\n/, ''), '/etc/s.yaml')).repositories, [
      { fetch: undefined, push: undefined },
    ]);
  },
);

void t.test('a port that is free, or another address, is shared by no two listeners', async (t) => {
  for (const ops of ['127.0.0.1:0', '127.0.0.1:8444']) {
    t.match(parseConfig(`${minimal}ops: { listen: ${ops} }\n`, 's.yaml'), { kind: 'loaded' }, ops);
  }
});

void t.test('a hundred faults are a hundred lines', async (t) => {
  const text = minimal.replace(
    'roles: {',
    `roles: { ${Array.from({ length: 100 }, (_, at) => `r${at}: [a], `).join('')}`,
  );
  t.equal(faultLines(parseConfig(text, 's.yaml')).length, 100);
});

void t.test('a secret written inline is a fault, and no text shows it', async (t) => {
  const inline: [string, string][] = [
    ['clientSecretFile: secrets/oidc', 'clientSecret: hunter2'],
    ['clientSecretFile: secrets/oidc', 'clientSecretFile: { value: hunter2 }'],
    ['clientSecretFile: secrets/oidc', 'clientSecretFile: { env: hunter2 }'],
    ['clientSecretFile: secrets/oidc', 'clientSecretFile: [hunter2]'],
    ['url: https://github.com', 'url: https://me:hunter2@github.com'],
    ['issuer: https://login.example.com', 'issuer: https://me:hunter2@login.example.com'],
    ['publicUrl: https://git', 'publicUrl: https://me:hunter2@git'],
    ['kind: memory', 'kind: redis, password: hunter2'],
  ];
  for (const [from, to] of inline) {
    const lines = faultLines(parseConfig(minimal.replace(from, to), 's.yaml'));
    t.not(lines.length, 0, to);
    t.notMatch(lines.join('\n'), /hunter2/, to);
  }
});

void t.test('text that is no YAML mapping is a fault and not an exception', async (t) => {
  const texts = [
    '',
    '- a',
    'a',
    'a: 1\na: 2',
    'a: [',
    '\t',
    'a: *b',
    '%YAML 9',
    '---\na: 1\n---\nb: 2',
    '? {a: 1}\n: 2',
    '!!js/function x',
    '__proto__: { a: 1 }',
    'constructor: 1',
  ];
  const laughs = Array.from(
    { length: 12 },
    (_, at) => `a${at}: &a${at} [${Array(9).fill(at === 0 ? 'x' : `*a${at - 1}`)}]`,
  );
  for (const text of [...texts, laughs.join('\n')]) {
    t.match(parseConfig(text, 's.yaml'), { kind: 'faulty' }, JSON.stringify(text.slice(0, 30)));
  }
});

void t.test('a file that cannot be read as text is a fault and not an exception', async (t) => {
  const directory = await temporaryDirectory(t);
  await writeFile(join(directory, 'latin1.yaml'), Buffer.from([0x61, 0x3a, 0xff]));
  await writeFile(join(directory, 'big.yaml'), Buffer.alloc(4 * 2 ** 20 + 1, 0x20));
  for (const name of ['latin1.yaml', 'big.yaml', 'absent.yaml', '']) {
    t.match(
      await loadConfig(join(directory, name)),
      { kind: 'faulty', faults: [{ line: 1, column: 1 }] },
      name,
    );
  }
});

void t.test('a byte order mark and Windows line ends change nothing', async (t) => {
  const plain = parseConfig(minimal, '/etc/s.yaml');
  t.strictSame(parseConfig(`\ufeff${minimal.replaceAll('\n', '\r\n')}`, '/etc/s.yaml'), plain);
});

void t.test('the issuer is kept character by character', async (t) => {
  for (const issuer of [
    'https://idp.test/app/',
    'https://idp.test/app',
    'https://IDP.test',
    'https://idp.test/%7Ea',
  ]) {
    const config = loaded(parseConfig(minimal.replace('https://login.example.com', issuer), '/etc/s.yaml'));
    t.equal(config.oidc.issuer, issuer);
  }
});

void t.test(
  'idle limits are longer than ten minutes unless the file says less, and then it warns',
  async (t) => {
    const { limits } = loaded(parseConfig(minimal, '/etc/s.yaml'));
    t.ok(limits.idleMs > 600_000);
    t.ok(limits.keepAliveMs > 600_000);
    t.match(parseConfig(`${minimal}limits: { idle: 5m }\n`, 's.yaml'), {
      kind: 'loaded',
      warnings: [{ field: 'limits.idle' }],
    });
  },
);

void t.test('a pattern is folded as its upstream folds, and only then', async (t) => {
  const matchOf = (kind: string, match: string): string | undefined =>
    loaded(
      parseConfig(
        minimal.replace('kind: github', `kind: ${kind}`).replace('hub/acme/**', match),
        '/etc/s.yaml',
      ),
    ).repositories[0]?.match;
  for (const kind of ['github', 'gitlab', 'bitbucket', 'gitea'])
    t.equal(matchOf(kind, 'hub/Acme/**'), 'hub/acme/**', kind);
  t.equal(matchOf('generic', 'hub/Acme/**'), 'hub/Acme/**');
  t.equal(matchOf('generic, foldsCase: true', 'hub/Acme/**'), 'hub/acme/**');
  t.equal(matchOf('generic', 'hub/cafe\u0301/*'), 'hub/caf\u00e9/*');
});

void t.test('the policy hash follows what decides and nothing else', async (t) => {
  const hashOf = (text: string, file = '/etc/s.yaml'): string => {
    const result = parseConfig(text, file);
    if (result.kind === 'faulty') throw new Error(faultLines(result).join('\n'));
    return result.hash;
  };
  const before = hashOf(minimal);
  t.match(before, /^[0-9a-f]{64}$/);
  t.equal(
    hashOf(
      `# a comment\n${minimal.replace('0.0.0.0:8443', '"[::]:9443"').replace('directory: audit', 'directory: /other')}`,
      '/srv/s.yaml',
    ),
    before,
  );
  t.not(hashOf(minimal.replace('maxDuration: 8h', 'maxDuration: 7h')), before);
  t.not(hashOf(minimal.replace('[platform-leads]', '[others]')), before);
  t.not(hashOf(minimal.replace('kind: github', 'kind: generic')), before);
});

function loaded(result: ConfigOrFaults): Config {
  if (result.kind === 'loaded') return result.config;
  throw new Error(faultLines(result).join('\n'));
}

function faultLines(result: ConfigOrFaults): string[] {
  return result.kind === 'loaded' ? [] : result.faults.map(formatFault);
}
