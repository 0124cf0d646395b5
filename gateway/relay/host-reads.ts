/** How much of a host's answer is read in one piece. */
import { Agent, type AgentOptions } from 'node:http';
import { type ConnectOpts, createConnection, type NetConnectOpts, type Socket } from 'node:net';

/**
 * A piece that a slow client makes wait is held up to four times: unread, on its way down, under TLS and sealed by it. At the
 * 64 KiB that Node reads by itself a stalled clone held 217 KiB of live buffers, at this 97.
 */
const pieceBytes = 32_768;

/**
 * Where every socket reads into. libuv reads and calls back in one step, so no two sockets are in it at once; each piece is
 * copied out at its own size. Node alone keeps all of a 64 KiB block for whatever small part of it still waits.
 */
const shared = Buffer.allocUnsafeSlow(pieceBytes);

const onread: NonNullable<ConnectOpts['onread']> = {
  buffer: shared,
  callback(this: Socket, bytes: number): boolean {
    return this.push(Buffer.from(shared.subarray(0, bytes)));
  },
};

/** An agent whose sockets read so. Those of `https.Agent` need none of it: TLS hands out records of 16 KiB at most. */
export function readingAgent(options: AgentOptions): Agent {
  // On Windows a read goes on while others begin.
  if (process.platform === 'win32') return new Agent(options);
  return Object.assign(new Agent(options), {
    createConnection: (to: NetConnectOpts, connected?: () => void): Socket =>
      createConnection({ ...to, onread }, connected),
  });
}
