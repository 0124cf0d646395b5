/** Ends and the outbox of the in-process store. */
import { expiredEvent, lapsedEvent } from '../end-events.ts';
import { asItStands } from '../request-lapse.ts';
import { claimMs, operationKeptMs, requestKeptMs, takenAtMost, tombstoneMs } from '../spans.ts';
import type { OutboxEvent, Store } from '../store.ts';
import { type Book, enter, tell } from './book.ts';
import { endOf } from './grants.ts';

/** The verbs by which changes reach the audit. */
export function memoryOutbox(
  book: Book,
  node: string,
): Pick<Store, 'claimEnds' | 'adoptOutbox' | 'acknowledge'> {
  return {
    async claimEnds() {
      const now = book.now();
      forget(book, now);
      const ended = [...book.grants.values()].filter(({ grant, closed }) => !closed && grant.endsAt <= now);
      const expired = ended.slice(0, takenAtMost).flatMap((booked) => {
        const { grant } = booked;
        book.grants.set(grant.id, { ...booked, closed: true });
        const about = { kind: 'grant' as const, id: grant.id, principalId: grant.principalId };
        return enter(book, node, [expiredEvent(grant.id, grant)], about);
      });
      const undecided = [...book.requests.values()].filter((kept) => asItStands(kept, now) !== kept);
      const lapsed = undecided.slice(0, takenAtMost - expired.length).flatMap((kept) => {
        const request = asItStands(kept, now);
        book.requests.set(request.id, request);
        const about = { kind: 'request' as const, id: request.id, principalId: request.principalId };
        return enter(book, node, [lapsedEvent(request.id, request)], about);
      });
      return [...expired, ...lapsed];
    },

    async adoptOutbox() {
      const now = book.now();
      const left = [...book.outbox.values()].filter(({ claimedUntil }) => claimedUntil <= now);
      return left.slice(0, takenAtMost).map((booked): OutboxEvent => {
        const { event } = booked;
        book.outbox.set(event.seq, { ...booked, node, claimedUntil: now + claimMs });
        return booked.node === node ? event : { ...event, adoptedFrom: booked.node };
      });
    },

    async acknowledge(seqs) {
      for (const seq of seqs) {
        const change = book.outbox.get(seq)?.change;
        if (book.outbox.delete(seq) && change !== undefined) tell(book, change);
      }
    },
  };
}

/** Drops what the Redis store loses by TTL. */
function forget(book: Book, now: number): void {
  drop(book.grants, (booked) => booked.closed && endOf(booked) + tombstoneMs <= now);
  drop(book.requests, ({ createdAt, decideBy }) => Math.max(createdAt, decideBy) + requestKeptMs <= now);
  drop(book.credentials, ({ endsAt }) => endsAt <= now);
  drop(book.credentialEnds, ({ until }) => until <= now);
  drop(book.signIns, ({ signIn, idleUntil }) => Math.min(idleUntil, signIn.endsAt) <= now);
  drop(book.keyLinks, ({ endsAt }) => endsAt <= now);
  drop(book.said, (until) => until <= now);
  drop(book.attempts, ({ until }) => until <= now);
  const wroteLast = (node: string) => book.nodes.get(node) ?? 0;
  drop(book.operations, ({ node }) => wroteLast(node) + operationKeptMs <= now);
  drop(book.left, ({ until }) => until <= now);
  drop(book.locks, ({ until }) => until !== undefined && until <= now);
}

function drop<K, V>(map: Map<K, V>, isOver: (value: V) => boolean): void {
  for (const [key, value] of map) if (isOver(value)) map.delete(key);
}
