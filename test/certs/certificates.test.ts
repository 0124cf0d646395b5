import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:tls';
import { promisify } from 'node:util';
import t from 'tap';
import { initCertificates } from '../../certs/init.ts';
import { openServerCertificate } from '../../certs/server-certificate.ts';
import { fakeClock } from '../relay/clock.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';

const execute = promisify(execFile);
const hosts = ['localhost', 'git.example.com', '127.0.0.1', '::1'];

void t.test(
  'init makes an authority and a server certificate that openssl accepts for every host',
  async (t) => {
    const directory = await temporaryDirectory(t);
    const files = await initCertificates(directory, hosts, new Date());

    t.ok(files.every(({ made }) => made));
    for (const purpose of ['-verify_hostname', '-verify_ip'])
      for (const host of hosts.filter((host) => /^[\d:.]+$/.test(host) === (purpose === '-verify_ip'))) {
        const args = [
          'verify',
          '-x509_strict',
          '-purpose',
          'sslserver',
          '-CAfile',
          `${directory}/ca.crt`,
          purpose,
          host,
        ];
        t.match((await execute('openssl', [...args, `${directory}/gateway.crt`])).stdout, /: OK/, host);
      }
    const certificate = new X509Certificate(await readFile(`${directory}/gateway.crt`));
    t.ok(Date.parse(certificate.validTo) - Date.now() < 398 * 86_400_000);
  },
);

void t.test('init keeps keys to their owner and overwrites nothing', async (t) => {
  const directory = await temporaryDirectory(t);
  await initCertificates(directory, hosts, new Date());
  for (const name of ['ca.key', 'gateway.key', 'store.key'])
    t.equal((await stat(`${directory}/${name}`)).mode & 0o777, 0o600, name);
  const before = await readFile(`${directory}/gateway.crt`);
  await rm(`${directory}/store.key`);

  const again = await initCertificates(directory, hosts, new Date());
  t.strictSame(
    again.filter(({ made }) => made).map(({ path }) => path),
    [`${directory}/store.key`],
  );
  t.strictSame(await readFile(`${directory}/gateway.crt`), before);
  await rm(`${directory}/gateway.key`);
  await t.rejects(initCertificates(directory, hosts, new Date()), { message: /without .*gateway\.key/ });
  t.strictSame(await readFile(`${directory}/gateway.crt`), before);
});

/** A server whose certificate follows the files, and the serial a new client is shown. */
async function aFollowing(t: Parameters<typeof temporaryDirectory>[0]) {
  const directory = await temporaryDirectory(t);
  for (const name of ['a', 'b']) await initCertificates(`${directory}/${name}`, hosts, new Date());
  await symlink('a', `${directory}/now`);
  const clock = fakeClock();
  const alarms: string[] = [];
  const certificate = await openServerCertificate({
    certificateFile: `${directory}/now/gateway.crt`,
    keyFile: `${directory}/now/gateway.key`,
    onRenewed: (pair) => server.setSecureContext(pair),
    onAlarm: (message) => alarms.push(message),
    after: (ms, work) => clock.after(ms, work),
  });
  const server = createServer({ ...certificate.current });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const serial = async (): Promise<string> => {
    const socket = connect({
      port: (server.address() as AddressInfo).port,
      host: '127.0.0.1',
      rejectUnauthorized: false,
    });
    await once(socket, 'secureConnect');
    const { serialNumber } = socket.getPeerCertificate();
    socket.destroy();
    return serialNumber;
  };
  const serialOf = async (name: string): Promise<string> =>
    new X509Certificate(await readFile(`${directory}/${name}/gateway.crt`)).serialNumber;
  /** Lets the files be looked at, which takes real reads. */
  const look = async (): Promise<void> => {
    await clock.advance(5_000);
    for (let i = 0; i < 20; i += 1) await new Promise((resolve) => setTimeout(resolve, 2));
  };
  return { directory, alarms, serial, serialOf, look, certificate };
}

void t.test('a renewed pair is served to new connections, also behind a swapped symlink', async (t) => {
  const { directory, serial, serialOf, look, alarms } = await aFollowing(t);
  t.equal(await serial(), await serialOf('a'));

  await symlink('b', `${directory}/next`);
  await rename(`${directory}/next`, `${directory}/now`);
  await look();
  t.equal(await serial(), await serialOf('b'));
  t.strictSame(alarms, []);
});

void t.test(
  'half a renewal, an empty file or a broken one is an alarm, and the old pair is served on',
  async (t) => {
    const { directory, serial, serialOf, look, alarms } = await aFollowing(t);
    const old = await serialOf('a');
    const [certificate, key] = await Promise.all(
      ['crt', 'key'].map((end) => readFile(`${directory}/b/gateway.${end}`)),
    );

    for (const [file, content] of [
      ['gateway.crt', certificate ?? ''],
      ['gateway.crt', ''],
      ['gateway.crt', '-----BEGIN CERTIFICATE-----\nno\n-----END CERTIFICATE-----\n'],
    ] as const) {
      await writeFile(`${directory}/a/${file}`, content);
      const before = alarms.length;
      await look();
      t.equal(await serial(), old);
      t.ok(alarms.length > before);
    }
    await writeFile(`${directory}/a/gateway.crt`, certificate ?? '');
    await writeFile(`${directory}/a/gateway.key`, key ?? '');
    await look();
    t.equal(await serial(), await serialOf('b'));
  },
);

void t.test('days to the end are known', async (t) => {
  const { certificate } = await aFollowing(t);
  t.equal(certificate.daysLeft(Date.now()), 396);
});
