/** Channels without an SSH server: a program in the place of `ssh` carries a real git's streams to a socket, framed. */
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { Duplex, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { ExecChannel } from '../../gateway/ssh/exec-channel.ts';
import type { Ending } from './ending.ts';
import { temporaryDirectory } from './temporary-directory.ts';

/** One command as a client ran it. */
export interface Exec {
  readonly channel: TestChannel;
  readonly socket: Socket;
  readonly closed: Promise<void>;
  readonly command: string;
  readonly gitProtocol: string | undefined;
}

/** A channel with the ways of ssh2's: `exit`, then `end`, which ends the client whatever it still sends. */
export class TestChannel extends Duplex implements ExecChannel {
  readonly stderr: Writable;
  exitCode: number | undefined;
  /** Resolves to the exit status, also where git is gone before it comes. */
  readonly exited: Promise<number>;
  #tellExited!: (code: number) => void;
  readonly #socket: Socket;

  constructor(socket: Socket, first: Buffer) {
    super({ highWaterMark: 2 ** 21, allowHalfOpen: true, emitClose: false });
    this.#socket = socket;
    this.exited = new Promise((resolve) => {
      this.#tellExited = resolve;
    });
    this.stderr = new Writable({ write: (chunk, _, done) => void this.#send(2, chunk as Buffer, done) });
    if (first.length > 0) this.push(first);
    socket.on('data', (chunk) => {
      if (!this.push(chunk)) socket.pause();
    });
    socket.once('end', () => this.push(null));
    socket.once('close', () => this.emit('close'));
    socket.on('error', () => undefined);
  }

  exit(code: number): void {
    this.exitCode = code;
    this.#tellExited(code);
    this.#send(3, Buffer.from([code]));
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#send(1, chunk);
    done();
  }

  override _final(done: () => void): void {
    this.#socket.end();
    done();
  }

  #send(stream: number, payload: Buffer, done?: () => void): void {
    const head = Buffer.alloc(5);
    head[0] = stream;
    head.writeUInt32BE(payload.length, 1);
    this.#socket.write(Buffer.concat([head, payload]), () => done?.());
  }
}

/** Listens for commands; the environment makes a git run them here in place of `ssh`. */
export async function startExecSocket(
  test: Ending,
  onExec: (exec: Exec) => void,
): Promise<{ readonly env: Readonly<Record<string, string>>; resetAll(): void }> {
  const path = join(await temporaryDirectory(test), 'exec.sock');
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    let line = Buffer.alloc(0);
    const onData = (chunk: Buffer): void => {
      line = Buffer.concat([line, chunk]);
      const end = line.indexOf(10);
      if (end === -1) return;
      socket.off('data', onData);
      const { command, gitProtocol } = JSON.parse(line.toString('utf8', 0, end)) as Exec;
      const channel = new TestChannel(socket, line.subarray(end + 1));
      onExec({ channel, socket, closed, command, gitProtocol });
    };
    socket.on('data', onData);
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const resetAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  test.teardown(async () => {
    resetAll();
    await new Promise((resolve) => server.close(resolve));
  });
  const program = fileURLToPath(new URL('./exec-client.mjs', import.meta.url));
  return {
    env: {
      GIT_SSH_COMMAND: `${process.execPath} ${program}`,
      GIT_SSH_VARIANT: 'ssh',
      EXEC_SOCKET: path,
    },
    resetAll,
  };
}
