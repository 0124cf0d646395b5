import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import ssh2 from 'ssh2';
import t, { type Test } from 'tap';
import { hashKey } from '../../gateway/identity/key-hash.ts';
import { ed25519Blob, signUserCertificate } from '../../gateway/ssh/certificate-signing.ts';
import { parsePublicKey } from '../../gateway/ssh/public-key.ts';
import { wireMpint, wireString } from '../../gateway/ssh/wire.ts';
import { aGitNode } from '../https/git-node.ts';
import { someAuthorities } from '../ssh/authorities.ts';
import { type SshNode, withSshDoor } from '../ssh/ssh-node.ts';
import { recorded } from '../store/recorded.ts';
import { aCredential, anEvent } from '../store/samples.ts';

/** A publickey request as it stands on the wire (RFC 4252 section 7), each part the test's to choose. */
interface Forged {
  readonly announced: string;
  readonly blob: Buffer;
  /** The name that stands inside the signature, and with which hash and key it is made. */
  readonly inside: string;
  readonly by: KeyObject;
  readonly hash?: 'sha256' | 'sha512';
  /** What the signed bytes say was announced, and offered. */
  readonly signedAs?: string;
  readonly signedOver?: Buffer;
}

/** What of ssh2 1.17.0 sends a packet that its client would not make. */
interface Wire {
  readonly _kex: { readonly sessionID: Buffer };
  readonly _authsQueue: string[];
  readonly _packetRW: {
    readonly write: { allocStart: number; alloc(size: number): Buffer; finalize(packet: Buffer): Buffer };
  };
  readonly _cipher: { encrypt(packet: Buffer): void };
}

function signedRequest({ _kex }: Wire, forged: Forged): Buffer {
  const { announced, blob, inside, by, hash } = forged;
  const request = (algorithm: string, key: Buffer): Buffer =>
    Buffer.concat([
      Buffer.of(50),
      ...['git', 'ssh-connection', 'publickey'].map((word) => wireString(word)),
      Buffer.of(1),
      wireString(algorithm),
      wireString(key),
    ]);
  const data = Buffer.concat([
    wireString(_kex.sessionID),
    request(forged.signedAs ?? announced, forged.signedOver ?? blob),
  ]);
  const signature = Buffer.concat([wireString(inside), wireString(sign(hash ?? null, data, by))]);
  return Buffer.concat([request(announced, blob), wireString(signature)]);
}

function attempt(t: Test, { door }: SshNode, forged: Forged): Promise<'let-in' | 'refused'> {
  const client = new ssh2.Client();
  t.teardown(() => client.destroy());
  let isSent = false;
  return new Promise((resolve) => {
    client.on('ready', () => resolve('let-in'));
    client.on('error', () => resolve('refused'));
    client.on('close', () => resolve('refused'));
    client.connect({
      host: '127.0.0.1',
      port: door.port,
      username: 'git',
      authHandler: (_left, _partial, next) => {
        if (isSent) return next(false as never);
        isSent = true;
        const wire = (client as unknown as { _protocol: Wire })._protocol;
        const payload = signedRequest(wire, forged);
        const { write } = wire._packetRW;
        const start = write.allocStart;
        const packet = write.alloc(payload.length);
        packet.set(payload, start);
        wire._authsQueue.push('publickey');
        wire._cipher.encrypt(write.finalize(packet));
      },
    });
  });
}

const ed25519 = () => generateKeyPairSync('ed25519').privateKey;
const certificateName = 'ssh-ed25519-cert-v01@openssh.com';

