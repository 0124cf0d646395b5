/** Elevation requests of the in-process store, and the grants their approval issues. */
import { ownEvent } from '../change-of.ts';
import { standingOf } from '../grant-state.ts';
import type { ElevationRequest, Grant } from '../records.ts';
import { asItStands } from '../request-lapse.ts';
import { askDigest } from '../same-ask.ts';
import { issueSkewMs, listLimit } from '../spans.ts';
import type { EventDraft, OutboxEvent, Store } from '../store.ts';
import { StoreError } from '../store-error.ts';
import { type Book, enter } from './book.ts';
import { keptGrant } from './grants.ts';

/** The verbs about requests. */
export function memoryRequests(
  book: Book,
  node: string,
): Pick<Store, 'createRequest' | 'answerRequest' | 'grantAtOnce' | 'request' | 'requests'> {
  const stands = (request: ElevationRequest) => asItStands(request, book.now());

  const issue = (
    request: ElevationRequest,
    grants: readonly Grant[],
    drafts: readonly EventDraft[],
  ): readonly OutboxEvent[] => {
    const { id, principalId } = request;
    const own = grants.map((grant) => ownEvent(drafts, 'grant.issued', grant.id));
    for (const grant of grants) mustStartNow(grant, book.now());
    const events = enter(book, node, drafts, { kind: 'request', id, principalId });
    book.requests.set(id, request);
    for (const [index, grant] of grants.entries()) {
      const seq = events[own[index] ?? 0]?.seq ?? book.seq;
      book.grants.set(grant.id, { grant, seq, issued: seq, closed: false });
    }
    return events;
  };

  /** Whether no lock, and no grant to these people on these repositories, changed after `seq`. */
  const unchanged = (grants: readonly Grant[], seq: number): boolean =>
    book.locksAt <= seq &&
    [...book.grants.values()].every(
      (kept) =>
        kept.seq <= seq ||
        !grants.some(
          ({ principalId, scope }) =>
            principalId === kept.grant.principalId && scope.repository === kept.grant.scope.repository,
        ),
    );

  return {
    async createRequest(request, event) {
      const digest = askDigest(request);
      const same = [...book.requests.values()].find(
        (kept) => stands(kept).state.kind === 'pending' && askDigest(kept) === digest,
      );
      if (same !== undefined) return { value: { request: same, created: false }, events: [] };
      return { value: { request, created: true }, events: issue(request, [], [event]) };
    },

    async answerRequest(next, grants, events) {
      const kept = book.requests.get(next.id);
      if (kept === undefined) return { value: { kind: 'unknown' }, events: [] };
      const request = stands(kept);
      if (request.state.kind !== 'pending' || request.version !== next.version - 1) {
        return { value: { kind: 'moved', request }, events: [] };
      }
      return { events: issue(next, grants, events), value: { kind: 'stored', request: next } };
    },

    async grantAtOnce(request, grants, drafts, decidedAt) {
      if (decidedAt !== undefined && !unchanged(grants, decidedAt))
        return { value: { kind: 'moved' }, events: [] };
      const events = issue(request, grants, drafts);
      const kept = grants.flatMap(({ id }) => keptGrant(book, id) ?? []);
      const standing = kept.map((each) => standingOf(each, book.now()));
      return { value: { kind: 'granted', grants: standing }, events };
    },

    async request(id) {
      const kept = book.requests.get(id);
      return kept && stands(kept);
    },

    async requests({ principalId, state, limit }) {
      return [...book.requests.values()]
        .reverse()
        .filter((request) => principalId === undefined || request.principalId === principalId)
        .map(stands)
        .filter((request) => state === undefined || request.state.kind === state)
        .slice(0, listLimit(limit));
    },
  };
}

/** @throws StoreError `STORE_DEADLINE` when the approval reached the store too late for the grant to be what was approved */
function mustStartNow(grant: Grant, now: number): void {
  if (Math.abs(grant.issuedAt - now) <= issueSkewMs && grant.endsAt > now) return;
  throw new StoreError(
    'STORE_DEADLINE',
    `grant ${grant.id} reached the store too late to start; nothing was changed`,
  );
}
