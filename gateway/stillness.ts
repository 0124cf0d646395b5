/** Tells the store that an operation moves no more, a moment after its last request: most are followed by another one at once. */
import type { OpenOperation } from './operations.ts';

/** Whoever revokes waits this much longer for an operation of which nothing moves. */
const afterMs = 100;

export interface StillnessNeeds {
  standStill(operationId: string, how: string): Promise<void>;
  onTrouble(error: unknown): void;
  /** Runs `work` once `ms` have passed and answers how to call it off. */
  after(ms: number, work: () => void): () => void;
}

export interface Stillness {
  /** No request of it runs. */
  rests(operation: OpenOperation): void;
  /** Another one does; what was not told yet stays untold. */
  moves(operation: OpenOperation): void;
  /** It is over: what was not told yet is told now. */
  ends(operation: OpenOperation): void;
}

export function keepStillness({ standStill, onTrouble, after }: StillnessNeeds): Stillness {
  const untold = new Map<OpenOperation, () => void>();
  const tell = (operation: OpenOperation): void => {
    untold.get(operation)?.();
    if (!untold.delete(operation) || operation.cut) return;
    standStill(operation.id, operation.outcome?.outcome ?? 'advertised').catch(onTrouble);
  };
  const moves = (operation: OpenOperation): void => {
    untold.get(operation)?.();
    untold.delete(operation);
  };
  return {
    rests(operation) {
      moves(operation);
      untold.set(
        operation,
        after(afterMs, () => tell(operation)),
      );
    },
    moves,
    ends: tell,
  };
}
