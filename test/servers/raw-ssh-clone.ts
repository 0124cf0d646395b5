/** A clone without git over SSH: a connection of its own, one fetch request, its answer read at once or slowly, and when what came. */
import { connect } from 'node:net';
import ssh2 from 'ssh2';
import { fetchRequest, rawArrivals } from './raw-arrivals.ts';
import type { RawClone } from './raw-clone.ts';

export interface RawSshCloneOptions {
  readonly port: number;
  /** In OpenSSH's format. */
  readonly privateKey: string;
  /** `bench/app` */
  readonly repository: string;
  /** Reads from its socket once in so long, from the pack's first bytes on. */
  readonly readEveryMs?: number;
}

export function startRawSshClone({
  port,
  privateKey,
  repository,
  readEveryMs,
}: RawSshCloneOptions): RawClone {
  const { moving, ended, bytesAfter, take, over } = rawArrivals(repository);
  const socket = connect(port, '127.0.0.1');
  socket.setNoDelay(true);
  const client = new ssh2.Client();
  let reading: NodeJS.Timeout | undefined;
  const done = (): void => {
    clearInterval(reading);
    over();
    client.destroy();
    socket.destroy();
  };
  client.on('error', done);
  client.on('close', done);
  socket.once('close', done);
  if (readEveryMs !== undefined)
    moving.then(
      () => {
        // The socket itself: a channel alone would go on taking until its window of 2 MB is used up.
        socket.on('data', () => socket.pause());
        reading = setInterval(() => socket.resume(), readEveryMs);
      },
      () => undefined,
    );
  client.on('ready', () => {
    client.exec(
      `git-upload-pack '/${repository}.git'`,
      { env: { GIT_PROTOCOL: 'version=2' } },
      (error, channel) => {
        if (error !== undefined) return done();
        channel.on('data', take);
        channel.stderr.on('data', take);
        channel.once('close', done);
        channel.write(fetchRequest());
      },
    );
  });
  client.connect({ sock: socket, username: 'git', privateKey, readyTimeout: 60_000 });
  return { moving, ended, bytesAfter, destroy: done };
}
