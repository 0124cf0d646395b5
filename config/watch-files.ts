/** Tells when files have changed and then stood still, whichever way they were replaced. */
import { stat } from 'node:fs/promises';

/** Calls `tick` now and then until the returned function is called; a tick that still runs is not called again. */
export type Ticks = (tick: () => Promise<void>) => () => void;

export interface FileWatch {
  close(): void;
}

/** A tick a second, which does not keep the process alive. */
export const everySecond: Ticks = (tick) => {
  let running = false;
  const timer = setInterval(() => {
    if (running) return;
    running = true;
    void tick().finally(() => {
      running = false;
    });
  }, 1_000);
  timer.unref();
  return () => clearInterval(timer);
};

/**
 * Calls `onSettled` once the files differ from when it was last called and two ticks in a row saw them the same, so a file
 * is not read while it is being written. The first settled look counts as a change: whoever read the files before the watch
 * began may have missed one.
 *
 * Asks for the files' state rather than for events: those are lost on network disks and when a directory above is swapped
 * by symlink, as Kubernetes does.
 */
export function watchFiles(
  paths: readonly string[],
  onSettled: () => Promise<void>,
  ticks: Ticks = everySecond,
): FileWatch {
  let handled: string | undefined;
  let last: string | undefined;
  let closed = false;
  const stop = ticks(async () => {
    const seen = (await Promise.all(paths.map(versionOf))).join('\n');
    const settled = seen === last;
    last = seen;
    if (!settled || seen === handled || closed) return;
    handled = seen;
    await onSettled();
  });
  return {
    close: () => {
      closed = true;
      stop();
    },
  };
}

async function versionOf(path: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(':');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown';
  }
}
