/** What may move and what may pass, in the in-process store: entering the books, and the gate. */
import { standingOf } from '../grant-state.ts';
import { keptPassage } from '../passage.ts';
import type { Store } from '../store.ts';
import { type Book, tell } from './book.ts';
import { endedEarly } from './credentials.ts';
import { keptGrant } from './grants.ts';

/** The verbs that a revocation or lock comes before or after. */
export function memoryGate(book: Book, node: string): Pick<Store, 'enter' | 'passGate'> {
  /** Whether all these are live and neither they nor any lock changed after `seq`. Nothing rests on no grant. */
  const stand = (grantIds: readonly string[], seq: number): boolean =>
    grantIds.length > 0 &&
    book.locksAt <= seq &&
    grantIds.every((id) => {
      const kept = keptGrant(book, id);
      return kept !== undefined && kept.seq <= seq && standingOf(kept, book.now()).state.kind === 'live';
    });

  return {
    async enter(operation, seq, how) {
      const before = book.operations.get(operation.id);
      if (before === undefined ? how === 'again' : before.node !== node) return 'gone';
      if (!stand(operation.grantIds, seq)) return 'moved';
      // One that moves keeps its mark; one that stood still begins anew.
      const mark = before?.state === 'moving' ? before : undefined;
      book.operations.set(operation.id, {
        operation,
        node,
        state: 'moving',
        passed: mark?.passed,
        passage: mark?.passage,
        cut: before?.cut,
        bytesUp: before?.bytesUp ?? 0,
        bytesDown: before?.bytesDown ?? 0,
      });
      book.nodes.set(node, book.now());
      if (before === undefined) {
        const { id, principalId } = operation;
        tell(book, { seq: book.seq, kind: 'operation', id, principalId });
      }
      return 'entered';
    },

    async passGate(asked) {
      const { operationId, credential, grants, decidedAt } = asked;
      const passage = keptPassage(asked);
      const booked = book.operations.get(operationId);
      if (booked?.node !== node) return { kind: 'gone' };
      if (booked.passed !== undefined && JSON.stringify(booked.passage) === JSON.stringify(passage))
        return { kind: 'passed', passed: booked.passed };
      const now = book.now();
      const moves = booked.state === 'moving' && booked.cut === undefined;
      const lasts = grants.every(({ endsAt }) => endsAt > now);
      const ended = credential !== undefined && endedEarly(book, credential) !== undefined;
      if (!moves || !lasts || ended || !stand(passage.grantIds, decidedAt)) return { kind: 'moved' };
      book.seq += 1;
      const passed = { seq: book.seq, at: now, updates: passage.updates };
      book.operations.set(operationId, { ...booked, passed, passage });
      return { kind: 'passed', passed };
    },
  };
}
