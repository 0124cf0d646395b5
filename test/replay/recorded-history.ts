/** A history that two real nodes over one Redis record: both doors, grants of every kind, refusals, failures and cuts. */
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { makeEd25519Key } from '../../certs/host-keys.ts';
import { initCertificates } from '../../certs/init.ts';
import { parseConfig } from '../../config/load.ts';
import { type Gateway, startGateway } from '../../gateway/gateway.ts';
import { createIds } from '../../gateway/grants/ids.ts';
import { makeSecret } from '../../gateway/identity/credential.ts';
import { hashKey } from '../../gateway/identity/key-hash.ts';
import { parsePublicKeyLine } from '../../gateway/ssh/public-key-line.ts';
import type { Credential } from '../../gateway/store/records.ts';
import { seeded } from '../audit/logs.ts';
import type { Ending } from '../servers/ending.ts';
import { startRedis } from '../servers/redis.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';
import { aCredential, aPerson } from '../store/samples.ts';
import { type AtDoor, atHttps, atSsh, call, slowFetch } from './history-clients.ts';
import { startSmallHost } from './small-host.ts';

export interface RecordedHistory {
  /** The audit directory of each node; both have ended. */
  readonly directories: readonly [string, string];
  /** Operations that were tried. */
  readonly tried: number;
}

interface Person {
  readonly principalId: string;
  readonly git: string;
  readonly api: string;
  readonly doors: readonly AtDoor[];
}

/** Tried at once. */
const atOnce = 12;
const developers = 12;
const segmentBytes = 150_000;
const repositories = ['open', 'app', 'lib/one', 'lib/two', 'broken', 'nobody-may'] as const;

