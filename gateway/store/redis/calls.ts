/** Scripts on one way to the store, each with a deadline of ours. */
import { performance } from 'node:perf_hooks';
import { StoreError } from '../store-error.ts';
import type { Way } from './link.ts';
import { within } from './patience.ts';
import { prefix, reading, type Script } from './script.ts';

export interface Calls {
  /** Runs a script; the answer's first value is the store's time. Rejects with a `StoreError`. */
  read(script: Script, args: readonly string[]): Promise<unknown[]>;
  /** Runs a changing script under a deadline, store time; past it nothing was done. */
  change(script: Script, node: string, args: readonly string[]): Promise<unknown[]>;
  /** A command outside scripts, for start-up checks. */
  command(args: readonly string[]): Promise<unknown>;
}

/** Hooks into each call, for tests that stop a process at a chosen moment. */
export type Step = (name: string, when: 'before' | 'after') => Promise<void>;

/** Only the time. */
export const timeScript: Script = reading('now', 'return { int(now) }');

/** What the store says when it could do a change and will not: memory is full, the disk fails, a replica is missing. */
const refused = /^(OOM|MISCONF|NOREPLICAS|NOPERM)\b/;

/** Which store is meant, and what its answers carry. */
export interface Watcher {
  readonly trusted: string | undefined;
  saw(generation: string, seq: number): void;
}

/** @param watcher looks at each answer; an answer that makes it lose its trust counts for nothing */
export function callsOn(way: Way, timeoutMs: number, step: Step, watcher?: Watcher): Calls {
  /** Store time minus this process's monotonic time, from the last answer; the sending side is taken, so it errs early. */
  let offsetMs: number | undefined;

  const answered = async <T>(what: string, work: Promise<T>): Promise<T> => {
    try {
      return await within(
        timeoutMs,
        work,
        () => new StoreError('STORE_UNREACHABLE', `the store did not answer ${what} within ${timeoutMs} ms`),
      );
    } catch (cause) {
      if (cause instanceof StoreError) throw cause;
      if (cause instanceof Error && refused.test(cause.message))
        throw new StoreError(
          'STORE_REFUSED',
          `the store refused ${what}; nothing was changed: ${cause.message.replace(/ script: .*$/, '')}`,
          { cause },
        );
      throw new StoreError('STORE_UNREACHABLE', `the store did not answer ${what}`, { cause });
    }
  };

  const evaluate = async (script: Script, args: readonly string[]): Promise<unknown[]> => {
    const call = (how: readonly string[]): Promise<unknown> =>
      // Looked at in the very order of the answers, or an older number would seem to come after a newer one.
      way.send([...how, '1', prefix, ...args]).then((reply) => {
        const [generation, seq, answer] = Array.isArray(reply) ? (reply as unknown[]) : [];
        watcher?.saw(String(generation), Number(seq));
        return answer;
      });
    await step(script.name, 'before');
    const sentAt = performance.now();
    const answer = await answered(
      script.name,
      call(['EVALSHA', script.sha]).catch((error: unknown) => {
        if (error instanceof Error && error.message.startsWith('NOSCRIPT'))
          return call(['EVAL', script.source]);
        throw error;
      }),
    );
    if (!Array.isArray(answer) || typeof answer[0] !== 'string')
      throw new StoreError('STORE_SHAPE', `the store's answer to ${script.name} is none this version knows`);
    offsetMs = Number(answer[0]) - sentAt;
    if (watcher !== undefined && (watcher.trusted === undefined || answer[1] === 'lost'))
      throw new StoreError(
        'STORE_LOST',
        `the store that answered ${script.name} is not the one this node knows`,
      );
    await step(script.name, 'after');
    return answer;
  };

  return {
    read: evaluate,
    async change(script, node, args) {
      if (offsetMs === undefined) await evaluate(timeScript, []);
      const deadline = Math.round(performance.now() + (offsetMs ?? 0) + timeoutMs);
      const till = `${deadline} ${watcher?.trusted ?? ''}`.trim();
      const answer = await evaluate(script, [till, node, ...args]);
      if (answer[1] === 'late')
        throw new StoreError(
          'STORE_DEADLINE',
          `${script.name} reached the store too late; nothing was changed`,
        );
      return answer;
    },
    command: (args) => answered(args[0] ?? 'a command', way.send(args)),
  };
}
