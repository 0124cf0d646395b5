import { readFile } from 'node:fs/promises';
import t from 'tap';
import { parseConfig } from '../../config/load.ts';
import { root } from '../servers/clone.ts';

const minimal = await readFile(`${root}/config/minimal.yaml`, 'utf8');

const rule =
  (fields: string): ((text: string) => string) =>
  (text) =>
    text.replace('    fetch: { approval: 1, maxDuration: 8h }', fields);
const critical = (fields: string) => rule(`    critical: true\n${fields}`);
const more = (text: string) => (before: string) => before + text;
const swap = (from: string, to: string) => (text: string) => text.replace(from, to);
const pairOfFiles = 'certificate: certs/gateway.crt, key: certs/gateway.key';
const secondRule = (match: string) => swap('audit:', `  - { match: "${match}", requesters: [x] }\naudit:`);
const secondHost = (fields: string) => swap('repositories:', `  two: { ${fields} }\nrepositories:`);
const redis = (fields: string) => swap('store: { kind: memory }', `store: { ${fields} }`);

/** Each change to the minimal file, the field it makes faulty, and what is said of it. */
const single: readonly (readonly [
  what: string,
  change: (text: string) => string,
  field: string,
  said: RegExp,
])[] = [
  ['a misspelt section', swap('audit:', 'audti:'), 'audti', /did you mean audit\?/],
  [
    'checkpoints without a key',
    swap('audit: {', 'audit: { checkpoint: { entries: 100 },'),
    'audit.checkpoint',
    /signingKeyFile/,
  ],
  [
    'a witness that is none',
    swap('audit: {', 'audit: { signingKeyFile: k, witness: {},'),
    'audit.witness',
    /neither a file nor a webhook/,
  ],
  [
    'a witness without a key',
    swap('audit: {', 'audit: { witness: { file: w },'),
    'audit.witness',
    /signingKeyFile/,
  ],
  ['a field set twice', more('audit: { directory: other }\n'), '', /unique/],
  [
    'a match over an upstream that is not there',
    swap('hub/acme/**', 'nub/acme/**'),
    'repositories[0].match',
    /no upstream; did you mean hub\?/,
  ],
  [
    'capital letters that only some upstreams fold',
    (text) => secondHost('kind: generic, url: https://b.test')(swap('hub/acme/**', '"*/Acme/**"')(text)),
    'repositories[0].match',
    /capital letters/,
  ],
  [
    'two rules with one match',
    secondRule('hub/acme/**'),
    'repositories[1].match',
    /never reached: repositories\[0\].*same match/,
  ],
  ['two rules with one match but for case', secondRule('hub/ACME/**'), 'repositories[1].match', /same match/],
  [
    'a rule behind a wider one',
    secondRule('hub/acme/payments-*'),
    'repositories[1].match',
    /never reached.*matches all it could/,
  ],
  [
    'a pattern with the replacement character',
    swap('hub/acme/**', 'hub/a\ufffd/**'),
    'repositories[0].match',
    /U\+FFFD/,
  ],
  [
    'a critical rule that approves by itself',
    critical('    fetch: { approval: automatic }'),
    'repositories[0].fetch.approval',
    /critical/,
  ],
  [
    'a critical rule of more than 8 hours',
    critical('    fetch: { maxDuration: 9h }'),
    'repositories[0].fetch.maxDuration',
    /8h at most/,
  ],
  [
    'a critical rule with a short reason',
    critical('    fetch: { minReason: 19 }'),
    'repositories[0].fetch.minReason',
    /20 at least/,
  ],
  [
    'approvers where nobody answers',
    rule('    fetch: { approval: ask, approvers: [x] }'),
    'repositories[0].fetch.approvers',
    /nobody answers/,
  ],
  [
    'approvers named twice',
    rule('    fetch: { approval: [{ from: a }], approvers: [x] }'),
    'repositories[0].fetch.approvers',
    /names them itself/,
  ],
  [
    'an approval that nobody could give',
    swap('approver: [platform-leads], ', ''),
    'repositories[0].fetch.approval',
    /by nobody/,
  ],
  [
    'a demand on no selector',
    rule('    fetch: { approval: [{ from: "a@b" }] }'),
    'repositories[0].fetch.approval[0].from',
    /email:ADDRESS/,
  ],
  [
    'a reason demanded of an automatic approval',
    rule('    fetch: { approval: automatic, minReason: 5 }'),
    'repositories[0].fetch.minReason',
    /no reason/,
  ],
  [
    'a ticket pattern that is none',
    rule('    fetch: { ticketPattern: "(" }'),
    'repositories[0].fetch.ticketPattern',
    /regular expression/,
  ],
  [
    'a total shorter than one duration',
    rule('    fetch: { maxDuration: 2h, maxTotal: 1h }'),
    'repositories[0].fetch.maxTotal',
    /shorter/,
  ],
  [
    'a ref that is no full name',
    rule('    push: { refs: [main] }'),
    'repositories[0].push.refs[0]',
    /full name/,
  ],
  [
    'refs of a fetch',
    rule('    fetch: { refs: [refs/heads/main] }'),
    'repositories[0].fetch.refs',
    /no field/,
  ],
  [
    'a duration without unit',
    swap('maxDuration: 8h', 'maxDuration: 8'),
    'repositories[0].fetch.maxDuration',
    /90s, 30m/,
  ],
  [
    'a duration over the bound',
    swap('maxDuration: 8h', 'maxDuration: 31d'),
    'repositories[0].fetch.maxDuration',
    /to 30d/,
  ],
  ['no TLS without a trusted proxy', swap(pairOfFiles, 'tls: none'), 'https.tls', /trustedProxies/],
  [
    'no TLS beside a certificate',
    swap(pairOfFiles, 'tls: none, trustedProxies: [10.0.0.1], key: k'),
    'https.key',
    /beside tls: none/,
  ],
  ['a certificate without key', swap(', key: certs/gateway.key', ''), 'https.key', /missing/],
  [
    'a range with bits behind its prefix',
    swap(pairOfFiles, 'tls: none, trustedProxies: [10.0.0.1/8]'),
    'https.trustedProxies[0]',
    /prefix/,
  ],
  [
    'a range that is a name',
    swap(pairOfFiles, 'tls: none, trustedProxies: [proxy.test]'),
    'https.trustedProxies[0]',
    /10\.0\.0\.0\/8/,
  ],
  ['two listeners on one port', more('ops: { listen: 127.0.0.1:8443 }\n'), 'ops.listen', /port of https/],
  [
    'a public address with a path',
    swap('https://git.example.com', 'https://git.example.com/x'),
    'publicUrl',
    /bare origin/,
  ],
  [
    'a public address without TLS',
    swap('https://git.example.com', 'http://git.example.com'),
    'publicUrl',
    /https:\/\/HOST/,
  ],
  ['a Redis store without its fields', redis('kind: redis'), 'store.addresses', /missing/],
  [
    'a Redis store without a key',
    redis('kind: redis, addresses: ["r:6379"]'),
    'store.integrityKeyFile',
    /missing/,
  ],
  [
    'two addresses of one Redis',
    redis('kind: redis, integrityKeyFile: k, addresses: ["a:1", "b:2"]'),
    'store.addresses',
    /exactly one/,
  ],
  [
    'sentinels without the primary',
    redis('kind: sentinel, integrityKeyFile: k, addresses: ["a:1"]'),
    'store.primaryName',
    /missing/,
  ],
  [
    'a memory store with an address',
    redis('kind: memory, addresses: ["a:1"]'),
    'store.addresses',
    /kind is memory/,
  ],
  ['an issuer in plain HTTP', swap('https://login', 'http://login'), 'oidc.issuer', /another machine/],
  [
    'a reserved name as upstream',
    (text) => text.replace('  hub:', '  api:').replace('hub/acme', 'api/acme'),
    'upstreams.api',
    /gateway itself/,
  ],
  [
    'an upstream in plain HTTP',
    swap('https://github.com', 'http://github.com'),
    'upstreams.hub.url',
    /allowPlainHttp/,
  ],
  [
    'an upstream address that climbs',
    swap('https://github.com', 'https://github.com/a/../b'),
    'upstreams.hub.url',
    /"\.\."/,
  ],
  [
    'one host under two names',
    secondHost('kind: github, url: https://github.com/'),
    'upstreams.two.url',
    /upstreams\.hub/,
  ],
  [
    'a host inside another',
    secondHost('kind: github, url: https://github.com/ACME'),
    'upstreams.two.url',
    /upstreams\.hub/,
  ],
  ['a host without an address', secondHost('kind: generic'), 'upstreams.two', /neither url nor ssh/],
  [
    'an SSH address without a user',
    secondHost('kind: generic, ssh: { url: "ssh://b.test", keyFile: k, knownHostsFile: h }'),
    'upstreams.two.ssh.url',
    /USER@HOST/,
  ],
  [
    'an SSH address that climbs',
    secondHost('kind: generic, ssh: { url: "ssh://git@b.test/a/../b", keyFile: k, knownHostsFile: h }'),
    'upstreams.two.ssh.url',
    /"\.\."/,
  ],
  [
    'one SSH host under two names',
    secondHost(
      'kind: generic, ssh: { url: "ssh://git@b.test", keyFile: k, knownHostsFile: h } }\n  three: { kind: generic, url: "https://c.test", ssh: { url: "ssh://x@B.test:22/srv", keyFile: k, knownHostsFile: h }',
    ),
    'upstreams.three.ssh.url',
    /upstreams\.two/,
  ],
  [
    'a credential that is half',
    secondHost('kind: generic, url: https://b.test, credential: { push: { username: a } }'),
    'upstreams.two.credential.push',
    /passwordFile/,
  ],
  [
    'a sign-in idle for longer than it lives',
    more('signIn: { idle: 13h }\n'),
    'signIn.idle',
    /longer than signIn\.life/,
  ],
  [
    'a critical grace over the plain one',
    more('limits: { storeGrace: 5s }\n'),
    'limits.storeGrace',
    /criticalStoreGrace/,
  ],
];
for (const [what, change, field, said] of single) {
  void t.test(`${what} is a fault`, async (t) => {
    const changed = change(minimal);
    t.not(changed, minimal);
    const result = parseConfig(changed, 's.yaml');
    const faults = result.kind === 'faulty' ? result.faults : [];
    t.ok(
      faults.some((fault) => fault.field === field && said.test(fault.message)),
      `${field} ${said} in ${faults.map((fault) => `${fault.field} ${fault.message}`).join(' | ')}`,
    );
  });
}

void t.test('what is odd but may be meant is a warning', async (t) => {
  const odd: [(text: string) => string, string][] = [
    [more('ops: { listen: 0.0.0.0:9464 }\n'), 'ops.listen'],
    [swap('auditor: [security]', 'auditor: [everyone]'), 'roles.auditor[0]'],
    [swap('hub/acme/**', 'hub/acme/app.git'), 'repositories[0].match'],
    [
      (text) =>
        swap(
          'url: https://github.com',
          'url: https://github.com, credential: { fetch: { bearerFile: t } }',
        )(rule('    push: {}')(text)),
      'repositories[0].push',
    ],
  ];
  for (const [change, field] of odd) {
    t.match(parseConfig(change(minimal), 's.yaml'), { kind: 'loaded', warnings: [{ field }] }, field);
  }
});
