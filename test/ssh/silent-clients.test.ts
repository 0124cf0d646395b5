import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import t, { type Test } from 'tap';
import { makeAppRepository } from '../../gateway/demo/sample-repository.ts';
import { flushPkt, pktLine } from '../../gateway/git/pkt-line.ts';
import { moved } from '../https/moved.ts';
import { copySlowRepository } from './slow-repository.ts';
import { type OverOpenSsh, openSshWays } from './ways.ts';

/** Far below what a configuration may say, so that a test need not wait for it. */
const shortened = { idleMs: 700, cutGraceMs: 300 };

/** The real ssh with a command that a test speaks to. */
function aCommand(t: Test, { ssh }: OverOpenSsh, line: string) {
  const child = spawn('ssh', [...ssh.options, 'git@127.0.0.1', line], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: ssh.directory },
  });
  child.stdin.on('error', () => undefined);
  child.stderr.resume();
  t.teardown(() => child.kill('SIGKILL'));
  return {
    child,
    ended: new Promise<number | null>((resolve) => child.once('close', resolve)),
  };
}

const zero = '0'.repeat(40);
const list = (ref: string): Buffer =>
  pktLine(`${zero} ${'a'.repeat(40)} ${ref}\0report-status side-band-64k object-format=sha1`);
const packHead = Buffer.from('PACK\0\0\0\x02\0\0\0\x01', 'latin1');
/** A blob of 3 MB that has not come whole. */
const packBegun = Buffer.concat([
  packHead,
  Buffer.from('b0ecb80b', 'hex'),
  deflateSync(randomBytes(3_000_000), { level: 0 }).subarray(0, 1_500_000),
]);
const idle = { outcome: 'cut', reason: 'idle' };

const silences: readonly (readonly [where: string, service: string, says: Buffer, ended: object])[] = [
  ['behind the advertisement of a fetch', 'upload-pack', Buffer.alloc(0), idle],
  ['inside the request of a fetch', 'upload-pack', Buffer.from('0032want '), idle],
  ['behind the advertisement of a push', 'receive-pack', Buffer.alloc(0), { outcome: 'advertised' }],
  ['inside the list of a push', 'receive-pack', list('refs/heads/x').subarray(0, 30), idle],
  [
    'inside a pack that is still held',
    'receive-pack',
    Buffer.concat([list('refs/heads/x'), flushPkt, packHead]),
    idle,
  ],
  [
    'inside a pack that goes up already',
    'receive-pack',
    Buffer.concat([list('refs/heads/x'), flushPkt, packBegun]),
    idle,
  ],
  [
    'inside a push that is refused',
    'receive-pack',
    Buffer.concat([list('refs/forbidden/x'), flushPkt, packBegun]),
    { outcome: 'refused' },
  ],
];

for (const way of openSshWays) {
  for (const [where, service, says, ended] of silences)
    void t.test(`${way.name}: a client that falls silent ${where} is let go at the idle limit`, async (t) => {
      const reached = await way.reach(t, 'push', 'app', { shortened });
      await makeAppRepository(reached.repositories);
      const command = aCommand(t, reached, `git-${service} '/hub/app.git'`);
      await new Promise((resolve) => command.child.stdout.once('data', resolve));
      command.child.stdout.resume();
      command.child.stdin.write(says);
      t.not(await command.ended, 0);
      t.match((await reached.entriesOf('operation.ended')).at(-1), ended);
      t.strictSame(reached.faults(), []);
    });

  void t.test(
    `${way.name}: a client that is stopped inside a clone is let go at the idle limit`,
    async (t) => {
      const reached = await way.reach(t, 'fetch', 'slow', { shortened, slowBytesPerSecond: 30_000_000 });
      await copySlowRepository(reached.repositories);
      const clone = reached.git.start(['clone', '-q', reached.address('slow')]);
      await moved(reached.node, 'bytesDown', 50_000);
      process.kill(-(clone.child.pid ?? 0), 'SIGSTOP');
      while (reached.at.door.size > 0) await new Promise((resolve) => setTimeout(resolve, 20));
      process.kill(-(clone.child.pid ?? 0), 'SIGCONT');
      t.not((await clone.finished).code, 0);
      t.match((await reached.entriesOf('operation.ended')).at(-1), idle);
      t.strictSame(reached.faults(), []);
    },
  );
}
