import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:https';
import { createServer } from 'node:net';
import { pino } from 'pino';
import t from 'tap';
import { initCertificates } from '../certs/init.ts';
import { parseConfig } from '../config/load.ts';
import { readEntries } from '../gateway/audit/read.ts';
import { verify } from '../gateway/audit/verify.ts';
import { startGateway } from '../gateway/gateway.ts';
import { memoryStore } from '../gateway/store/memory-store.ts';
import { sshClient } from './servers/ssh.ts';
import { temporaryDirectory } from './servers/temporary-directory.ts';

async function aConfig(t: Parameters<typeof temporaryDirectory>[0], port: number, more = '') {
  const directory = await temporaryDirectory(t);
  await initCertificates(`${directory}/certs`, ['localhost'], new Date());
  await writeFile(`${directory}/oidc`, 'x\n', { mode: 0o600 });
  const loaded = parseConfig(
    `publicUrl: https://localhost
https: { listen: "127.0.0.1:${port}", certificate: certs/gateway.crt, key: certs/gateway.key }
ops: { listen: "127.0.0.1:0" }
store: { kind: memory }
oidc: { issuer: "http://127.0.0.1:1", clientId: sluice, clientSecretFile: oidc }
roles: { approver: [a], auditor: [b], admin: [c] }
upstreams: { hub: { kind: generic, url: "http://127.0.0.1:1", allowPlainHttp: true } }
repositories: [{ match: "hub/**", requesters: [d], fetch: { approval: 1, maxDuration: 1h } }]
audit: { directory: audit }
${more}
`,
    `${directory}/sluice.yaml`,
  );
  if (loaded.kind === 'faulty') throw new Error(JSON.stringify(loaded.faults));
  return { config: loaded.config, directory };
}

const deps = { log: pino({ level: 'silent' }), webRoot: '/nowhere' };

void t.test(
  'a node whose port is taken does not start, and leaves its audit free for the next',
  async (t) => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    t.teardown(() => taken.close());
    const { port } = taken.address() as { port: number };
    const { config } = await aConfig(t, port);
    await t.rejects(startGateway(config, deps), { code: 'EADDRINUSE' });

    const gateway = await startGateway(
      { ...config, https: { ...config.https, listen: { host: '127.0.0.1', port: 0 } } },
      deps,
    );
    const ready = await fetch(`http://127.0.0.1:${gateway.opsPort}/readyz`);
    t.match(await ready.json(), { ready: true, state: 'serving', store: 'reachable' });
    t.match(
      await (await fetch(`http://127.0.0.1:${gateway.opsPort}/metrics`)).text(),
      /sluice_certificate_days_left 396/,
    );
    await gateway.close('test');
    const { chains, faults } = await verify([config.audit.directory]);
    t.strictSame(faults, []);
    t.equal(chains.length, 1);
  },
);

void t.test('a second node on the same audit directory is refused', async (t) => {
  const { config } = await aConfig(t, 0);
  const gateway = await startGateway(config, deps);
  t.teardown(() => gateway.close('test'));
  await t.rejects(startGateway(config, deps), { code: 'AUDIT_LOCKED' });
});

void t.test(
  'a node whose audit files are behind what the store knows does not start until it is told to',
  async (t) => {
    const { config, directory } = await aConfig(t, 0);
    const store = memoryStore({ nodeId: 'any', now: Date.now });
    const run = async (acceptRolledBackAudit?: string): Promise<void> => {
      const gateway = await startGateway(config, { ...deps, store, acceptRolledBackAudit });
      await gateway.close('test');
    };
    const files = config.audit.directory;
    await run();
    await cp(files, `${directory}/older`, { recursive: true });
    await run();
    await rm(files, { recursive: true });
    await cp(`${directory}/older`, files, { recursive: true });

    const refusal = await run().catch((error: Error) => error);
    t.match(refusal, { code: 'AUDIT_ROLLED_BACK', message: /^audit\.rolled-back: / });
    const [, place = ''] = /--accept-rolled-back-audit (A-\w+:\d+)$/.exec(String(refusal?.message)) ?? [];
    t.strictSame(
      (await readdir(files)).sort(),
      (await readdir(`${directory}/older`)).sort(),
      'nothing was written',
    );
    await t.rejects(run(), { code: 'AUDIT_ROLLED_BACK' }, 'nor is it let in the second time');
    await t.rejects(run(`${place}0`), { code: 'AUDIT_ROLLED_BACK' }, 'another place');
    await run(place);
    const { entries } = await readEntries({ directory: files }, { type: 'node.alarm', limit: 10 });
    t.match(entries, [{ alarm: 'audit-rolled-back-accepted', message: /the store knows entry \d+ of it/ }]);
    await t.resolves(run(), 'from then on the store knows this one');
  },
);

void t.test('checkpoints of a node say how far the others are', async (t) => {
  const store = memoryStore({ nodeId: 'any', now: Date.now });
  const ends: string[] = [];
  for (const _ of [1, 2]) {
    const { config, directory } = await aConfig(t, 0);
    const signingKey = { kind: 'file', path: `${directory}/certs/audit.key` } as const;
    const audit = { ...config.audit, signingKey };
    const gateway = await startGateway({ ...config, audit }, { ...deps, store });
    await gateway.close('test');
    ends.push(audit.directory);
  }
  const [one = '', two = ''] = ends;
  const [{ chain = '', lastSeq = 0 } = {}] = (await verify([one])).chains;
  const { entries } = await readEntries(
    { directory: two },
    { type: 'audit.checkpoint', limit: 10, first: 'newest' },
  );
  t.match(entries[0], { heads: [{ chain, seq: lastSeq - 2, hash: /^[0-9a-f]{64}$/ }] });
});

void t.test(
  'a node with an SSH door shows its host keys, and its idle clients do not hold up its end',
  async (t) => {
    const { config, directory } = await aConfig(
      t,
      0,
      'ssh: { listen: "127.0.0.1:0", hostKeys: [certs/ssh_host_ed25519_key] }',
    );
    const gateway = await startGateway(config, deps);
    const ca = await readFile(`${directory}/certs/ca.crt`);
    const knownHosts = await new Promise<string>((resolve, reject) => {
      get({ host: 'localhost', port: gateway.httpsPort, path: '/setup/known_hosts', ca }, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => {
          text += chunk.toString();
        });
        response.on('end', () => resolve(text));
      }).on('error', reject);
    });
    const [, name, line = ''] =
      /^# SHA256:\S+ ssh-ed25519\n(\S+) (ssh-ed25519 \S+)\n$/.exec(knownHosts) ?? [];
    t.equal(name, `[localhost]:${gateway.sshPort}`);

    const ssh = await sshClient(t, gateway.sshPort ?? 0, line);
    const idle = ssh.run(undefined, ['-v', '-N', '-o', 'BatchMode=no']);
    const metrics = async () => await (await fetch(`http://127.0.0.1:${gateway.opsPort}/metrics`)).text();
    while (!(await metrics()).includes('sluice_ssh_connections 1'));
    const closing = gateway.close('test');
    t.equal((await idle).code, 255);
    await closing;
    t.strictSame((await verify([config.audit.directory])).faults, []);
  },
);
