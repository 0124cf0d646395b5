/** A raw client of the SSH door: bytes on a channel, broken as the plan says. */
import ssh2, { type ClientChannel } from 'ssh2';
import { makeEd25519Key } from '../../certs/host-keys.ts';
import { PktLineReader } from '../../gateway/git/pkt-line.ts';
import { type SshNode, withSshDoor } from '../ssh/ssh-node.ts';
import { nothing, readTold } from './answer.ts';
import type { HostileDoor, Line, Sending } from './door.ts';
import { drained } from './drained.ts';
import { isWhole, type PushPlan } from './plan.ts';

/** How long silence may last until the client has heard enough. */
const long = 30_000;
const patienceOf = ({ end }: PushPlan, mustBeAnswered: boolean): number => {
  if (!mustBeAnswered) return 40;
  return end === 'reset' ? 1_000 : long;
};

export const sshDoor: HostileDoor = {
  name: 'ssh',
  // A channel has no codings and no framing, and its one way to end a half is the way of git.
  planOf: (plan) => ({
    ...plan,
    coding: 'identity',
    framing: 'length',
    end: plan.end === 'half-closed' ? 'ended' : plan.end,
  }),
  // Clients that never end their half are as good as others: where a push ends stands in its bytes.
  isSound: (plan) => isWhole(plan) && plan.end !== 'reset',
  hasEnd: ({ end }) => end === 'ended',
  async open(test, node) {
    const ssh = await withSshDoor(test, node, {
      doorLimits: { maxConnections: 10_000, maxConnectionsPerAddress: 10_000 },
    });
    return { connect: (person) => connectTo(ssh, person.principalId) };
  },
};

function connectTo(ssh: SshNode, principalId: string): Line {
  let client: Promise<ssh2.Client> | undefined;
  const channelFor = async (repository: string): Promise<ClientChannel> => {
    client ??= signIn(ssh, principalId, () => {
      client = undefined;
    });
    const on = await client;
    return await new Promise((resolve, reject) =>
      on.exec(`git-receive-pack '/${repository}.git'`, (error, channel) =>
        error ? reject(error) : resolve(channel),
      ),
    );
  };
  return {
    async discover(repository) {
      const channel = await channelFor(repository);
      const over = new Promise((resolve) => channel.once('close', resolve));
      await hear(channel).advertised;
      channel.end('0000');
      await over;
    },
    async push({ plan, body, repository, mustBeAnswered, cue }) {
      const channel = await channelFor(repository);
      const heard = hear(channel);
      // Who is refused at the advertisement sends nothing.
      if (!(await heard.advertised)) return { told: nothing, hung: false };
      await send(channel, { plan, body, cue });
      if (plan.end === 'reset') {
        (await client)?.destroy();
        client = undefined;
      }
      const bytes = await heard.over(patienceOf(plan, mustBeAnswered));
      const told = readTold({ status: 200, length: 0, ...bytes }, plan.sideBand);
      if (!told.complete) channel.destroy();
      return { told, hung: mustBeAnswered && !told.complete && plan.end !== 'reset' };
    },
    leave() {
      void client?.then((open) => open.destroy());
    },
  };
}

/** @param onClosed at once when it is known that nothing more goes over it */
async function signIn(ssh: SshNode, principalId: string, onClosed: () => void): Promise<ssh2.Client> {
  const { text, line } = makeEd25519Key('hostile');
  await ssh.register({ id: principalId }, line);
  const client = new ssh2.Client();
  return await new Promise((resolve, reject) => {
    client
      .on('ready', () => resolve(client))
      .on('error', reject)
      .on('close', onClosed)
      .connect({ host: '127.0.0.1', port: ssh.door.port, username: 'git', privateKey: text });
  });
}

interface Heard {
  /** False when the channel closed before its advertisement was whole. */
  readonly advertised: Promise<boolean>;
  /** What came behind it, once the channel is closed or nothing has come for so long. */
  over(patienceMs: number): Promise<{ readonly body: Buffer; readonly complete: boolean }>;
}

/** Listens from now on. */
function hear(channel: ClientChannel): Heard {
  const behind: Buffer[] = [];
  let closed = false;
  let exited = false;
  let notice = (): void => undefined;
  channel.on('error', () => undefined).stderr.resume();
  channel.once('exit', () => {
    exited = true;
  });
  channel.once('close', () => {
    closed = true;
    notice();
  });
  const advertised = new Promise<boolean>((resolve) => {
    let isWhole = false;
    const reader = new PktLineReader(({ kind }) => {
      isWhole ||= kind === 'flush';
      return isWhole ? 'stop' : 'go-on';
    });
    channel.on('data', (chunk: Buffer) => {
      if (isWhole) behind.push(chunk);
      else reader.feed(chunk);
      if (isWhole) resolve(true);
      notice();
    });
    channel.once('close', () => resolve(isWhole));
  });
  return {
    advertised,
    over: (patienceMs) =>
      new Promise((resolve) => {
        let timer: NodeJS.Timeout | undefined;
        const done = (): void => {
          notice = () => undefined;
          clearTimeout(timer);
          resolve({ body: Buffer.concat(behind), complete: closed && exited });
        };
        notice = () => {
          clearTimeout(timer);
          if (closed) done();
          else timer = setTimeout(done, patienceMs);
        };
        notice();
      }),
  };
}

async function send(
  channel: ClientChannel,
  { plan, body, cue }: Pick<Sending, 'plan' | 'body' | 'cue'>,
): Promise<void> {
  for (const piece of body.pieces) {
    if (piece.cue !== undefined) await cue(piece.cue);
    if (channel.destroyed || !channel.writable) return;
    if (!channel.write(piece.bytes)) await drained(channel);
    await new Promise(setImmediate);
  }
  if (plan.end === 'ended') channel.end();
  await cue('behind the last byte');
}