/** Somebody with a certificate of the gateway's own, and with registered keys; and an attacker's key. */
async function aCertifiedPerson(t: Test) {
  const { authorities } = await someAuthorities(t);
  const ssh = await withSshDoor(t, await aGitNode(t, { userAuthorities: authorities }));
  const { store } = ssh.node;
  const person = await ssh.principal();
  if (authorities.own === undefined) throw new Error('there is no authority');
  const [inner, plain, attackers] = [ed25519(), ed25519(), ed25519()];
  const now = Math.floor(Date.now() / 1_000);
  const terms = {
    serial: 1n,
    keyId: 'x',
    principals: [person.id],
    validAfter: now - 60,
    validBefore: now + 600,
  };
  const key = parsePublicKey(ed25519Blob(inner));
  const { blob } = signUserCertificate({ ...terms, key }, authorities.own.key);
  const credential = aCredential(Date.now(), { principalId: person.id, kind: 'ssh', hash: hashKey(blob) });
  await recorded(store, await store.issueCredential(credential, anEvent('credential.issued')));
  await ssh.register(person, `ssh-ed25519 ${ed25519Blob(plain).toString('base64')}`);
  const { privateKey: rsa, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' });
  const rsaBlob = Buffer.concat([
    wireString('ssh-rsa'),
    ...[e, n].map((number) => wireMpint(Buffer.from(number, 'base64url'))),
  ]);
  await ssh.register(person, `ssh-rsa ${rsaBlob.toString('base64')}`);
  return { ...ssh, inner, plain, attackers, blob, rsa, rsaBlob };
}

/** The certificate with another key in its place. */
function exchanged(blob: Buffer, from: KeyObject, to: KeyObject): Buffer {
  const [own, other] = [from, to].map((key) => ed25519Blob(key).subarray(-32)) as [Buffer, Buffer];
  const at = blob.indexOf(own);
  return Buffer.concat([blob.subarray(0, at), other, blob.subarray(at + 32)]);
}

void t.test(
  'a certificate counts with a signature by the key inside it, and under its own name alone',
  async (t) => {
    const ssh = await aCertifiedPerson(t);
    const { inner, plain, attackers, blob, rsa, rsaBlob, node } = ssh;
    const honest: Forged = { announced: certificateName, blob, inside: 'ssh-ed25519', by: inner };
    const key: Forged = {
      announced: 'ssh-ed25519',
      blob: ed25519Blob(plain),
      inside: 'ssh-ed25519',
      by: plain,
    };
    const withRsa: Forged = {
      ...{ announced: 'rsa-sha2-512', inside: 'rsa-sha2-512', hash: 'sha512' },
      ...{ blob: rsaBlob, by: rsa },
    };
    for (const [what, good] of Object.entries({ honest, key, withRsa }))
      t.equal(await attempt(t, ssh, good), 'let-in', what);

    const forgeries: Readonly<Record<string, Forged>> = {
      'signed by another key than the one inside': { ...honest, by: attackers },
      'signed by a registered key of its owner': { ...honest, by: plain },
      'with the attacker’s key put inside': {
        ...honest,
        blob: exchanged(blob, inner, attackers),
        by: attackers,
      },
      'signed over a certificate with another key': {
        ...honest,
        signedOver: exchanged(blob, inner, attackers),
      },
      'under the name of its key': { ...honest, announced: 'ssh-ed25519' },
      'under the name of its key, signed as itself': {
        ...honest,
        announced: 'ssh-ed25519',
        signedAs: certificateName,
      },
      'signed under the name of its key': { ...honest, signedAs: 'ssh-ed25519' },
      'with its own name in the signature': { ...honest, inside: certificateName },
      'with the name of RSA in the signature': { ...honest, inside: 'rsa-sha2-512' },
      'whose key comes bare in its place': { ...honest, blob: ed25519Blob(inner) },
      'whose key comes bare and signs for it': {
        ...honest,
        announced: 'ssh-ed25519',
        blob: ed25519Blob(inner),
        signedOver: blob,
      },
      'a registered key under a certificate’s name': { ...key, announced: certificateName },
      'a registered key under the name of RSA': { ...key, announced: 'rsa-sha2-512', inside: 'rsa-sha2-512' },
      'a registered key signed under another name': { ...key, signedAs: 'sk-ssh-ed25519@openssh.com' },
      'RSA with the smaller hash inside': { ...withRsa, inside: 'rsa-sha2-256', hash: 'sha256' },
      'RSA announced with the smaller hash behind the signing': {
        ...withRsa,
        announced: 'rsa-sha2-256',
        inside: 'rsa-sha2-256',
        hash: 'sha256',
        signedAs: 'rsa-sha2-512',
      },
      'RSA with the larger name over the smaller hash': { ...withRsa, hash: 'sha256' },
      'RSA under the name of SHA-1': { ...withRsa, announced: 'ssh-rsa', inside: 'ssh-rsa' },
    };
    for (const [what, forged] of Object.entries(forgeries))
      t.equal(await attempt(t, ssh, forged), 'refused', what);
    t.ok(node.knocks.includes('ssh-certificate-authority-signature-wrong'), 'each where it is counted');
    t.ok(node.knocks.filter((why) => why === 'ssh-signature').length >= 8, node.knocks.join());
    t.strictSame(ssh.faults, []);
    t.equal(await attempt(t, ssh, honest), 'let-in', 'and the process is unharmed');
  },
);