/** Records so many operations and some more that are cut; which ones, the seed says. */
export async function recordHistory(
  test: Ending,
  operations: number,
  seed: number,
): Promise<RecordedHistory> {
  const directory = await temporaryDirectory(test);
  const nodes = await startTwo(test, directory);
  const [one, two] = nodes;
  const draw = seeded(seed);
  const lead = await aPersonOf(one, [one, two], 'lead', ['leads', 'admins']);
  const people: Person[] = [];
  for (let i = 0; i < developers; i += 1)
    people.push(await aPersonOf(two, nodes, `dev-${i}`, ['developers']));

  let grants = await grantAll(people, lead, nodes, '1h');
  let tried = 0;
  const changesEvery = Math.max(100, Math.floor(operations / 12));
  const worker = async (): Promise<void> => {
    while (tried < operations) {
      tried += 1;
      if (tried % changesEvery === 0) await change();
      await tryOne(people[draw(people.length)], draw);
    }
  };
  let changes = 0;
  const change = async (): Promise<void> => {
    changes += 1;
    const person = people[changes % people.length];
    const node = nodes[changes % 2];
    if (person === undefined || node === undefined) return;
    const running = await slowFetch(node.httpsPort, person.git, 'slow');
    if (changes % 3 === 0) {
      const { lock } = await call(one.httpsPort, lead.api, 'locks', {
        repository: 'hub/slow',
        reason: 'release freeze',
      });
      await running.ended;
      await call(two.httpsPort, lead.api, `locks/${String((lock as { id: string }).id)}/lift`, {
        reason: 'released',
      });
      return;
    }
    const held = grants.get(person.principalId) ?? [];
    for (const id of held)
      await call(two.httpsPort, lead.api, `grants/${id}/revoke`, { reason: 'laptop lost' });
    await running.ended;
    grants = new Map([...grants, ...(await grantAll([person], lead, nodes, '2h'))]);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  for (const { doors } of people) for (const door of doors) door.leave();
  for (const node of nodes) await node.close('test');
  return { directories: [join(directory, 'one'), join(directory, 'two')], tried: operations };
}

async function tryOne(person: Person | undefined, draw: (under: number) => number): Promise<void> {
  const door = person?.doors[draw(person.doors.length)];
  const repository = repositories[draw(repositories.length)] ?? 'app';
  const ref = `refs/heads/${draw(4) === 0 ? 'main' : `fix/${draw(50)}`}`;
  if (draw(2) === 0) await door?.fetch(repository);
  else await door?.push(repository, ref, draw(2) === 0 ? 'create' : 'delete');
}

/** A push of `fix/**` to some, a fetch of others; everything that was asked for is approved on the other node. */
async function grantAll(
  people: readonly Person[],
  lead: Person,
  [one, two]: readonly [Gateway, Gateway],
  duration: string,
): Promise<Map<string, readonly string[]>> {
  const all = new Map<string, readonly string[]>();
  for (const { principalId, api } of people) {
    const scopes = [
      { repository: 'hub/app', right: 'push', refs: ['refs/heads/fix/**'] },
      { repository: 'hub/lib/one', right: 'fetch' },
      { repository: 'hub/slow', right: 'fetch' },
      { repository: 'hub/broken', right: 'push' },
    ];
    const request = await call(one.httpsPort, api, 'requests', {
      scopes,
      duration,
      reason: 'a test needs it',
    });
    const answer = await call(two.httpsPort, lead.api, `requests/${String(request.id)}/approve`, {});
    const ids = (answer as { grantIds: readonly string[] }).grantIds;
    all.set(principalId, ids);
    const [first = ''] = ids;
    const extension = await call(two.httpsPort, api, `grants/${first}/extend`, {
      duration: '30m',
      reason: 'it takes longer',
    });
    await call(one.httpsPort, lead.api, `requests/${String(extension.id)}/approve`, {});
  }
  return all;
}

async function aPersonOf(
  { store, settle }: Gateway,
  nodes: readonly [Gateway, Gateway],
  subject: string,
  groups: readonly string[],
): Promise<Person> {
  const newId = createIds(randomBytes);
  const { id: principalId } = await store.enrol(aPerson({ subject, groups }), newId('P'));
  const issue = async (change: Partial<Credential>): Promise<void> => {
    const credential = aCredential(await store.now(), { id: newId('C'), principalId, ...change });
    const { id: credentialId, kind, scopes, name, endsAt } = credential;
    const body = { credentialId, principalId, kind, scopes, name, endsAt };
    await settle((await store.issueCredential(credential, { type: 'credential.issued', body })).events);
  };
  const git = makeSecret('git');
  const api = makeSecret('api');
  const key = makeEd25519Key(subject);
  await issue({ hash: git.hash, shown: git.shown });
  await issue({ hash: api.hash, shown: api.shown, kind: 'api', scopes: ['read', 'request', 'approve'] });
  await issue({ hash: hashKey(parsePublicKeyLine(key.line).key.blob), shown: subject, kind: 'ssh' });
  const https = nodes.map((node) => atHttps(node.httpsPort, git.secret));
  const ssh = await Promise.all(nodes.map((node) => atSsh(node.sshPort ?? 0, key.text)));
  const doors = [...https, ...ssh];
  return { principalId, git: git.secret, api: api.secret, doors };
}

async function startTwo(test: Ending, directory: string): Promise<readonly [Gateway, Gateway]> {
  const redis = await startRedis(test);
  const host = await startSmallHost(test);
  await initCertificates(join(directory, 'certs'), ['localhost'], new Date());
  await writeFile(join(directory, 'redis.secret'), redis.password, { mode: 0o600 });
  await writeFile(join(directory, 'oidc.secret'), 'x', { mode: 0o600 });
  const start = async (name: string): Promise<Gateway> => {
    const loaded = parseConfig(
      `publicUrl: https://localhost
https: { listen: "127.0.0.1:0", tls: none, trustedProxies: [127.0.0.1/32] }
ssh: { listen: "127.0.0.1:0", hostKeys: [certs/ssh_host_ed25519_key] }
ops: { listen: "127.0.0.1:0" }
store: { kind: redis, addresses: ["127.0.0.1:${redis.port}"], username: ${redis.username}, passwordFile: redis.secret, integrityKeyFile: certs/store.key }
oidc: { issuer: "http://127.0.0.1:1", clientId: sluice, clientSecretFile: oidc.secret }
roles: { approver: [leads], auditor: [leads], admin: [admins] }
upstreams: { hub: { kind: generic, url: "${host}", allowPlainHttp: true } }
repositories:
  - { match: "hub/open", requesters: [developers], fetch: { approval: automatic, maxDuration: 1h }, push: { approval: automatic, maxDuration: 1h } }
  - { match: "hub/nobody-may", requesters: [nobody], fetch: { approval: 1, maxDuration: 1h } }
  - { match: "hub/**", requesters: [developers], fetch: { approval: 1, maxDuration: 2h }, push: { approval: 1, maxDuration: 2h } }
audit: { directory: ${name} }
limits: { drain: 1s }
`,
      join(directory, 'sluice.yaml'),
    );
    if (loaded.kind === 'faulty') throw new Error(JSON.stringify(loaded.faults));
    // Smaller than a configuration may say, so that a short history has several.
    const audit = { ...loaded.config.audit, segmentBytes, compress: false };
    return await startGateway(
      { ...loaded.config, audit },
      { log: pino({ level: 'silent' }), webRoot: '/nowhere' },
    );
  };
  return [await start('one'), await start('two')];
}
