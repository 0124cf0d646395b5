import { generateKeyPairSync } from 'node:crypto';
import ssh2 from 'ssh2';
import t, { type Test } from 'tap';
import { makeEd25519Key } from '../../certs/host-keys.ts';
import { anSshNode, type SshNode } from '../ssh/ssh-node.ts';

function parsed(text: string): ssh2.ParsedKey {
  const key = ssh2.utils.parseKey(text);
  if (key instanceof Error) throw key;
  return key;
}

/** Offers one key and answers for it with whatever `sign` makes of the bytes to be signed. */
class ForgingAgent extends ssh2.BaseAgent<ssh2.ParsedKey> {
  readonly #offered: ssh2.ParsedKey;
  readonly #sign: (data: Buffer) => Buffer;
  asked = 0;

  constructor(offered: ssh2.ParsedKey, sign: (data: Buffer) => Buffer) {
    super();
    this.#offered = offered;
    this.#sign = sign;
  }

  override getIdentities(done: (error: Error | undefined, keys?: ssh2.ParsedKey[]) => void): void {
    done(undefined, [this.#offered]);
  }

  override sign(
    _key: ssh2.ParsedKey,
    data: Buffer,
    options: unknown,
    done?: (error: Error | undefined, signature?: Buffer) => void,
  ): void {
    this.asked += 1;
    const answer = (typeof options === 'function' ? options : done) as typeof done;
    answer?.(undefined, this.#sign(data));
  }
}

type Tried = 'let-in' | 'refused';

function attempt(t: Test, ssh: SshNode, agent: ssh2.BaseAgent<ssh2.ParsedKey>): Promise<Tried> {
  const client = new ssh2.Client();
  t.teardown(() => client.destroy());
  return new Promise((resolve) => {
    client.on('ready', () => resolve('let-in'));
    client.on('error', () => resolve('refused'));
    client.on('close', () => resolve('refused'));
    client.connect({
      host: '127.0.0.1',
      port: ssh.door.port,
      username: 'git',
      agent,
      authHandler: ['agent'],
    });
  });
}

async function aRegisteredKey(ssh: SshNode): Promise<{ mine: ssh2.ParsedKey; other: ssh2.ParsedKey }> {
  const mine = makeEd25519Key('mine');
  await ssh.register(await ssh.principal(), mine.line);
  return { mine: parsed(mine.text), other: parsed(makeEd25519Key('other').text) };
}

const signedBy = (key: ssh2.ParsedKey) => (data: Buffer) => key.sign(data) as unknown as Buffer;

void t.test('a registered key lets in with its own signature over this connection alone', async (t) => {
  const ssh = await anSshNode(t);
  const { mine, other } = await aRegisteredKey(ssh);
  let overheard: Buffer | undefined;
  const honest = new ForgingAgent(mine, (data) => {
    overheard = signedBy(mine)(data);
    return overheard;
  });
  t.equal(await attempt(t, ssh, honest), 'let-in');

  const forgeries: Record<string, (data: Buffer) => Buffer> = {
    'by another key': signedBy(other),
    'of another connection': () => overheard ?? Buffer.alloc(64),
    'for another user': (data) =>
      signedBy(mine)(Buffer.from(data.toString('latin1').replace('git', 'tig'), 'latin1')),
    'with a flipped bit': (data) => {
      const signature = Buffer.from(signedBy(mine)(data));
      signature[10] = (signature[10] ?? 0) ^ 1;
      return signature;
    },
    'cut short': (data) => signedBy(mine)(data).subarray(0, 63),
    'of nothing': () => Buffer.alloc(64),
  };
  for (const [what, sign] of Object.entries(forgeries)) {
    const agent = new ForgingAgent(mine, sign);
    t.equal(await attempt(t, ssh, agent), 'refused', what);
    t.equal(agent.asked, 1, 'the key was known, and a signature was sent');
  }
  t.equal(ssh.node.knocks.filter((why) => why === 'ssh-signature').length, Object.keys(forgeries).length);
  t.strictSame(ssh.faults, []);
  t.equal(await attempt(t, ssh, honest), 'let-in', 'the process is unharmed');
});

void t.test('a signature with SHA-1 does not let in, whatever key it is of', async (t) => {
  const ssh = await anSshNode(t);
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  const key = parsed(privateKey);
  await ssh.register(await ssh.principal(), `ssh-rsa ${key.getPublicSSH().toString('base64')}`);
  const withHash = (hash: string) => (data: Buffer) => key.sign(data, hash) as unknown as Buffer;
  t.equal(await attempt(t, ssh, new ForgingAgent(key, withHash('sha1'))), 'refused');
  t.equal(
    await attempt(t, ssh, new ForgingAgent(key, withHash('sha512'))),
    'refused',
    'another hash than announced',
  );
  t.equal(await attempt(t, ssh, new ForgingAgent(key, withHash('sha256'))), 'let-in');
});

void t.test('an address whose signatures failed too often is not heard for a while', async (t) => {
  const ssh = await anSshNode(t, { failuresPerMinute: 3 });
  const { mine, other } = await aRegisteredKey(ssh);
  for (let at = 0; at < 3; at += 1)
    t.equal(await attempt(t, ssh, new ForgingAgent(mine, signedBy(other))), 'refused');
  t.equal(await attempt(t, ssh, new ForgingAgent(mine, signedBy(mine))), 'refused');
});
