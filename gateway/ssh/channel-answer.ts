/** The answer of one exchange on its way into an SSH channel, which goes on when the answer is over. */
import { Writable } from 'node:stream';
import type { GitExec } from './exec-channel.ts';

/** Bytes that may wait here, and so nowhere else: a channel of ssh2 itself would take 2 MB, and its socket as much again. */
const waitingBytes = 65_536;

/**
 * Writes into the channel at the pace of the client's window and of the socket under it: what is finished here has been handed
 * over. Whoever learns that the client has left destroys it, and it closes unfinished.
 */
export class ChannelAnswer extends Writable {
  readonly #exec: Pick<GitExec, 'channel' | 'socket'>;
  #onDrain: (() => void) | undefined;

  constructor(exec: Pick<GitExec, 'channel' | 'socket'>) {
    super({ highWaterMark: waitingBytes });
    this.#exec = exec;
    // What cannot be written any more is told by closing.
    this.on('error', () => undefined);
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    const { channel } = this.#exec;
    if (channel.writableEnded) this.destroy();
    else channel.write(chunk, (error) => (error == null ? this.#whenDrained(done) : done(error)));
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (this.#onDrain !== undefined) this.#exec.socket.off('drain', this.#onDrain);
    done(error);
  }

  #whenDrained(done: (error?: Error | null) => void): void {
    const { socket } = this.#exec;
    if (!socket.writableNeedDrain) {
      done();
      return;
    }
    this.#onDrain = () => {
      this.#onDrain = undefined;
      done();
    };
    socket.once('drain', this.#onDrain);
  }
}
