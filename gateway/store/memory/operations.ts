/** Running operations of the in-process store: how far they are, how they stand still, who cuts them and who takes them over. */
import type { OperationState } from '../records.ts';
import { leftKeptMs, nodeSilentMs, takenAtMost } from '../spans.ts';
import type { Store } from '../store.ts';
import { type Book, type BookedOperation, enter, tell } from './book.ts';

/** The operations of which bytes may pass, as far as `concerns` picks them. */
export function movingOperations(
  book: Book,
  concerns: (booked: BookedOperation) => boolean,
): readonly OperationState[] {
  return [...book.operations.values()]
    .filter((booked) => booked.state === 'moving' && concerns(booked))
    .map((booked) => stateOf(book, booked));
}

/** The verbs about what is on the books. */
export function memoryOperations(
  book: Book,
  node: string,
): Pick<
  Store,
  'standStill' | 'leave' | 'beat' | 'operations' | 'stoodStill' | 'cutOperation' | 'adoptOperations'
> {
  const tellOf = ({ operation: { id, principalId } }: BookedOperation) =>
    tell(book, { seq: book.seq, kind: 'operation', id, principalId });

  return {
    async standStill(operationId, how) {
      const booked = book.operations.get(operationId);
      if (booked?.state !== 'moving' || booked.node !== node) return;
      book.operations.set(operationId, { ...booked, state: { still: how } });
      tellOf(booked);
    },

    async leave(operationId) {
      const booked = book.operations.get(operationId);
      if (booked?.node !== node) return;
      tellOf(booked);
      const how = booked.state === 'moving' ? 'gone' : booked.state.still;
      book.left.set(operationId, { how, until: book.now() + leftKeptMs });
      book.operations.delete(operationId);
    },

    async beat(progress, silentMs) {
      book.nodes.set(node, book.now());
      book.nodeSilentMs.set(node, silentMs);
      for (const { id, bytesUp, bytesDown } of progress) {
        const booked = book.operations.get(id);
        if (booked?.node === node) book.operations.set(id, { ...booked, bytesUp, bytesDown });
      }
    },

    async operations() {
      const operations = [...book.operations.values()].map((booked) => stateOf(book, booked));
      return { operations, now: book.now() };
    },

    async stoodStill(operationIds) {
      const how = (id: string) => {
        const state = book.operations.get(id)?.state;
        if (state !== undefined) return state === 'moving' ? undefined : state.still;
        const left = book.left.get(id);
        return left !== undefined && left.until > book.now() ? left.how : 'gone';
      };
      return new Map(
        operationIds.flatMap((id) => {
          const stood = how(id);
          return stood === undefined ? [] : [[id, stood] as const];
        }),
      );
    },

    async cutOperation(id, by, reason, event) {
      const booked = book.operations.get(id);
      if (booked === undefined) return { value: { kind: 'unknown' }, events: [] };
      const { principalId } = booked.operation;
      const events = enter(book, node, [event], { kind: 'operation', id, principalId });
      const operation = stateOf(book, booked);
      if (booked.passed !== undefined) return { value: { kind: 'passed', operation }, events };
      if (booked.state !== 'moving') return { value: { kind: 'still', operation }, events };
      // The first order stands.
      const cut = booked.cut ?? { by, reason, at: book.now() };
      book.operations.set(id, { ...booked, cut });
      return { value: { kind: 'told', operation }, events };
    },

    async adoptOperations(own) {
      const now = book.now();
      const isSilent = (of: string) =>
        (book.nodes.get(of) ?? 0) + (book.nodeSilentMs.get(of) ?? nodeSilentMs) <= now;
      const due = [...book.operations.values()]
        .filter((booked) => (booked.node === node ? own : isSilent(booked.node)))
        .slice(0, takenAtMost);
      const adopted = due.map((booked) => {
        book.operations.set(booked.operation.id, { ...booked, node });
        if (booked.node !== node) tellOf(booked);
        return stateOf(book, booked);
      });
      book.nodes.set(node, now);
      const holding = new Set([...book.operations.values()].map((booked) => booked.node));
      for (const of of book.nodes.keys()) {
        if (holding.has(of) || !isSilent(of)) continue;
        book.nodes.delete(of);
        book.nodeSilentMs.delete(of);
      }
      return adopted;
    },
  };
}

function stateOf(book: Book, booked: BookedOperation): OperationState {
  const { passage: _passage, cut: _cut, ...state } = booked;
  return { ...state, nodeSeenAt: book.nodes.get(booked.node) ?? 0 };
}
