/** Replays in a process of its own, so that neither its time nor its memory is the gateway's; one at a time, and each within bounds. */
import { fork } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CountWish, EntryCounts } from '../audit/count.ts';
import type { LogFolders } from '../audit/read-spans.ts';
import type { boundedAnswer, ReplayWish, ReportAnswer, ReportWish } from './bounded-answer.ts';
import type { VerifyAnswer, VerifyWish } from './verify-answer.ts';

type Replayed = Awaited<ReturnType<typeof boundedAnswer>>;

/** Entries over time, in so many stretches at the most. */
export interface CountsWish {
  readonly log: LogFolders;
  readonly count: CountWish;
  readonly most: number;
}

/** What such a process does. */
export type ApartWish = ReplayWish | ReportWish | VerifyWish | CountsWish;

/** What came of it: an answer, or why there is none. */
export type ApartOutcome<Answered> =
  | { readonly kind: 'answered'; readonly answer: Answered }
  /** Another replay runs on this node. */
  | { readonly kind: 'busy' }
  /** It took too long or too much memory, or the files could not be read; `what` says which. */
  | { readonly kind: 'given-up'; readonly what: string };

export interface ReplaysApart {
  replay(wish: ReplayWish): Promise<ApartOutcome<Replayed>>;
  report(wish: ReportWish): Promise<ApartOutcome<ReportAnswer>>;
  verify(wish: VerifyWish): Promise<ApartOutcome<VerifyAnswer>>;
  count(wish: CountsWish): Promise<ApartOutcome<EntryCounts>>;
  /** Ends the one that runs. */
  close(): void;
}

export interface ReplayBounds {
  readonly longestMs: number;
  readonly heapMiB: number;
}

const usual: ReplayBounds = { longestMs: 60_000, heapMiB: 512 };

/** A process that replays is begun for each wish; nothing stays when none runs. */
export function replaysApart({ longestMs, heapMiB }: ReplayBounds = usual): ReplaysApart {
  let isRunning = false;
  let end: (() => void) | undefined;
  const run = <Answered>(wish: ApartWish): Promise<ApartOutcome<Answered>> =>
    new Promise((resolve) => {
      // As this file is run, from sources or built.
      const path = fileURLToPath(new URL(`replay-process${extname(import.meta.url)}`, import.meta.url));
      const child = fork(path, [], {
        execArgv: [...process.execArgv, `--max-old-space-size=${heapMiB}`],
        // No secret of the gateway's environment is needed there.
        env: { PATH: process.env.PATH, TMPDIR: process.env.TMPDIR },
        // What V8 says when the memory is used up is not for the gateway's log.
        stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      });
      let outcome: ApartOutcome<Answered> | undefined;
      const giveUp = (what: string): void => {
        outcome ??= { kind: 'given-up', what };
        child.kill('SIGKILL');
      };
      const timer = setTimeout(() => giveUp(`it took over ${longestMs / 1_000} s`), longestMs);
      end = () => giveUp('the gateway stops');
      child.once('spawn', () => makeWay(child.pid));
      child.once('message', (told: { answer: Answered } | { error: string }) => {
        outcome ??=
          'answer' in told
            ? { kind: 'answered', answer: told.answer }
            : { kind: 'given-up', what: told.error };
      });
      child.once('error', ({ message }) => giveUp(message));
      child.once('close', () => {
        clearTimeout(timer);
        end = undefined;
        resolve(outcome ?? { kind: 'given-up', what: `it took more than ${heapMiB} MiB of memory` });
      });
      child.send(wish, () => undefined);
    });
  const inTurn = async <Answered>(wish: ApartWish): Promise<ApartOutcome<Answered>> => {
    if (isRunning) return { kind: 'busy' };
    isRunning = true;
    try {
      return await run(wish);
    } finally {
      isRunning = false;
    }
  };
  return {
    replay: (wish) => inTurn(wish),
    report: (wish) => inTurn(wish),
    verify: (wish) => inTurn(wish),
    count: (wish) => inTurn(wish),
    close: () => end?.(),
  };
}

/** Transfers go before it. */
function makeWay(pid: number | undefined): void {
  try {
    if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_LOW);
  } catch {
    // It ended already.
  }
}
