import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import t from 'tap';
import { signUserCertificate } from '../../gateway/ssh/certificate-signing.ts';
import { readOfferedKey } from '../../gateway/ssh/offered-key.ts';
import { type Possession, provePossession, sessionIdOf, signedData } from '../../gateway/ssh/possession.ts';
import { parsePublicKey } from '../../gateway/ssh/public-key.ts';
import { announcedOfSsh2, wireSignatureOfSsh2 } from '../../gateway/ssh/ssh2-signature.ts';
import { wireString } from '../../gateway/ssh/wire.ts';
import { cuts } from '../git/feeding.ts';
import { signedValue, softSecurityKey } from './openssh.ts';

const sessionId = Buffer.alloc(32, 9);

interface Pair {
  readonly blob: Buffer;
  readonly private: KeyObject;
}

function ed25519(): Pair {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const point = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  return { blob: Buffer.concat([wireString('ssh-ed25519'), wireString(point)]), private: privateKey };
}

function ecdsa(): Pair {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const point = Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
  const blob = Buffer.concat(['ecdsa-sha2-nistp256', 'nistp256', point].map((part) => wireString(part)));
  return { blob, private: privateKey };
}

/** What is wrong in a request: each field may differ from what was signed. */
interface Attempt {
  readonly signedSession?: Buffer;
  readonly signedUser?: string;
  readonly signedAnnounced?: string;
  readonly signedBlob?: Buffer;
  readonly by?: KeyObject;
  readonly algorithmInside?: string;
}

function attempt(pair: Pair, announced: string, change: Attempt = {}): Possession {
  const offered = readOfferedKey(announced, pair.blob);
  if (offered.kind === 'refused') throw new Error(offered.fault);
  const request = { sessionId, user: 'git', announced, blob: pair.blob };
  const signed = signedData({
    sessionId: change.signedSession ?? sessionId,
    user: change.signedUser ?? 'git',
    announced: change.signedAnnounced ?? announced,
    blob: change.signedBlob ?? pair.blob,
  });
  const algorithm = change.algorithmInside ?? offered.algorithm;
  const signature = Buffer.concat([
    wireString(algorithm),
    wireString(signedValue(change.by ?? pair.private, signed)),
  ]);
  return provePossession(offered, request, signedData(request), signature);
}

void t.test('a signature over this very request proves possession', async (t) => {
  t.strictSame(attempt(ed25519(), 'ssh-ed25519'), { verified: true });
  t.strictSame(attempt(ecdsa(), 'ecdsa-sha2-nistp256'), { verified: true });
});

const [mine, yours] = [ed25519(), ed25519()];
for (const [what, change] of [
  ['over another session id', { signedSession: Buffer.alloc(32, 8) }],
  ['for another user', { signedUser: 'root' }],
  ['for another algorithm', { signedAnnounced: 'rsa-sha2-512' }],
  ['for another key', { signedBlob: yours.blob }],
  ['with another key', { by: yours.private }],
] as const)
  void t.test(`a signature ${what} proves nothing`, async (t) => {
    t.strictSame(attempt(mine, 'ssh-ed25519', change), { verified: false, why: 'signature-wrong' });
  });

void t.test('the algorithm inside the signature must be the announced one', async (t) => {
  t.strictSame(attempt(mine, 'ssh-ed25519', { algorithmInside: 'ssh-rsa' }), {
    verified: false,
    why: 'algorithm-not-of-key',
  });
});

void t.test('bytes that are not this request prove nothing, though their signature is good', async (t) => {
  const offered = readOfferedKey('ssh-ed25519', mine.blob);
  if (offered.kind === 'refused') return t.fail(offered.fault);
  const request = { sessionId, user: 'git', announced: 'ssh-ed25519', blob: mine.blob };
  const handed = signedData({ ...request, user: 'root' });
  const signature = Buffer.concat([wireString('ssh-ed25519'), wireString(signedValue(mine.private, handed))]);
  t.strictSame(provePossession(offered, request, handed, signature), {
    verified: false,
    why: 'signed-something-else',
  });
  t.strictSame(provePossession(offered, request, signedData(request), Buffer.from('x')), {
    verified: false,
    why: 'signature-malformed',
  });
  t.strictSame(sessionIdOf(handed), sessionId);
});

