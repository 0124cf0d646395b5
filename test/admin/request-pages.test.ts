import t, { type Test } from 'tap';
import type { ElevationRequest } from '../../gateway/store/records.ts';
import { anEvent, aRequest } from '../store/samples.ts';
import { type AdminGateway, anAdminGateway } from './admin-gateway.ts';

/** A gateway whose developer asked `count` times; each repository ends with the number of its request, from 0 on. */
async function withRequests(
  t: Test,
  count: number,
  change: (at: number, now: number) => Partial<ElevationRequest> = () => ({}),
) {
  const gateway = await anAdminGateway(t);
  const { id: principalId } = await gateway.principalOf('developer');
  const now = await gateway.store.now();
  for (let at = 0; at < count; at += 1) {
    const scopes = [{ repository: `hub/app-${at}`, right: 'fetch' as const, refs: [], kinds: [] }];
    const request = aRequest(now, { principalId, scopes, ...change(at, now) });
    await gateway.store.createRequest(request, anEvent('request.created'));
  }
  return gateway;
}

interface Page {
  readonly requests: { readonly id: string; readonly scopes: { repository: string }[] }[];
  readonly cursor?: string;
}

const numbersOf = ({ requests }: Page): number[] =>
  requests.map(({ scopes: [scope] }) => Number(scope?.repository.split('-').at(-1)));

async function pagesOf(gateway: AdminGateway, query: string): Promise<Page[]> {
  const approver = await gateway.token('approver');
  const pages: Page[] = [];
  let cursor: string | undefined = '';
  while (cursor !== undefined) {
    const behind: string = cursor === '' ? '' : `&cursor=${cursor}`;
    const { status, body } = await gateway.get(`/api/requests?${query}${behind}`, approver);
    if (status !== 200) throw new Error(JSON.stringify(body));
    pages.push(body);
    cursor = body.cursor;
  }
  return pages;
}

const downFrom = (last: number): number[] => Array.from({ length: last + 1 }, (_, at) => last - at);

void t.test('pages of requests hold each once, the newest first, and the last says so', async (t) => {
  const gateway = await withRequests(t, 60);
  const pages = await pagesOf(gateway, 'limit=20');
  t.strictSame(pages.flatMap(numbersOf), downFrom(59));
  t.strictSame(
    pages.map(({ requests }) => requests.length),
    [20, 20, 20],
  );
});

void t.test('a request made while pages are read moves nothing from one to another', async (t) => {
  const gateway = await withRequests(t, 4);
  const approver = await gateway.token('approver');
  const first = await gateway.get('/api/requests?limit=2', approver);
  const { id: principalId } = await gateway.principalOf('developer');
  const late = aRequest(await gateway.store.now(), { principalId, durationMs: 1 });
  await gateway.store.createRequest(late, anEvent('request.created'));
  const second = await gateway.get(`/api/requests?limit=2&cursor=${first.body.cursor}`, approver);
  t.strictSame([...numbersOf(first.body), ...numbersOf(second.body)], downFrom(3));

  // The first page read again holds the new one too, and still ends where it ended.
  const again = await gateway.get(`/api/requests?limit=500&until=${first.body.cursor}`, approver);
  t.strictSame(
    again.body.requests.map(({ id }: { id: string }) => id),
    [late.id, ...first.body.requests.map(({ id }: { id: string }) => id)],
  );
  t.equal(again.body.cursor, first.body.cursor);
});

void t.test(
  'those that wait come with the critical ones first, then as they lapse, over all pages',
  async (t) => {
    const dues = [500, 100, 400, 300, 200, 600];
    const gateway = await withRequests(t, dues.length, (at, now) => ({
      decideBy: now + 1_000 * (dues[at] ?? 0),
      critical: at === 2 || at === 5,
      reason: 'the incident of this morning',
    }));
    for (const limit of [1, 2, 3, 4, 100]) {
      const pages = await pagesOf(gateway, `state=pending&limit=${limit}`);
      t.strictSame(pages.flatMap(numbersOf), [2, 5, 1, 4, 3, 0], `${limit}`);
    }
  },
);

void t.test('what waits for the caller is told from what waits for others', async (t) => {
  const gateway = await withRequests(t, 3);
  const { id: principalId } = await gateway.principalOf('approver');
  const own = aRequest(await gateway.store.now(), { principalId });
  await gateway.store.createRequest(own, anEvent('request.created'));
  t.equal((await pagesOf(gateway, 'state=pending')).flatMap(numbersOf).length, 4);
  t.strictSame((await pagesOf(gateway, 'answerable=true')).flatMap(numbersOf), [0, 1, 2]);
});

void t.test('an old one is found by repository, reason, id and person, however many are newer', async (t) => {
  const gateway = await withRequests(t, 2_600, (at, now) => ({
    state: { kind: 'withdrawn', at: now },
    ...(at === 3 ? { reason: 'the Leap Second' } : {}),
  }));
  const found = async (find: string) =>
    (await pagesOf(gateway, `find=${encodeURIComponent(find)}`)).flatMap(numbersOf);
  t.strictSame(await found('hub/APP-1777'), [1777]);
  t.strictSame(await found('leap second'), [3]);
  const [oldest] = (await pagesOf(gateway, 'find=app-0')).flatMap(({ requests }) => requests);
  t.strictSame(await found(oldest?.id ?? ''), [0]);
  t.equal((await found('dana dev')).length, 2_600);
  t.strictSame(await found('nobody'), []);
});

void t.test('a cursor that is none is refused', async (t) => {
  const gateway = await withRequests(t, 1);
  const approver = await gateway.token('approver');
  for (const cursor of ['x', '2', '0.1', '0.-1.R-1', '0.1.R-%0A']) {
    t.equal((await gateway.get(`/api/requests?cursor=${cursor}`, approver)).status, 400, cursor);
  }
});
