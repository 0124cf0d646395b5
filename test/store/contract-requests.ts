/** Asking and answering. */
import type { ElevationRequest } from '../../gateway/store/records.ts';
import type { RequestWalk, WalkPlace } from '../../gateway/store/store.ts';
import type { Claim } from './contract.ts';
import { asked, granted, newestGrants, recorded, seqOf } from './recorded.ts';
import { aGrant, aLock, anEvent, approval, aRequest, issued } from './samples.ts';

const created = anEvent('request.created');

export const requestContract: readonly Claim[] = [
  [
    'an identical pending request is returned instead of doubled, whatever its reason and order',
    async (t, ground) => {
      const store = await ground.open('a');
      const now = await store.now();
      const push = {
        repository: 'hub/a',
        right: 'push' as const,
        refs: ['x', 'y'],
        kinds: ['update' as const],
      };
      const fetch = { repository: 'hub/b', right: 'fetch' as const, refs: [], kinds: [] };
      const first = aRequest(now, { scopes: [push, fetch] });
      const again = aRequest(now, { scopes: [fetch, { ...push, refs: ['y', 'x'] }], reason: 'please' });
      t.match(await store.createRequest(first, created), { value: { created: true }, events: [{}] });
      const second = await store.createRequest(again, created);
      t.strictSame(second, { value: { request: first, created: false }, events: [] });
      t.equal(await store.request(again.id), undefined);

      const longer = aRequest(now, { scopes: [push, fetch], durationMs: 1 });
      const other = aRequest(now, { scopes: [push, fetch], principalId: 'P-OTHER' });
      const more = aRequest(now, { scopes: [push, fetch], extends: 'G-1' });
      for (const different of [longer, other, more]) {
        t.match(await store.createRequest(different, created), { value: { created: true } });
      }
    },
  ],
  [
    'fifty identical requests at once are one',
    async (t, ground) => {
      const [one, two] = [await ground.open('a'), await ground.open('b')];
      const now = await one.now();
      const results = await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          (index % 2 === 0 ? one : two).createRequest(aRequest(now), created),
        ),
      );
      t.equal(results.filter((result) => result.value.created).length, 1);
      t.equal(new Set(results.map((result) => result.value.request.id)).size, 1);
    },
  ],
  [
    'once decided, the same may be asked again',
    async (t, ground) => {
      const store = await ground.open('a');
      const request = await asked(store);
      const state = { kind: 'withdrawn' as const, at: await store.now() };
      await store.answerRequest({ ...request, state, version: 2 }, [], [anEvent('request.withdrawn')]);
      const again = await store.createRequest(aRequest(await store.now()), created);
      t.equal(again.value.created, true);
    },
  ],
  [
    'an approval stores the request and issues its grants in one step',
    async (t, ground) => {
      const store = await ground.open('a');
      const request = await asked(store);
      const now = await store.now();
      const grants = [aGrant(request, now), aGrant(request, now)];
      const { next, events } = approval(request, grants, now);
      const changed = await store.answerRequest(next, grants, events);
      t.strictSame(changed.value, { kind: 'stored', request: next });
      t.match(
        changed.events.map(({ type, body }) => ({ type, body })),
        events,
      );
      const [first, second, third] = changed.events.map((event) => event.seq);
      t.strictSame([second, third], [(first ?? 0) + 1, (first ?? 0) + 2]);
      await recorded(store, changed);
      t.strictSame(await store.request(request.id), next);
      for (const grant of grants) t.match(await store.grant(grant.id), { grant, state: { kind: 'live' } });
    },
  ],
  [
    'of fifty answers at once through two nodes one is stored, and the others see it',
    async (t, ground) => {
      const [store, other] = [await ground.open('a'), await ground.open('b')];
      const request = await asked(store);
      const now = await store.now();
      const results = await Promise.all(
        Array.from({ length: 50 }, async (_, index) => {
          const grants = [aGrant(request, now)];
          const { next, events } = approval(request, grants, now, `P-${index}`);
          return (index % 2 === 0 ? store : other).answerRequest(next, grants, events);
        }),
      );
      const stored = results.filter(({ value }) => value.kind === 'stored');
      t.equal(stored.length, 1);
      const kept = await store.request(request.id);
      for (const { value, events } of results) {
        if (value.kind === 'stored') continue;
        t.strictSame([value, events], [{ kind: 'moved', request: kept }, []]);
      }
      t.equal((await newestGrants(store)).length, 1);
    },
  ],
  [
    'first answers of a rule with two approvers count by version, so none is lost',
    async (t, ground) => {
      const store = await ground.open('a');
      const request = await asked(store);
      const answer = (from: ElevationRequest, by: string): ElevationRequest => ({
        ...from,
        answers: [...from.answers, { by, at: 1, verdict: 'approve' }],
        version: from.version + 1,
      });
      const event = [anEvent('request.answered')];
      t.match(await store.answerRequest(answer(request, 'P-1'), [], event), { value: { kind: 'stored' } });
      const late = await store.answerRequest(answer(request, 'P-2'), [], event);
      t.match(late.value, { kind: 'moved', request: { answers: [{ by: 'P-1' }], version: 2 } });
      if (late.value.kind !== 'moved') return;
      await store.answerRequest(answer(late.value.request, 'P-2'), [], event);
      t.match(await store.request(request.id), { answers: [{ by: 'P-1' }, { by: 'P-2' }], version: 3 });
    },
  ],
  [
    'an answer after the last moment finds the request lapsed, and grants nothing',
    async (t, ground) => {
      const store = await ground.open('a');
      const request = await asked(store, { decideBy: (await store.now()) + 200 });
      await ground.reach(request.decideBy);
      const now = await store.now();
      const grant = aGrant(request, now);
      const { next, events } = approval(request, [grant], now);
      const state = { kind: 'lapsed', at: request.decideBy };
      const answered = await store.answerRequest(next, [grant], events);
      t.match(answered, { value: { kind: 'moved', request: { state, version: 2 } }, events: [] });
      t.match(await store.request(request.id), { state, version: 2 });
      t.equal(await store.grant(grant.id), undefined);
    },
  ],
  [
    'an answer to a request that never was is unknown',
    async (t, ground) => {
      const store = await ground.open('a');
      const { next, events } = approval(aRequest(await store.now()), [], 0);
      t.strictSame(await store.answerRequest(next, [], events), { value: { kind: 'unknown' }, events: [] });
      t.equal(await store.request('R-NEVER'), undefined);
    },
  ],
  [
    'what is granted at once is a request, an approval and grants of one step',
    async (t, ground) => {
      const store = await ground.open('a');
      const now = await store.now();
      const request = aRequest(now, { state: { kind: 'approved', at: now, grantIds: [] } });
      const grant = aGrant(request, now);
      await recorded(store, await store.grantAtOnce(request, [grant], [created, issued(grant)]));
      t.strictSame(await store.request(request.id), request);
      t.match(await store.grant(grant.id), { grant, state: { kind: 'live' } });
    },
  ],
  [
    'what is granted at once is not granted where a grant or a lock has come in between',
    async (t, ground) => {
      const store = await ground.open('a');
      const other = await ground.open('b');
      const grantedAt = async (decidedAt: number) => {
        const now = await store.now();
        const request = aRequest(now, { state: { kind: 'approved', at: now, grantIds: [] } });
        const grant = aGrant(request, now);
        const events = [created, issued(grant)];
        const { value } = await store.grantAtOnce(request, [grant], events, decidedAt);
        return { kind: value.kind, grant };
      };
      const lockedSince = await seqOf(other);
      const lock = aLock(await other.now(), { on: { kind: 'upstream', upstream: 'elsewhere' } });
      await recorded(other, await other.lock(lock, anEvent('lock.made')));
      t.equal((await grantedAt(lockedSince)).kind, 'moved');

      const before = await seqOf(other);
      await granted(other, {}, { principalId: 'P-OTHER' });
      const first = await grantedAt(before);
      t.equal(first.kind, 'granted', 'a grant to somebody else is nothing to this one');
      const second = await grantedAt(before);
      t.equal(second.kind, 'moved');
      t.equal(await store.grant(second.grant.id), undefined);
      const after = await seqOf(other);
      await other.revokeGrant(first.grant.id, 'P-ANA', 'stop', anEvent('grant.revoked'));
      t.equal((await grantedAt(after)).kind, 'moved', 'a revocation is not undone');
    },
  ],
  [
    'requests are listed newest first, by principal and state, up to the limit',
    async (t, ground) => {
      const store = await ground.open('a');
      const soon = (await store.now()) + 300;
      const late = await asked(store, { decideBy: soon });
      const approved = await granted(store);
      const waiting = await asked(store);
      const other = await asked(store, { principalId: 'P-OTHER' });
      await ground.reach(soon);
      const ids = async (filter: Parameters<typeof store.requests>[0]) =>
        (await store.requests(filter)).map(({ id }) => id);
      t.strictSame(await ids({ limit: 10 }), [other.id, waiting.id, approved.requestId, late.id]);
      t.strictSame(await ids({ limit: 2 }), [other.id, waiting.id]);
      t.strictSame(await ids({ state: 'pending', limit: 10 }), [other.id, waiting.id]);
      t.strictSame(await ids({ state: 'pending', limit: 1 }), [other.id]);
      t.strictSame(await ids({ state: 'pending', principalId: 'P-DEV', limit: 10 }), [waiting.id]);
      t.strictSame(await ids({ state: 'approved', limit: 10 }), [approved.requestId]);
      t.strictSame(await ids({ state: 'lapsed', limit: 10 }), [late.id]);
      t.strictSame(await ids({ state: 'denied', limit: 10 }), []);
      t.strictSame(await ids({ principalId: 'P-OTHER', limit: 10 }), [other.id]);
    },
  ],
  [
    'a walk meets each request once, in an order that answers in between do not change',
    async (t, ground) => {
      const store = await ground.open('a');
      const now = await store.now();
      const dues = [900, 300, 300, 300, 600, 300].map((seconds) => now + 1_000 * seconds);
      const all: ElevationRequest[] = [];
      for (const [at, decideBy] of dues.entries())
        all.push(await asked(store, { decideBy, critical: at === 4 }));
      const mine = await asked(store, { principalId: 'P-OTHER', decideBy: now + 1_200_000 });

      const walked = async (walk: RequestWalk, limit: number, between = async () => undefined as unknown) => {
        const ids: string[] = [];
        let behind: WalkPlace | undefined;
        do {
          const { met, last } = await store.walkRequests(walk, { behind, limit });
          ids.push(...met.map(({ request }) => request.id));
          behind = last;
          await between();
        } while (behind !== undefined);
        return ids;
      };
      const newest = [mine, ...all.toReversed()].map(({ id }) => id);
      for (const limit of [1, 2, 3, 500])
        t.strictSame(await walked({ kind: 'all' }, limit), newest, `${limit}`);
      t.strictSame(await walked({ kind: 'of', principalId: 'P-OTHER' }, 2), [mine.id]);
      t.strictSame(await walked({ kind: 'pending-critical' }, 2), [all[4]?.id]);
      const others = [all[1], all[2], all[3], all[5], all[0], mine].map((request) => request?.id);
      for (const limit of [1, 2, 500])
        t.strictSame(await walked({ kind: 'pending-other' }, limit), others, `${limit}`);

      // What is answered on the way leaves the walk; what was not met yet is met all the same.
      const first = all[1] as ElevationRequest;
      const withdraw = async () => {
        const state = { kind: 'withdrawn' as const, at: await store.now() };
        await store.answerRequest({ ...first, state, version: 2 }, [], [anEvent('request.withdrawn')]);
      };
      t.strictSame(await walked({ kind: 'pending-other' }, 1, withdraw), others);
      t.strictSame(await walked({ kind: 'pending-other' }, 1), others.slice(1));
      t.strictSame(await walked({ kind: 'all' }, 3), newest);
      const { met } = await store.walkRequests({ kind: 'all' }, { limit: 500 });
      t.match(met.find(({ request }) => request.id === first.id)?.request, { state: { kind: 'withdrawn' } });
    },
  ],
];
