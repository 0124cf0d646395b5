import type { Page } from 'playwright-core';
import t from 'tap';
import { startRedis } from '../servers/redis.ts';
import { seqsOf } from '../store/recorded.ts';
import { anEvent, aPerson, aRequest, freshId } from '../store/samples.ts';
import { anAsk, peopleAtThePage } from './page-people.ts';

t.setTimeout(600_000);

const many = 10_000;
/** Rows that wait, the last ones made; two of them critical. */
const waiting = 3_000;
/** Of every page but the first. */
const pageLength = 250;

/** A demo on Redis with ten thousand requests of a hundred people, the oldest for `demo/old-0`. */
async function withManyRequests() {
  const { port, username, password } = await startRedis(t);
  const people = await peopleAtThePage(t, `redis://${username}:${password}@127.0.0.1:${port}`);
  const store = await people.store();
  const askers = await Promise.all(
    Array.from({ length: 100 }, (_, at) => store.enrol(aPerson({ name: `Person ${at}` }), freshId('P'))),
  );
  const now = await store.now();
  const make = async (at: number) => {
    const isWaiting = at >= many - waiting;
    const request = aRequest(now, {
      principalId: askers[at % askers.length]?.id ?? '',
      scopes: [{ repository: `demo/old-${at}`, right: 'fetch', refs: [], kinds: [] }],
      critical: at === many - 1_000 || at === many - 2_000,
      decideBy: now + 3_600_000 + 1_000 * at,
      state: isWaiting ? { kind: 'pending' } : { kind: 'withdrawn', at: now },
    });
    const { events } = await store.createRequest(
      request,
      anEvent('request.created', { requestId: request.id }),
    );
    await store.acknowledge(seqsOf(events));
  };
  for (let at = 0; at < many; at += 100)
    await Promise.all(Array.from({ length: 100 }, (_, of) => make(at + of)));
  return people;
}

/** Both tests read it, and neither minds the other. */
const filled = withManyRequests();

/** Counts the pages of requests that a window reads; each read is one page at most. */
function countReads(page: Page): () => number {
  let reads = 0;
  page.on('request', (request) => {
    if (new URL(request.url()).pathname === '/api/requests') reads += 1;
  });
  return () => {
    const before = reads;
    reads = 0;
    return before;
  };
}

void t.test('of ten thousand requests a few dozen rows are drawn, and an old one is found', async (t) => {
  const { api, person, faults } = await filled;
  const took = async (what: string, work: () => Promise<unknown>) => {
    const from = performance.now();
    await work();
    t.comment(`${what}: ${Math.round(performance.now() - from)} ms`);
  };
  const auditor = await person('auditor', '/');
  await took('a page of the API', () => api('auditor', 'requests?limit=100'));
  await took('a page of the API', () => api('auditor', 'requests?limit=100'));
  const reads = countReads(auditor);
  const rows = auditor.locator('main li');
  const first = auditor.locator('li', { hasText: `demo/old-${many - 1}` });
  await took('opened', async () => {
    await auditor.goto(new URL('/requests?of=all', auditor.url()).href);
    await first.waitFor();
  });
  t.ok(reads() <= 2, 'the first screen reads one page');

  let most = 0;
  let read = 0;
  await took('scrolled to the end', async () => {
    for (let length = 0; length < many; ) {
      await auditor.evaluate('window.scrollTo(0, document.documentElement.scrollHeight)');
      await rows
        .last()
        .and(auditor.locator(`:not([aria-posinset="${length}"])`))
        .waitFor();
      length = Number(await rows.last().getAttribute('aria-posinset'));
      most = Math.max(most, await rows.count());
    }
  });
  read = reads();
  t.ok(most < 120, `${most} rows drawn at most`);
  t.ok(read <= many / pageLength + 5, `${read} pages read for ${many} requests`);
  t.ok(((await auditor.evaluate('document.querySelectorAll("*").length')) as number) < 5_000);
  t.equal(await rows.last().getAttribute('aria-setsize'), String(many));

  // A change while somebody looks at the end: what is in sight is read again, and not the rest.
  const changed = auditor.waitForResponse((response) => response.url().includes('/api/requests'));
  const { body: request } = await api('developer', 'requests', anAsk('demo/app'));
  await changed;
  await auditor.evaluate('window.scrollTo(0, 0)');
  await took('a new one, back at the top', () =>
    auditor.locator('li', { hasText: 'demo/app' }).first().waitFor(),
  );
  t.equal(await rows.first().getAttribute('aria-setsize'), String(many + 1));
  t.ok(reads() <= 8, 'a handful of pages for a change and a look at the top');

  await auditor.getByLabel('Find').fill('old-17');
  await took('found among all', async () => {
    await auditor.keyboard.press('Enter');
    await auditor.locator('li', { hasText: 'demo/old-1799' }).waitFor();
    await auditor.locator('li', { hasText: 'demo/app' }).waitFor({ state: 'detached' });
  });
  const fits = Array.from({ length: many }, (_, at) => `demo/old-${at}`).filter((name) =>
    name.includes('old-17'),
  );
  const all = new Set<string>();
  for (let top = 0; all.size < fits.length && top < 20_000; top += 500) {
    await auditor.evaluate(
      `new Promise((done) => { window.scrollTo(0, ${top}); requestAnimationFrame(() => requestAnimationFrame(done)); })`,
    );
    for (const text of await rows.allTextContents()) all.add(/demo\/old-\d+/.exec(text)?.[0] ?? '');
  }
  t.strictSame([...all].sort(), fits.sort());
  t.ok(reads() <= 12, 'a search reads as many pages as the API looks through, and no more');
  await auditor.getByLabel('Find').fill(request.id);
  await auditor.keyboard.press('Enter');
  await auditor.locator('li', { hasText: 'demo/app' }).waitFor();
  t.equal(await rows.count(), 1);
  t.strictSame(faults, []);
});

void t.test('three thousand that wait: the critical ones first, then those that lapse first', async (t) => {
  const { api, person, faults } = await filled;
  const approver = await person('approver', '/approvals');
  const reads = countReads(approver);
  const rows = approver.locator('main section').first().locator('li');
  await rows.first().waitFor();
  const names = (await rows.allTextContents()).map((text) => /demo\/old-\d+/.exec(text)?.[0]);
  t.strictSame(names.slice(0, 4), [
    `demo/old-${many - 2_000}`,
    `demo/old-${many - 1_000}`,
    `demo/old-${many - waiting}`,
    `demo/old-${many - waiting + 1}`,
  ]);
  await approver.locator('nav', { hasText: /Approvals\s*100\+/ }).waitFor();
  const listed = (await api('approver', 'requests?answerable=true&limit=100')).body;
  t.equal(listed.requests.length, 100);
  t.type(listed.cursor, 'string');
  t.ok(reads() <= 6);
  await approver.goto(new URL('/', approver.url()).href);
  await approver.getByText('More than 100 requests wait for your answer').waitFor();
  t.strictSame(faults, []);
});
