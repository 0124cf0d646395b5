/** The answer of a fetch on its way down: whole pkts only, under back-pressure, cut at any moment in its own language. */
import type { Writable } from 'node:stream';
import { cutFetchBytes, progressLines } from '../git/cut.ts';
import type { AnswerState, AnswerWalker } from '../git/side-band.ts';
import type { HostAnswer } from './forwarding.ts';

/** How a download ended. */
export type DownloadEnd =
  | { readonly kind: 'complete' }
  | { readonly kind: 'cut' }
  | { readonly kind: 'client-left' }
  /** The host broke off, or sent what is not git. */
  | { readonly kind: 'upstream-broke'; readonly error: Error };

export interface Download {
  readonly ended: Promise<DownloadEnd>;
  /** Puts lines between the pack's bytes, now or as soon as the pack has begun; an answer that has no place for them goes without. */
  tell(lines: readonly string[]): void;
  /** Ends it now: the text is written where the answer stands, nothing of the repository after it. Harmless once ended. */
  cut(lines: readonly string[]): void;
}

/**
 * Carries the host's answer to the client. Over HTTP headers are written already; the response is chunked, so that text fits
 * at any point.
 *
 * @param brokenLines what the client reads when the host breaks off
 * @param mayMove asked for each chunk before anything of it goes down, also where its bytes only come nearer
 * @param passed is told the size of every piece of the repository handed down
 */
export function download(
  answer: HostAnswer,
  response: Writable,
  walker: AnswerWalker,
  brokenLines: readonly string[],
  mayMove: () => boolean,
  passed: (bytes: number) => void,
): Download {
  let settle!: (end: DownloadEnd) => void;
  let over = false;
  const ended = new Promise<DownloadEnd>((resolve) => {
    settle = resolve;
  });
  const finish = (end: DownloadEnd): boolean => {
    if (over) return false;
    over = true;
    answer.off('data', onData).off('end', onEnd);
    settle(end);
    return true;
  };
  const close = (lines: readonly string[], stands: AnswerState = walker.state): void => {
    if (response.writableEnded) return;
    const bytes = cutFetchBytes(stands, lines);
    if (bytes === undefined) response.destroy();
    else response.end(bytes);
  };
  const broke = (error: Error, stands?: AnswerState): void => {
    if (finish({ kind: 'upstream-broke', error })) close(brokenLines, stands);
    answer.destroy();
  };
  let untold: readonly string[] | undefined;
  const say = (): void => {
    if (untold === undefined || over || walker.state !== 'pack') return;
    response.write(progressLines(untold));
    untold = undefined;
  };
  // Half of what may wait there: with thousands of stalled clients the rest of it would be most of what they hold.
  const tooMuchWaits = (): boolean => response.writableLength > response.writableHighWaterMark / 2;
  const onWritten = (): void => {
    if (!tooMuchWaits()) answer.resume();
  };
  const onData = (chunk: Buffer): void => {
    if (!mayMove()) return;
    let pieces: readonly Buffer[];
    // Of a chunk with a fault in it nothing goes down: the client stands where it stood.
    const stood = walker.state;
    try {
      pieces = walker.feed(chunk);
    } catch (error) {
      broke(error as Error, stood);
      return;
    }
    if (pieces.length > 1) response.cork();
    for (const piece of pieces) {
      passed(piece.length);
      response.write(piece, onWritten);
    }
    if (pieces.length > 1) response.uncork();
    say();
    if (tooMuchWaits()) answer.pause();
  };
  const onEnd = (): void => {
    // Until the last byte has left the process it can still be kept from the client.
    if (walker.mayEnd) response.end(() => finish({ kind: 'complete' }));
    else broke(new Error('the host ended its answer before it was whole'));
  };
  answer.on('data', onData).on('end', onEnd);
  answer.on('error', (error) => broke(error));
  answer.on('close', () => {
    if (!answer.complete) broke(new Error('the host closed the connection inside its answer'));
  });
  // The request's own close says nothing on Node 20: only a response that closed unfinished is a client that left.
  response.on('close', () => {
    if (response.writableFinished) return;
    finish({ kind: 'client-left' });
    answer.destroy();
  });

  return {
    ended,
    tell(lines) {
      untold = lines;
      say();
    },
    cut(lines) {
      if (!finish({ kind: 'cut' })) return;
      close(lines);
      answer.destroy();
    },
  };
}
