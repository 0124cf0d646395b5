import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import ssh2 from 'ssh2';
import t, { type Test } from 'tap';
import { makeEd25519Key } from '../../certs/host-keys.ts';
import { checkCertificate } from '../../gateway/ssh/certificate-check.ts';
import { signUserCertificate } from '../../gateway/ssh/certificate-signing.ts';
import { readOfferedKey } from '../../gateway/ssh/offered-key.ts';
import { provePossession, sessionIdOf } from '../../gateway/ssh/possession.ts';
import { parsePrivateKey } from '../../gateway/ssh/private-key.ts';
import { announcedOfSsh2, wireSignatureOfSsh2 } from '../../gateway/ssh/ssh2-signature.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';
import { keyOf, madeTypes, makeKey } from './openssh.ts';

const authority = parsePrivateKey(makeEd25519Key('authority').text);

interface Judged {
  readonly port: number;
  /** What was said of each offer, in order: queries and signed requests alike. */
  readonly said: string[];
}

/** An ssh2 server that lets in who proves an offered key, or an accepted certificate. `spoil` stands between client and proof. */
async function aServer(
  t: Test,
  spoil: (signature: Buffer) => Buffer = (signature) => signature,
): Promise<Judged> {
  const said: string[] = [];
  const server = new ssh2.Server({ hostKeys: [makeEd25519Key('host').text] }, (client) => {
    client.on('error', () => undefined);
    client.on('authentication', (ctx) => {
      if (ctx.method !== 'publickey') return ctx.reject(['publickey']);
      const announced = announcedOfSsh2(ctx.key.algo, ctx.hashAlgo);
      const offered = readOfferedKey(announced, ctx.key.data);
      const refuse = (why: string): void => {
        said.push(`${announced} ${why}`);
        ctx.reject(['publickey']);
      };
      if (offered.kind === 'refused') return refuse(offered.why);
      if (offered.kind === 'certificate') {
        const verdict = checkCertificate(offered.certificate, {
          now: Date.now(),
          address: '127.0.0.1',
          isAuthority: (blob) => blob.equals(authority.publicKey.blob),
          isRevoked: () => false,
          isPrincipal: (name) => name === 'alice',
        });
        if (!verdict.accepted) return refuse(verdict.why);
      }
      if (ctx.signature === undefined || ctx.blob === undefined) return ctx.accept();
      const request = { sessionId: sessionIdOf(ctx.blob), user: ctx.username, announced, blob: ctx.key.data };
      const signature = wireSignatureOfSsh2(announced, spoil(ctx.signature));
      const possession = provePossession(offered, request, ctx.blob, signature);
      if (!possession.verified) return refuse(possession.why);
      said.push(`${announced} proven`);
      ctx.accept();
    });
    client.on('session', (accept) => {
      accept().on('exec', (acceptExec) => {
        const channel = acceptExec();
        channel.exit(0);
        channel.end();
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return { port: (server.address() as AddressInfo).port, said };
}

/** Runs the real ssh with one key; resolves to its exit code. */
function enter(port: number, key: string, algorithms: string): Promise<number> {
  const options = [
    'BatchMode=yes',
    'UserKnownHostsFile=/dev/null',
    'StrictHostKeyChecking=no',
    'IdentitiesOnly=yes',
    'IdentityAgent=none',
    `PubkeyAcceptedAlgorithms=${algorithms}`,
  ].flatMap((option) => ['-o', option]);
  const args = ['-F', 'none', '-p', String(port), '-i', key, ...options, 'git@127.0.0.1', 'x'];
  return new Promise((resolve) => {
    execFile('ssh', args, { timeout: 20_000 }, (error) =>
      resolve(typeof error?.code === 'number' ? error.code : 0),
    );
  });
}

for (const [type, args] of madeTypes)
  void t.test(`the real ssh proves a ${type} key and a certificate over it`, async (t) => {
    const { port, said } = await aServer(t);
    const file = `${await temporaryDirectory(t)}/key`;
    const key = keyOf(await makeKey(file, args));
    const algorithm = type === 'ssh-rsa' ? 'rsa-sha2-256' : type;
    t.equal(await enter(port, file, algorithm), 0);
    t.strictSame(said.splice(0), [`${algorithm} proven`]);

    const certify = async (principal: string): Promise<void> => {
      const now = Math.floor(Date.now() / 1_000);
      const terms = {
        key,
        serial: 1n,
        keyId: 'k',
        principals: [principal],
        validAfter: now - 60,
        validBefore: now + 60,
      };
      await writeFile(`${file}-cert.pub`, `${signUserCertificate(terms, authority.key).line}\n`);
    };
    await certify('alice');
    t.match(await readFile(`${file}-cert.pub`, 'utf8'), 'cert-v01');
    t.equal(await enter(port, file, `${algorithm}-cert-v01@openssh.com`), 0);
    t.strictSame(said.splice(0), [`${algorithm}-cert-v01@openssh.com proven`]);
    await certify('carol');
    t.equal(await enter(port, file, `${algorithm}-cert-v01@openssh.com`), 255);
    t.strictSame(said, [`${algorithm}-cert-v01@openssh.com other-principals`]);
  });

for (const [type, args] of madeTypes)
  void t.test(`one changed bit in a ${type} signature of the real ssh lets nobody in`, async (t) => {
    const { port, said } = await aServer(t, (signature) => {
      const changed = Buffer.from(signature);
      changed[changed.length - 3] = (changed.at(-3) ?? 0) ^ 1;
      return changed;
    });
    const file = `${await temporaryDirectory(t)}/key`;
    await makeKey(file, args);
    const algorithm = type === 'ssh-rsa' ? 'rsa-sha2-256' : type;
    t.equal(await enter(port, file, algorithm), 255);
    t.strictSame(said, [`${algorithm} signature-wrong`]);
  });

void t.test('RSA with SHA-1 is refused at the query', async (t) => {
  const { port, said } = await aServer(t);
  const file = `${await temporaryDirectory(t)}/key`;
  await makeKey(file, ['-t', 'rsa', '-b', '2048']);
  t.equal(await enter(port, file, 'ssh-rsa'), 255);
  t.strictSame(said, ['ssh-rsa algorithm-not-accepted']);
});
