/** How much of a host's answer is read in one piece: little for a client that makes it wait, more for one that takes it. */
import { Agent, type AgentOptions } from 'node:http';
import { type ConnectOpts, createConnection, type NetConnectOpts, type Socket } from 'node:net';

/**
 * A piece that a slow client makes wait is held up to four times: unread, on its way down, under TLS and sealed by it. At the
 * 64 KiB that Node reads by itself a stalled clone held 217 KiB of live buffers, at 32 KiB 97.
 */
const largestPieceBytes = 32_768;
const smallestPieceBytes = 4_096;
/** So much of an answer may wait to be read by whoever carries it on. */
const unreadBytes = 8_192;
/** A host that was not read from for this long was waited for, or made to wait. */
const pauseMs = 50;
/** After a pause pieces stay this fraction of what has come since, so that a client that took a little holds little. */
const ofWhatCame = 1 / 16;

/**
 * Where every socket reads into. libuv reads and calls back in one step, so no two sockets are in it at once; each piece is
 * copied out at its own size. Node alone keeps all of a 64 KiB block for whatever small part of it still waits.
 */
const shared = Buffer.allocUnsafeSlow(largestPieceBytes);
/** Parts of it, each twice the one before. */
const sizes = Array.from({ length: Math.log2(largestPieceBytes / smallestPieceBytes) + 1 }, (_, power) =>
  shared.subarray(0, smallestPieceBytes << power),
);

/** How one socket reads. */
function pieces(now: () => number): NonNullable<ConnectOpts['onread']> {
  let last = Number.NEGATIVE_INFINITY;
  let came = 0;
  let size = 0;
  return {
    buffer: () => sizes[size] ?? shared,
    callback(this: Socket, bytes: number): boolean {
      const at = now();
      if (at - last > pauseMs) {
        came = 0;
        size = 0;
      }
      last = at;
      came += bytes;
      const next = sizes[size + 1];
      if (next !== undefined && next.length <= came * ofWhatCame) size += 1;
      return this.push(Buffer.from(shared.subarray(0, bytes)));
    },
  };
}

/** An agent whose sockets read so. Those of `https.Agent` need none of it: TLS hands out records of 16 KiB at most. */
export function readingAgent(options: AgentOptions): Agent {
  // On Windows a read goes on while others begin.
  if (process.platform === 'win32') return new Agent(options);
  return Object.assign(new Agent(options), {
    createConnection: (to: NetConnectOpts, connected?: () => void): Socket => {
      const reading = { onread: pieces(() => performance.now()), readableHighWaterMark: unreadBytes };
      return createConnection({ ...to, ...reading }, connected);
    },
  });
}
