import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type TLSSocket } from 'node:tls';
import t from 'tap';
import { makeAuthority, makeServerCertificate } from '../../certs/authority.ts';
import { initCertificates } from '../../certs/init.ts';
import { fittingPair, openServerCertificate } from '../../certs/server-certificate.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';

const hosts = ['localhost', '127.0.0.1'];
const dayMs = 86_400_000;

/** An echoing server whose certificate follows the files of `now/`, which points at `a/`; `b/` holds the renewed ones. */
async function aFollowing(t: Parameters<typeof temporaryDirectory>[0]) {
  const directory = await temporaryDirectory(t);
  for (const name of ['a', 'b']) await initCertificates(`${directory}/${name}`, hosts, new Date());
  await symlink('a', `${directory}/now`);
  const alarms: string[] = [];
  let look: () => Promise<void> = async () => undefined;
  const certificate = await openServerCertificate({
    certificateFile: `${directory}/now/gateway.crt`,
    keyFile: `${directory}/now/gateway.key`,
    onRenewed: (pair) => server.setSecureContext(pair),
    onAlarm: (message) => alarms.push(message),
    after: (_, work) => {
      look = work;
      return () => {
        look = async () => undefined;
      };
    },
  });
  const server = createServer({ ...certificate.current }, (socket) => socket.pipe(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());

  const open = async (): Promise<TLSSocket> => {
    const { port } = server.address() as AddressInfo;
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
    await once(socket, 'secureConnect');
    t.teardown(() => socket.destroy());
    return socket;
  };
  /** The serial that a new client is shown. */
  const serial = async (): Promise<string> => (await open()).getPeerCertificate().serialNumber;
  const file = (name: string): Promise<Buffer> => readFile(`${directory}/${name}`);
  const serialOf = async (name: string): Promise<string> =>
    new X509Certificate(await file(`${name}/gateway.crt`)).serialNumber;
  const put = (name: string, content: string | Buffer): Promise<void> =>
    writeFile(`${directory}/a/gateway.${name}`, content);
  return { directory, alarms, open, serial, serialOf, file, put, look: () => look(), certificate };
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

void t.test('a connection that is open goes on under the old pair', async (t) => {
  const { open, look, file, put, certificate } = await aFollowing(t);
  const socket = await open();
  await put('key', await file('b/gateway.key'));
  await put('crt', await file('b/gateway.crt'));
  const before = certificate.current;
  await look();
  t.not(certificate.current, before);
  socket.write('still here');
  const [echo] = (await once(socket, 'data')) as [Buffer];
  t.equal(echo.toString(), 'still here');
});

for (const order of [
  ['crt', 'key'],
  ['key', 'crt'],
]) {
  void t.test(`written ${order.join(' first, then ')}, the pair counts once both are there`, async (t) => {
    const { serial, serialOf, file, put, look, alarms } = await aFollowing(t);
    const old = await serialOf('a');
    const [first = '', second = ''] = order;
    await put(first, await file(`b/gateway.${first}`));
    await look();
    await look();
    t.equal(await serial(), old);
    t.match(alarms, [/do not belong together.*old one is served on/]);
    t.equal(alarms.length, 1, 'one alarm for one state');
    await put(second, await file(`b/gateway.${second}`));
    await look();
    t.equal(await serial(), await serialOf('b'));
  });
}

void t.test(
  'an empty, broken or missing file is one alarm each, and the old pair is served on',
  async (t) => {
    const { directory, serial, serialOf, file, put, look, alarms, certificate } = await aFollowing(t);
    const old = await serialOf('a');
    const whole = await file('a/gateway.crt');
    const broken: [() => Promise<void>, RegExp][] = [
      [() => put('crt', ''), /certificate is not PEM/],
      [() => put('crt', whole.subarray(0, whole.length / 2)), /certificate is not PEM/],
      [
        () => put('crt', '-----BEGIN CERTIFICATE-----\nno\n-----END CERTIFICATE-----\n'),
        /certificate is not PEM/,
      ],
      [
        () => put('crt', `${whole}-----BEGIN CERTIFICATE-----\nno\n-----END CERTIFICATE-----\n`),
        /chain is not PEM/,
      ],
      [() => rm(`${directory}/a/gateway.crt`), /cannot be read \(ENOENT\)/],
      [
        async () => {
          await put('crt', whole);
          await put('key', '');
        },
        /key is not PEM/,
      ],
    ];
    for (const [index, [breaks, said]] of broken.entries()) {
      await breaks();
      await look();
      await look();
      t.equal(await serial(), old);
      t.equal(alarms.length, index + 1);
      t.match(alarms.at(-1), said);
      t.equal(certificate.current.cert, whole.toString());
    }
    await put('key', await file('b/gateway.key'));
    await put('crt', await file('b/gateway.crt'));
    await look();
    t.equal(await serial(), await serialOf('b'));
  },
);

void t.test('a certificate that has ended, or has not begun, is no pair', async (t) => {
  const now = Date.now();
  const authority = await makeAuthority('Test', new Date(now));
  const { certificate, key } = await makeServerCertificate(authority, hosts, new Date(now));
  t.match(fittingPair(certificate, key, now), { cert: certificate, key });
  t.throws(() => fittingPair(certificate, key, now + 398 * dayMs), /ended on/);
  t.throws(() => fittingPair(certificate, key, now - 2 * dayMs), /not good before/);
});

void t.test('without a first pair there is nothing to open', async (t) => {
  const directory = await temporaryDirectory(t);
  const options = {
    certificateFile: `${directory}/a`,
    keyFile: `${directory}/b`,
    onRenewed: () => {},
    onAlarm: () => {},
  };
  await t.rejects(openServerCertificate(options), { code: 'ENOENT' });
});

void t.test('days to the end are known', async (t) => {
  const { certificate } = await aFollowing(t);
  t.equal(certificate.daysLeft(Date.now()), 396);
});

void t.test('after close nothing is looked at', async (t) => {
  const { certificate, put, look, alarms } = await aFollowing(t);
  certificate.close();
  await put('crt', '');
  await look();
  t.strictSame(alarms, []);
});
