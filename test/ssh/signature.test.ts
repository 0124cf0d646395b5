import { generateKeyPairSync, sign } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import t from 'tap';
import {
  readAnnounced,
  type SignatureAlgorithm,
  serverSignatureAlgorithms,
} from '../../gateway/ssh/algorithms.ts';
import { parsePublicKey } from '../../gateway/ssh/public-key.ts';
import { publicKeyLine } from '../../gateway/ssh/public-key-line.ts';
import { parseSignature, verifySignature } from '../../gateway/ssh/signature.ts';
import { SshError } from '../../gateway/ssh/ssh-error.ts';
import { wireMpint, wireString } from '../../gateway/ssh/wire.ts';
import { damaged, randomOfRun } from '../git/feeding.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';
import {
  keygenReading,
  madeTypes,
  makeKey,
  signedByKeygen,
  softSecurityKey,
  writeForKeygen,
} from './openssh.ts';

for (const [type, args] of madeTypes)
  void t.test(`a signature of ssh-keygen with a ${type} key is verified, and no other is`, async (t) => {
    const directory = await temporaryDirectory(t);
    await makeKey(`${directory}/key`, args);
    await writeFile(`${directory}/message`, 'hello');
    const { key, data, signature, wire } = await signedByKeygen(`${directory}/key`, `${directory}/message`);
    const algorithm: SignatureAlgorithm = type === 'ssh-rsa' ? 'rsa-sha2-512' : type;

    t.strictSame(verifySignature(key, algorithm, signature, data), { verified: true });
    const wrong = { verified: false, why: 'signature-wrong' };
    t.strictSame(verifySignature(key, algorithm, signature, Buffer.concat([data, Buffer.of(0)])), wrong);
    const flipped = Buffer.from(signature.value);
    flipped[20] = (flipped[20] ?? 0) ^ 1;
    t.strictSame(verifySignature(key, algorithm, { ...signature, value: flipped }, data), wrong);
    await makeKey(`${directory}/other`, args);
    const other = await signedByKeygen(`${directory}/other`, `${directory}/message`);
    t.strictSame(verifySignature(other.key, algorithm, signature, data), wrong);
    for (const announced of serverSignatureAlgorithms.filter((one) => one !== algorithm))
      t.match(verifySignature(key, announced, signature, data), { verified: false, why: /^algorithm-not/ });
    for (let end = 0; end < wire.length; end += 1)
      t.throws(() => parseSignature(wire.subarray(0, end)), { code: 'PROTOCOL_SSH' });
  });

void t.test(
  'an RSA signature counts with SHA-2 alone, and only under the name it was announced by',
  async (t) => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    const { n = '', e = '' } = publicKey.export({ format: 'jwk' });
    const [exponent, modulus] = [e, n].map((part) => wireMpint(Buffer.from(part, 'base64url'))) as [
      Buffer,
      Buffer,
    ];
    const key = parsePublicKey(Buffer.concat([wireString('ssh-rsa'), exponent, modulus]));
    const data = Buffer.from('data');
    const by = (algorithm: string, hash: string) => ({ algorithm, value: sign(hash, data, privateKey) });

    t.ok(verifySignature(key, 'rsa-sha2-256', by('rsa-sha2-256', 'sha256'), data).verified);
    t.ok(verifySignature(key, 'rsa-sha2-512', by('rsa-sha2-512', 'sha512'), data).verified);
    const notOfKey = { verified: false, why: 'algorithm-not-of-key' };
    t.strictSame(verifySignature(key, 'rsa-sha2-256', by('ssh-rsa', 'sha1'), data), notOfKey);
    t.strictSame(
      verifySignature(key, 'ssh-rsa' as SignatureAlgorithm, by('ssh-rsa', 'sha1'), data),
      notOfKey,
    );
    t.strictSame(verifySignature(key, 'rsa-sha2-512', by('rsa-sha2-256', 'sha256'), data), {
      verified: false,
      why: 'algorithm-not-announced',
    });
    t.notOk(verifySignature(key, 'rsa-sha2-512', by('rsa-sha2-512', 'sha256'), data).verified);
  },
);

