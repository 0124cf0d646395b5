import { execFileSync } from 'node:child_process';
import type { Socket } from 'node:net';
import t from 'tap';
import { makeAppRepository } from '../../gateway/demo/sample-repository.ts';
import { flushPkt, pktLine } from '../../gateway/git/pkt-line.ts';
import { aGitNode, scopeOf } from '../https/git-node.ts';
import { gitClient } from '../servers/git.ts';
import { type HostileRequest, rawResponse, startHostileHost } from '../servers/hostile-host.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';

const result = 'application/x-git-upload-pack-result';
const advertisement = 'application/x-git-upload-pack-advertisement';

/** A real pack of the sample, as side-band pkts of 200 bytes, and the id of its tip. */
async function aPack(t: { teardown(action: () => unknown): unknown }) {
  const directory = await temporaryDirectory(t);
  await makeAppRepository(directory);
  const git = (args: readonly string[], input = ''): Buffer =>
    execFileSync('git', ['-C', `${directory}/app.git`, ...args], {
      input,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
  const pack = git(['pack-objects', '--revs', '--stdout'], 'HEAD\n');
  const pkts: Buffer[] = [];
  for (let at = 0; at < pack.length; at += 200)
    pkts.push(pktLine(Buffer.concat([Buffer.from([1]), pack.subarray(at, at + 200)])));
  return { tip: git(['rev-parse', 'HEAD']).toString().trim(), pkts };
}

/** What goes wrong with the answer; it gets the pkts of half a pack and the rest, and the raw socket. */
type Break = (socket: Socket, half: Buffer, rest: Buffer) => void;

const chunked = (socket: Socket): void =>
  void socket.write(`HTTP/1.1 200 OK\r\nContent-Type: ${result}\r\nTransfer-Encoding: chunked\r\n\r\n`);
const chunk = (bytes: Buffer, size = bytes.length): Buffer =>
  Buffer.concat([Buffer.from(`${size.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);

const breaks: Readonly<Record<string, Break>> = {
  'ends cleanly in mid-pack, between two pkts': (socket, half) => {
    chunked(socket);
    socket.write(Buffer.concat([chunk(half), Buffer.from('0\r\n\r\n')]));
  },
  'ends cleanly in mid-pack, with a flush': (socket, half) => {
    chunked(socket);
    socket.write(Buffer.concat([chunk(half), chunk(flushPkt), Buffer.from('0\r\n\r\n')]));
  },
  'ends cleanly inside a pkt': (socket, half) => {
    socket.write(rawResponse('200 OK', { 'Content-Type': result }, half.subarray(0, -7)));
  },
  'resets in mid-pack': (socket, half) => {
    chunked(socket);
    socket.write(chunk(half), () => socket.resetAndDestroy());
  },
  'closes before the length it said': (socket, half) => {
    socket.end(rawResponse('200 OK', { 'Content-Type': result, 'Content-Length': '100000' }, half));
  },
  'says a chunk is longer than it is': (socket, half, rest) => {
    chunked(socket);
    socket.end(Buffer.concat([chunk(half, half.length + 50), chunk(rest), Buffer.from('0\r\n\r\n')]));
  },
  'says a chunk is shorter than it is': (socket, half, rest) => {
    chunked(socket);
    socket.end(Buffer.concat([chunk(half, half.length - 50), chunk(rest), Buffer.from('0\r\n\r\n')]));
  },
  'says a chunk has more bytes than there are numbers': (socket, half) => {
    chunked(socket);
    socket.end(Buffer.concat([chunk(half), Buffer.from('fffffffffffffffff\r\n'), half]));
  },
  'says a pkt is longer than it is': (socket, half) => {
    const lying = Buffer.concat([half, Buffer.from('ffff\x01'), Buffer.alloc(100)]);
    socket.write(rawResponse('200 OK', { 'Content-Type': result }, lying));
  },
  'goes on with what is no pkt': (socket, half) => {
    socket.write(
      rawResponse('200 OK', { 'Content-Type': result }, Buffer.concat([half, Buffer.from('zzzz')])),
    );
  },
};

for (const [what, breakIt] of Object.entries(breaks))
  void t.test(`a host that ${what} leaves no clone behind, and the record says so`, async (t) => {
    const { tip, pkts } = await aPack(t);
    const middle = Math.floor(pkts.length / 2);
    const half = Buffer.concat([pktLine('NAK\n'), ...pkts.slice(0, middle)]);
    const rest = Buffer.concat([...pkts.slice(middle), flushPkt]);
    const host = await startHostileHost(t, (request: HostileRequest, socket) => {
      if (request.method === 'POST') return breakIt(socket, half, rest);
      const line = pktLine(`${tip} HEAD\0side-band-64k no-progress symref=HEAD:refs/heads/main\n`).toString();
      const ref = pktLine(`${tip} refs/heads/main\n`).toString();
      const body = `001e# service=git-upload-pack\n0000${line}${ref}0000`;
      return socket.write(rawResponse('200 OK', { 'Content-Type': advertisement }, body));
    });
    const node = await aGitNode(t, { hostUrl: host.url });
    const { principal, secret } = await node.person();
    await node.grant(principal, { scope: scopeOf('app', 'fetch') });
    const git = await gitClient(t);
    const { code, stderr } = await git.run([
      ...['-c', 'protocol.version=0', 'clone', node.address(secret, 'app.git')],
    ]);
    t.equal(code, 128, stderr);
    t.notMatch(node.troubles.join(), /fault/);
    const ended = (await node.entries()).filter(({ type }) => type === 'operation.ended');
    if (what.includes('flush')) {
      // To the protocol that answer is whole; the pack's own trailer is git's to check.
      t.match(stderr, 'early EOF');
      return;
    }
    t.match(ended, [{ outcome: 'upstream-failed' }]);
    t.match(stderr, /(remote|remote error): sluice: the git host behind hub cannot be reached/);
  });