void t.test(
  'what is offered must be what was announced: a certificate is no key, and a key no certificate',
  async (t) => {
    const authority = generateKeyPairSync('ed25519').privateKey;
    const terms = { serial: 1n, keyId: 'k', principals: ['p'], validAfter: 1, validBefore: 2 };
    const { blob } = signUserCertificate({ key: parsePublicKey(mine.blob), ...terms }, authority);

    t.match(readOfferedKey('ssh-ed25519-cert-v01@openssh.com', blob), {
      kind: 'certificate',
      key: { blob: mine.blob },
    });
    for (const [announced, bytes, why] of [
      ['ssh-ed25519', blob, 'algorithm-not-of-key'],
      ['ssh-ed25519-cert-v01@openssh.com', mine.blob, 'algorithm-not-of-key'],
      ['rsa-sha2-512', mine.blob, 'algorithm-not-of-key'],
      ['sk-ssh-ed25519@openssh.com', mine.blob, 'algorithm-not-of-key'],
      ['rsa-sha2-512-cert-v01@openssh.com', blob, 'algorithm-not-of-key'],
      ['ssh-rsa', mine.blob, 'algorithm-not-accepted'],
      ['ssh-dss', mine.blob, 'algorithm-not-accepted'],
      ['ssh-ed25519', Buffer.alloc(0), 'key-malformed'],
      ['ssh-ed25519', mine.blob.subarray(0, -1), 'key-malformed'],
      ['ssh-ed25519', wireString('ssh-dss'), 'key-not-accepted'],
    ] as const)
      t.match(readOfferedKey(announced, bytes), { kind: 'refused', why }, announced);
  },
);

/** What ssh2 1.17.0 hands on: the algorithm's name taken off, and ASN.1 made of ECDSA's numbers. */
function asSsh2(announced: string, wire: Buffer): Buffer {
  const bare = wire.subarray(4 + announced.length + 4);
  if (!announced.startsWith('ecdsa')) return bare;
  const rLength = bare.readUInt32BE();
  const [r, s] = [bare.subarray(4, 4 + rLength), bare.subarray(8 + rLength)];
  const integer = (value: Buffer): Buffer => Buffer.concat([Buffer.of(2, value.length), value]);
  const content = Buffer.concat([integer(r), integer(s)]);
  return Buffer.concat([
    Buffer.from(content.length < 128 ? [0x30, content.length] : [0x30, 0x81, content.length]),
    content,
  ]);
}

void t.test('a signature is put back into the form it had before ssh2 took it apart', async (t) => {
  const data = Buffer.from('data');
  const forms: [string, Buffer][] = [
    ['ssh-ed25519', signedValue(mine.private, data)],
    ['rsa-sha2-512', Buffer.alloc(256, 7)],
    ['ecdsa-sha2-nistp256', signedValue(ecdsa().private, data)],
    [
      'ecdsa-sha2-nistp521',
      Buffer.concat([wireString(Buffer.alloc(66, 1)), wireString(Buffer.alloc(65, 2))]),
    ],
  ];
  for (const [announced, value] of forms) {
    const wire = Buffer.concat([wireString(announced), wireString(value)]);
    t.strictSame(wireSignatureOfSsh2(announced, asSsh2(announced, wire)), wire, announced);
  }
  for (const kind of ['ed25519', 'ecdsa'] as const) {
    const { key, sign } = softSecurityKey(kind);
    const wire = sign(data, 5, 3);
    t.strictSame(wireSignatureOfSsh2(key.type, asSsh2(key.type, wire)), wire, key.type);
  }
  const untouched = Buffer.from('as it came');
  t.equal(wireSignatureOfSsh2('ssh-ed25519-cert-v01@openssh.com', untouched), untouched);
  t.equal(announcedOfSsh2('ssh-rsa', 'sha512'), 'rsa-sha2-512');
  t.equal(announcedOfSsh2('ssh-rsa', 'sha256'), 'rsa-sha2-256');
  t.equal(announcedOfSsh2('ssh-rsa', undefined), 'ssh-rsa');
  t.equal(announcedOfSsh2('ssh-ed25519', undefined), 'ssh-ed25519');
});

void t.test('what ssh2 could not take apart does not become a signature', async (t) => {
  const { blob } = ecdsa();
  const offered = readOfferedKey('ecdsa-sha2-nistp256', blob);
  if (offered.kind === 'refused') return t.fail(offered.fault);
  const request = { sessionId, user: 'git', announced: 'ecdsa-sha2-nistp256', blob };
  const whole = Buffer.from('3006020101020101', 'hex');
  for (const pieces of cuts(whole)) {
    const wire = wireSignatureOfSsh2('ecdsa-sha2-nistp256', pieces[0] ?? whole);
    t.notOk(provePossession(offered, request, signedData(request), wire).verified);
  }
});
