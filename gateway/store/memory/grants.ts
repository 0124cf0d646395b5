/** Grants of the in-process store. */
import { ownEvent } from '../change-of.ts';
import { type KeptGrant, standingOf } from '../grant-state.ts';
import { asItStands } from '../request-lapse.ts';
import { tombstoneMs } from '../spans.ts';
import type { Store } from '../store.ts';
import { type Book, enter } from './book.ts';
import { movingOperations } from './operations.ts';

/** A grant that is live or ended within the last day. */
export function keptGrant(book: Book, id: string): KeptGrant | undefined {
  const booked = book.grants.get(id);
  if (booked === undefined) return undefined;
  const kept = { ...booked, present: true, unrecorded: book.outbox.has(booked.seq) };
  return endOf(kept) + tombstoneMs > book.now() ? kept : undefined;
}

/** When a grant ended or will end. */
export function endOf({ grant, revoked }: Pick<KeptGrant, 'grant' | 'revoked'>): number {
  return revoked?.at ?? grant.endsAt;
}

/** The verbs about grants. */
export function memoryGrants(book: Book, node: string): Pick<Store, 'grant' | 'extendGrant' | 'revokeGrant'> {
  const standing = (id: string) => {
    const kept = keptGrant(book, id);
    return kept && standingOf(kept, book.now());
  };

  return {
    async grant(id) {
      return standing(id);
    },

    async extendGrant(next, request, drafts) {
      const own = ownEvent(drafts, 'grant.extended', next.id);
      const booked = book.grants.get(next.id);
      const held = standing(next.id);
      const asked = book.requests.get(request.id);
      if (booked === undefined || held === undefined || asked === undefined) {
        return { value: { kind: 'unknown' }, events: [] };
      }
      const { state, version } = asItStands(asked, book.now());
      const pending = state.kind === 'pending' && version === request.version - 1;
      const live = held.state.kind === 'live' && booked.grant.version === next.version - 1;
      if (!pending || !live || next.endsAt <= book.now()) return { value: { kind: 'moved' }, events: [] };

      const about = { kind: 'request' as const, id: request.id, principalId: request.principalId };
      const events = enter(book, node, drafts, about);
      const prior = { grant: booked.grant, seq: booked.seq };
      const seq = events[own]?.seq ?? book.seq;
      book.grants.set(next.id, { grant: next, seq, issued: booked.issued, prior, closed: false });
      book.requests.set(request.id, request);
      const grant = { grant: next, state: { kind: 'unrecorded' as const }, seq };
      return { value: { kind: 'extended', grant, request }, events };
    },

    async revokeGrant(id, by, reason, event) {
      const booked = book.grants.get(id);
      const held = standing(id);
      if (booked === undefined || held === undefined) return { value: { kind: 'unknown' }, events: [] };
      const { revoked: before } = booked;
      if (before?.by === by && before.reason === reason) {
        const repeated = { recorded: !book.outbox.has(booked.seq) };
        const { touched = [] } = booked;
        return { value: { kind: 'revoked', grant: held, touched, repeated }, events: [] };
      }
      if (held.state.kind === 'expired' || held.state.kind === 'revoked') {
        return { value: { kind: 'ended-before', grant: held }, events: [] };
      }
      const { principalId } = held.grant;
      const events = enter(book, node, [event], { kind: 'grant', id, principalId });
      const revoked = { at: book.now(), by, reason };
      const touched = movingOperations(
        book,
        ({ operation, passage }) =>
          operation.grantIds.includes(id) || passage?.grantIds.includes(id) === true,
      );
      const { issued } = booked;
      book.grants.set(id, { grant: booked.grant, seq: book.seq, issued, revoked, closed: true, touched });
      const grant = { grant: booked.grant, state: { kind: 'revoked' as const, ...revoked }, seq: book.seq };
      return { value: { kind: 'revoked', grant, touched }, events };
    },
  };
}