for (const kind of ['ed25519', 'ecdsa'] as const)
  void t.test(`a touched hardware ${kind} key is verified, as ssh-keygen verifies it`, async (t) => {
    const directory = await temporaryDirectory(t);
    const security = softSecurityKey(kind);
    await makeKey(`${directory}/key`);
    await writeFile(`${directory}/message`, 'hello');
    const { data } = await signedByKeygen(`${directory}/key`, `${directory}/message`);
    const wire = security.sign(data, 0x05, 7);

    t.strictSame(
      verifySignature(security.key, security.key.type as SignatureAlgorithm, parseSignature(wire), data),
      {
        verified: true,
        counter: 7,
      },
    );
    await writeForKeygen(`${directory}/message.sig`, security.key, wire);
    await writeFile(`${directory}/signers`, `me ${publicKeyLine(security.key)}\n`);
    const args = ['-Y', 'verify', '-f', `${directory}/signers`, '-I', 'me', '-n', 'test', '-s'];
    t.match(
      await keygenReading('hello', ...args, `${directory}/message.sig`),
      'Good "test" signature for me',
    );
  });

void t.test(
  'a security key must have been touched, and with PIN or finger where that is demanded',
  async (t) => {
    for (const kind of ['ed25519', 'ecdsa'] as const) {
      const { key, sign: touch } = softSecurityKey(kind);
      const data = Buffer.from('data');
      const judged = (flags: number, userVerified: boolean): unknown =>
        verifySignature(key, key.type as SignatureAlgorithm, parseSignature(touch(data, flags, 1)), data, {
          userVerified,
        });

      t.strictSame(judged(0x00, false), { verified: false, why: 'no-presence' });
      t.strictSame(judged(0x04, false), { verified: false, why: 'no-presence' });
      t.strictSame(judged(0x01, false), { verified: true, counter: 1 });
      t.strictSame(judged(0x01, true), { verified: false, why: 'not-user-verified' });
      t.strictSame(judged(0x05, true), { verified: true, counter: 1 });
    }
  },
);

void t.test('flags and counter of a security key are signed, and so is its application', async (t) => {
  const { key, sign: touch } = softSecurityKey('ed25519', 'ssh:one');
  const data = Buffer.from('data');
  const signature = parseSignature(touch(data, 0, 1));
  const algorithm = 'sk-ssh-ed25519@openssh.com';
  const wrong = { verified: false, why: 'signature-wrong' };

  t.strictSame(
    verifySignature(key, algorithm, { ...signature, touch: { flags: 1, counter: 1 } }, data),
    wrong,
  );
  t.strictSame(
    verifySignature(key, algorithm, { ...signature, touch: { flags: 0, counter: 2 } }, data),
    wrong,
  );
  const elsewhere = parsePublicKey(Buffer.concat([key.blob.subarray(0, -11), wireString('ssh:two')]));
  t.strictSame(verifySignature(elsewhere, algorithm, parseSignature(touch(data, 1, 1)), data), wrong);
});

void t.test('damaged signatures are never taken for good, and never break anything', async (t) => {
  const random = randomOfRun(t);
  const { key, sign: touch } = softSecurityKey('ecdsa');
  const data = Buffer.from('data');
  const wire = touch(data, 1, 1);
  for (let i = 0; i < 2_000; i += 1) {
    const bytes = damaged(wire, random);
    if (bytes.equals(wire)) continue;
    try {
      const { verified } = verifySignature(key, key.type as SignatureAlgorithm, parseSignature(bytes), data);
      if (verified) t.fail(bytes.toString('hex'));
    } catch (error) {
      if (!(error instanceof SshError)) throw error;
    }
  }
  t.throws(() => parseSignature(Buffer.alloc(3_000)), { message: /longer than/ });
});

for (const [name, algorithm, isCertificate] of [
  ['ssh-ed25519', 'ssh-ed25519', false],
  ['rsa-sha2-512', 'rsa-sha2-512', false],
  ['rsa-sha2-256-cert-v01@openssh.com', 'rsa-sha2-256', true],
  ['sk-ssh-ed25519-cert-v01@openssh.com', 'sk-ssh-ed25519@openssh.com', true],
  ['sk-ecdsa-sha2-nistp256@openssh.com', 'sk-ecdsa-sha2-nistp256@openssh.com', false],
] as const)
  void t.test(`${name} is announced as ${algorithm}`, async (t) => {
    t.strictSame(readAnnounced(name), { algorithm, isCertificate });
  });

for (const name of [
  'ssh-rsa',
  'ssh-rsa-cert-v01@openssh.com',
  'ssh-dss',
  '',
  'ssh-ed25519 ',
  'sk-ssh-ed25519',
  'toString',
])
  void t.test(`${JSON.stringify(name)} is not accepted`, async (t) => {
    t.equal(readAnnounced(name), undefined);
  });
