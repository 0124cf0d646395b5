/** Each operation's one outcome: durable in the audit, then off the store's books; what fails is tried again. */
import type { OpenOperation, Outcome } from './operations.ts';

export interface OutcomesNeeds {
  /** Makes the outcome durable. */
  record(operation: OpenOperation, outcome: Outcome): Promise<unknown>;
  /** Takes the operation off the books. */
  leave(operationId: string): Promise<void>;
  onTrouble(what: 'audit' | 'store', error: unknown): void;
  pause(ms: number): Promise<void>;
}

export interface Outcomes {
  note(operation: OpenOperation, outcome: Outcome): void;
  /** Whether an operation's outcome is still on its way. */
  has(operationId: string): boolean;
  /** Resolves when everything noted is durable and off the books, or was given up: nothing is tried twice meanwhile. */
  written(): Promise<void>;
  /** The same, and from now on nothing is tried twice: no outcome that comes late keeps the process. */
  close(): Promise<void>;
}

const retryMs = 1_000;

/** Outcomes that may wait for a disk or a store that is away; more are given up, with an alarm. */
const waitingAtMost = 10_000;

export function keepOutcomes({ record, leave, onTrouble, pause }: OutcomesNeeds): Outcomes {
  const waiting = new Map<string, Promise<void>>();
  let hurried = false;
  let closed = false;

  const until = async (what: 'audit' | 'store', work: () => Promise<unknown>): Promise<boolean> => {
    for (;;) {
      const isLast = closed || hurried || waiting.size > waitingAtMost;
      try {
        await work();
        return true;
      } catch (error) {
        onTrouble(what, error);
        if (isLast) return false;
        await pause(retryMs);
      }
    }
  };

  const written = async (): Promise<void> => {
    hurried = true;
    await Promise.all(waiting.values());
    hurried = false;
  };

  return {
    note(operation, outcome) {
      const done = (async () => {
        // An operation whose end is not on record stays on the books: another node may yet record it.
        if (await until('audit', () => record(operation, outcome)))
          await until('store', () => leave(operation.id));
        waiting.delete(operation.id);
      })();
      waiting.set(operation.id, done);
    },
    has: (operationId) => waiting.has(operationId),
    written,
    async close() {
      closed = true;
      await written();
    },
  };
}
