/** Request bodies on their way up: the first part held until it is understood, the rest streamed behind it. */
import type { Duplex, Readable } from 'node:stream';

/** The beginning of a body, and whether that was all of it. */
export interface HeldBody {
  readonly chunks: readonly Buffer[];
  readonly bytes: number;
  readonly ended: boolean;
}

/** git sends pushes up to this size in one piece, and so they go up in one piece (git's `http.postBuffer`). */
export const holdLimitBytes = 1_048_576;

/**
 * Reads until the body ends, `limit` bytes came, or `enough` says so; the source is left paused with nothing lost.
 * Rejects with the source's error, or when the source closes before its end.
 *
 * @param seen is given each chunk once, in order; what it throws rejects
 * @param signal makes it ask `enough` again
 */
export function holdUpTo(
  source: Readable,
  limit: number,
  seen: (chunk: Buffer) => void,
  enough: () => boolean = () => false,
  signal: AbortSignal | undefined = undefined,
): Promise<HeldBody> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const stop = (settle: () => void): void => {
      source.pause();
      source.off('data', onData).off('end', onEnd).off('error', onError).off('close', onClose);
      signal?.removeEventListener('abort', onAbort);
      settle();
    };
    const onAbort = (): void => {
      if (enough()) stop(() => resolve({ chunks, bytes, ended: false }));
    };
    const onData = (chunk: Buffer): void => {
      chunks.push(chunk);
      bytes += chunk.length;
      try {
        seen(chunk);
      } catch (error) {
        stop(() => reject(error as Error));
        return;
      }
      if (bytes >= limit || enough()) stop(() => resolve({ chunks, bytes, ended: false }));
    };
    const onEnd = (): void => stop(() => resolve({ chunks, bytes, ended: true }));
    const onError = (error: Error): void => stop(() => reject(error));
    const onClose = (): void => stop(() => reject(new Error('the client left before its request was whole')));
    source.on('data', onData).on('end', onEnd).on('error', onError).on('close', onClose);
    signal?.addEventListener('abort', onAbort);
    if (source.readableEnded) onEnd();
    else if (source.destroyed) onClose();
    else source.resume();
  });
}

/**
 * Lets what was held and then the rest of its source, with its back-pressure, flow through `body`.
 * When the source breaks, so does the body: never a clean end. Once the body says `whole`, nothing more is taken, and the
 * source's end is no longer the body's.
 *
 * @param seen is given each chunk of the rest before it goes on; what it throws breaks the body
 */
export function continueBody(
  held: readonly Buffer[],
  rest: Readable,
  body: Duplex,
  seen: (chunk: Buffer) => void,
): void {
  // Whoever reads the body hears of it too; without a listener of its own a broken one would end the process.
  body.on('error', () => undefined);
  let isWhole = false;
  const breakOff = (error: Error): void => {
    if (!isWhole) body.destroy(error);
  };
  const onData = (chunk: Buffer): void => {
    try {
      seen(chunk);
    } catch (error) {
      breakOff(error as Error);
    }
  };
  const letGo = (): void => {
    rest.off('data', onData);
    rest.unpipe(body);
  };
  rest.on('data', onData);
  body.once('close', letGo);
  body.once('whole', () => {
    isWhole = true;
    letGo();
  });
  rest.once('error', breakOff);
  rest.once('close', () => {
    if (!rest.readableEnded) breakOff(new Error('the client left before its request was whole'));
  });
  for (const chunk of held) body.write(chunk);
  if (!isWhole) rest.pipe(body);
}

/** Reads and drops what is left of a request, so that its answer is regular HTTP; at most `limit` bytes. */
export async function drain(source: Readable, limit: number): Promise<'drained' | 'gone' | 'limit'> {
  let left = limit;
  return await new Promise((resolve) => {
    // Whoever still reads it would hold it back, and pause it once more on closing.
    source.unpipe();
    if (source.readableEnded) return resolve('drained');
    if (source.destroyed) return resolve('gone');
    source.on('data', (chunk: Buffer) => {
      left -= chunk.length;
      if (left < 0) {
        source.pause();
        resolve('limit');
      }
    });
    source.once('end', () => resolve('drained'));
    source.once('error', () => resolve('gone'));
    source.once('close', () => resolve('gone'));
    source.resume();
  });
}
