import { execFile } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import t from 'tap';
import { initCertificates } from '../../certs/init.ts';
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
  for (const name of ['ca.key', 'gateway.key', 'store.key', 'audit.key', 'ssh_host_ed25519_key'])
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

void t.test('the authority vouches for servers and for no further authority', async (t) => {
  const directory = await temporaryDirectory(t);
  await initCertificates(directory, hosts, new Date());
  const { stdout } = await execute('openssl', ['x509', '-in', `${directory}/ca.crt`, '-noout', '-text']);
  t.match(stdout, /CA:TRUE, pathlen:0/);
  t.match(stdout, /Certificate Sign, CRL Sign/);
  const server = await execute('openssl', ['x509', '-in', `${directory}/gateway.crt`, '-noout', '-text']);
  t.match(server.stdout, /CA:FALSE/);
  t.match(server.stdout, /TLS Web Server Authentication/);
  t.notMatch(server.stdout, /Client Authentication|Certificate Sign/);
});

void t.test('serials of two certificates of one authority differ', async (t) => {
  const directory = await temporaryDirectory(t);
  const serials = new Set<string>();
  for (let round = 0; round < 2; round++) {
    await initCertificates(directory, hosts, new Date());
    serials.add(new X509Certificate(await readFile(`${directory}/gateway.crt`)).serialNumber);
    for (const name of ['gateway.crt', 'gateway.key']) await rm(`${directory}/${name}`);
  }
  t.equal(serials.size, 2);
});

void t.test('a host that is none leaves no file behind', async (t) => {
  const directory = await temporaryDirectory(t);
  await t.rejects(initCertificates(`${directory}/certs`, ['https://x'], new Date()), RangeError);
  t.strictSame(await readdir(directory), []);
});

void t.test('an authority whose key is another’s signs nothing', async (t) => {
  const directory = await temporaryDirectory(t);
  for (const name of ['a', 'b']) await initCertificates(`${directory}/${name}`, hosts, new Date());
  await writeFile(`${directory}/a/ca.key`, await readFile(`${directory}/b/ca.key`));
  for (const name of ['gateway.crt', 'gateway.key']) await rm(`${directory}/a/${name}`);
  await t.rejects(initCertificates(`${directory}/a`, hosts, new Date()), /do not belong together/);
  t.notOk((await readdir(`${directory}/a`)).includes('gateway.key'));
});

void t.test('two at once leave one whole set and no half pair', async (t) => {
  const directory = await temporaryDirectory(t);
  await Promise.allSettled([0, 1, 2].map(() => initCertificates(directory, hosts, new Date())));
  await initCertificates(directory, hosts, new Date());
  t.strictSame((await readdir(directory)).toSorted(), [
    'audit.key',
    'audit.pub',
    'ca.crt',
    'ca.key',
    'gateway.crt',
    'gateway.key',
    'ssh_host_ed25519_key',
    'ssh_host_ed25519_key.pub',
    'ssh_user_ca',
    'ssh_user_ca.pub',
    'store.key',
  ]);
  for (const name of ['ca', 'gateway']) {
    const certificate = new X509Certificate(await readFile(`${directory}/${name}.crt`));
    const key = createPrivateKey(await readFile(`${directory}/${name}.key`));
    t.ok(certificate.checkPrivateKey(key), name);
  }
});

void t.test('the SSH host key is one to ssh-keygen, and half a pair of it is left alone', async (t) => {
  const directory = await temporaryDirectory(t);
  await initCertificates(directory, hosts, new Date());
  const [key, line] = [`${directory}/ssh_host_ed25519_key`, `${directory}/ssh_host_ed25519_key.pub`];
  const { stdout } = await execute('ssh-keygen', ['-y', '-f', key]);
  t.equal(stdout, await readFile(line, 'utf8'));
  await rm(key);
  await t.rejects(initCertificates(directory, hosts, new Date()), { message: /\.pub is there without/ });
  t.equal(await readFile(line, 'utf8'), stdout);
});
