/** Waiting until a stream that is full takes more. */
import type { Writable } from 'node:stream';

/** Resolves too when it is closed and takes nothing any more. */
export function drained(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      stream.off('drain', go).off('close', go);
      resolve();
    };
    stream.on('drain', go).on('close', go);
  });
}
