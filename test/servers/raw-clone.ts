/** A clone without git: one fetch request over TLS, its answer read byte by byte or slowly, and when what came. */
import { connect } from 'node:tls';
import { fetchRequest, type RawArrivals, rawArrivals } from './raw-arrivals.ts';

export interface RawCloneOptions {
  readonly port: number;
  readonly ca: string;
  /** A git credential. */
  readonly secret: string;
  /** `bench/app` */
  readonly repository: string;
  /** Reads once in so long, and then whatever is there; without it as fast as it comes. */
  readonly readEveryMs?: number;
}

/** `ended`: the answer was whole, or the connection is gone. */
export interface RawClone extends Pick<RawArrivals, 'moving' | 'ended' | 'bytesAfter'> {
  destroy(): void;
}

const lastChunk = Buffer.from('0\r\n\r\n');

export function startRawClone(options: RawCloneOptions): RawClone {
  const { port, ca, secret, repository, readEveryMs } = options;
  const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ca });
  const { moving, ended, bytesAfter, ...arrivals } = rawArrivals(repository);
  const take = (data: Buffer): void => {
    arrivals.take(data);
    if (data.subarray(-lastChunk.length).equals(lastChunk)) over();
  };
  const over = (): void => {
    clearInterval(reading);
    arrivals.over();
    socket.destroy();
  };
  let reading: NodeJS.Timeout | undefined;
  socket.on('error', () => undefined);
  socket.once('close', over);
  if (readEveryMs === undefined) socket.on('data', take);
  else {
    // Nobody asks for more in between, so the kernel's buffer fills and the sender has to wait.
    socket.pause();
    socket.on('data', (data: Buffer) => {
      socket.pause();
      take(data);
    });
    reading = setInterval(() => socket.resume(), readEveryMs);
  }
  socket.once('secureConnect', () => socket.write(request(repository, secret)));
  return { moving, ended, bytesAfter, destroy: () => socket.destroy() };
}

function request(repository: string, secret: string): string {
  const body = fetchRequest();
  return [
    `POST /${repository}/git-upload-pack HTTP/1.1`,
    'Host: localhost',
    'User-Agent: git/2.39.5',
    `Authorization: Basic ${Buffer.from(`git:${secret}`).toString('base64')}`,
    'Content-Type: application/x-git-upload-pack-request',
    'Git-Protocol: version=2',
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n');
}
