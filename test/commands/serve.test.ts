import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import t from 'tap';
import { initCertificates } from '../../certs/init.ts';
import { root, sluiceProgram } from '../servers/clone.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';

const minimal = await readFile(`${root}/config/minimal.yaml`, 'utf8');

/** Runs the command line to its end. */
function sluice(...args: string[]): Promise<{ code: number; said: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [...sluiceProgram, ...args], { timeout: 60_000 }, (error, stdout, stderr) =>
      resolve({
        code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1,
        said: stdout + stderr,
      }),
    );
  });
}

void t.test('a host key that cannot be used is named at start', async (t) => {
  const directory = await temporaryDirectory(t);
  await initCertificates(`${directory}/certs`, ['localhost'], new Date());
  const ssh = 'ssh: { listen: "127.0.0.1:0", hostKeys: [certs/none] }\n';
  await writeFile(`${directory}/sluice.yaml`, `${minimal}${ssh}`);

  const ended = await sluice('serve', '--config', `${directory}/sluice.yaml`);
  t.equal(ended.code, 1, ended.said);
  t.match(ended.said, `${directory}/certs/none cannot be read (ENOENT)`);
});

void t.test(
  'a faulty file is exit code 78 with every fault, a good one 0, and its secrets are in no output',
  async (t) => {
    const directory = await temporaryDirectory(t);
    await writeFile(
      `${directory}/bad.yaml`,
      minimal.replace('requesters', 'requestors').replace('8h', 'long'),
    );
    await writeFile(`${directory}/good.yaml`, minimal);

    const bad = await sluice('check-config', `${directory}/bad.yaml`);
    t.equal(bad.code, 78);
    t.match(bad.said, /bad\.yaml:\d+:\d+: .*did you mean requesters/);
    t.match(bad.said, /maxDuration/);
    const good = await sluice('check-config', `${directory}/good.yaml`);
    t.equal(good.code, 0);
    t.match(good.said, /is good: 1 rules over 1 upstreams/);
  },
);

void t.test('a store that cannot be reached at start ends the start with a sentence', async (t) => {
  const directory = await temporaryDirectory(t);
  await initCertificates(`${directory}/certs`, ['localhost'], new Date());
  await writeFile(
    `${directory}/sluice.yaml`,
    minimal.replace(
      '{ kind: memory }',
      '{ kind: redis, addresses: ["127.0.0.1:1"], integrityKeyFile: certs/store.key }',
    ),
  );

  const ended = await sluice('serve', '--config', `${directory}/sluice.yaml`);
  t.equal(ended.code, 1);
  t.match(ended.said, 'sluice: the gateway cannot start: no connection to the store at 127.0.0.1:1');
});
