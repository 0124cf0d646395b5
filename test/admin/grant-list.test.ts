import t, { type Test } from 'tap';
import type { Grant } from '../../gateway/store/records.ts';
import { granted, grantedMany, recorded } from '../store/recorded.ts';
import { anEvent } from '../store/samples.ts';
import { type AdminGateway, anAdminGateway } from './admin-gateway.ts';

type Account = 'admin' | 'developer' | 'approver' | 'auditor';

interface Page {
  readonly grants: { readonly id: string; readonly state: string }[];
  readonly more: boolean;
  readonly cursor?: string;
}

const scopeOf = (repository: string) => ({ repository, right: 'fetch' as const, refs: [], kinds: [] });

async function pagesOf(gateway: AdminGateway, query: string, account: Account = 'admin'): Promise<Page[]> {
  const token = await gateway.token(account);
  const pages: Page[] = [];
  let behind = '';
  for (;;) {
    const { status, body } = await gateway.get(`/api/grants?${query}${behind}`, token);
    if (status !== 200) throw new Error(JSON.stringify(body));
    pages.push(body);
    if (body.more !== (body.cursor !== undefined))
      throw new Error('more is told otherwise than by the cursor');
    if (body.cursor === undefined) return pages;
    behind = `&cursor=${body.cursor}`;
  }
}

const idsOf = (pages: readonly Page[]): string[] => pages.flatMap(({ grants }) => grants.map(({ id }) => id));

/** A gateway whose oldest grant is the developer's and lives, behind 1,200 newer ones of somebody else that end later. */
async function withManyGrants(
  t: Test,
): Promise<{ gateway: AdminGateway; oldest: Grant; developerId: string }> {
  const gateway = await anAdminGateway(t);
  const { id: developerId } = await gateway.principalOf('developer');
  const oldest = await granted(
    gateway.store,
    (now) => ({ scope: scopeOf('hub/old'), endsAt: now + 3_000_000 }),
    { principalId: developerId },
  );
  for (let at = 0; at < 4; at += 1) await grantedMany(gateway.store, 300);
  return { gateway, oldest, developerId };
}

void t.test(
  'grants are listed by person as far as the caller may see them, and that there are more is said',
  async (t) => {
    const gateway = await anAdminGateway(t);
    const [developer, auditor] = [
      await gateway.principalOf('developer'),
      await gateway.principalOf('auditor'),
    ];
    const grants: string[] = [];
    for (const principalId of [developer.id, developer.id, auditor.id])
      grants.push((await granted(gateway.store, { principalId, scope: scopeOf('hub/app') })).id);
    const list = async (query: string, account: Account) => {
      const { status, body } = await gateway.get(`/api/grants?${query}`, await gateway.token(account));
      return { status, more: body.more, ids: body.grants?.map(({ id }: { id: string }) => id) };
    };
    const [one, two, other] = grants;
    t.strictSame(await list(`principal=${developer.id.toLowerCase()}`, 'admin'), {
      status: 200,
      more: false,
      ids: [two, one],
    });
    t.strictSame(await list('limit=2', 'admin'), { status: 200, more: true, ids: [other, two] });
    t.strictSame(await list('limit=3', 'admin'), { status: 200, more: false, ids: [other, two, one] });
    t.strictSame((await list(`principal=${auditor.id}`, 'developer')).ids, []);
    for (const query of ['principal=dev%40demo.example', `mine=true&principal=${developer.id}`])
      t.match(await list(query, 'admin'), { status: 400 });
  },
);

void t.test(
  'of 1,201 grants the oldest is found by repository, by person, as one’s own and by walking',
  async (t) => {
    const { gateway, oldest, developerId } = await withManyGrants(t);
    const { id } = oldest;
    for (const state of ['', '&state=live'])
      t.strictSame(idsOf(await pagesOf(gateway, `repository=hub/old${state}`)), [id], state);
    t.strictSame(idsOf(await pagesOf(gateway, `principal=${developerId}`)), [id]);
    t.strictSame(idsOf(await pagesOf(gateway, 'mine=true&state=live', 'developer')), [id]);
    for (const query of ['limit=500', 'limit=500&state=live', 'limit=77&state=live']) {
      const ids = idsOf(await pagesOf(gateway, query));
      t.equal(ids.length, 1_201, query);
      t.equal(new Set(ids).size, 1_201, query);
      t.equal(ids.at(query.includes('live') ? 0 : -1), id, 'the first to end, or the oldest');
    }
  },
);

void t.test('who may see one of 1,201 grants gets to it, on whatever page', async (t) => {
  const { gateway, oldest } = await withManyGrants(t);
  const pages = await pagesOf(gateway, 'limit=10', 'developer');
  t.strictSame(idsOf(pages), [oldest.id]);
  t.ok(pages.length <= 2, 'a page looks at far more than it holds');
});

void t.test('a grant issued or ended while pages are read hides none of the others', async (t) => {
  const { gateway, oldest } = await withManyGrants(t);
  const token = await gateway.token('admin');
  const first = (await gateway.get('/api/grants?state=live&limit=500', token)).body;
  const [ended] = (await gateway.get(`/api/grants?state=live&limit=1&cursor=${first.cursor}`, token)).body
    .grants;
  await recorded(
    gateway.store,
    await gateway.store.revokeGrant(ended.id, 'P-ADMIN', 'x', anEvent('grant.revoked')),
  );
  const issued = await granted(gateway.store, { endsAt: (await gateway.store.now()) + 7_200_000 });
  const rest: string[] = [];
  for (let { cursor } = first; cursor !== undefined; ) {
    const { body } = await gateway.get(`/api/grants?state=live&limit=500&cursor=${cursor}`, token);
    rest.push(...idsOf([body]));
    cursor = body.cursor;
  }
  const ids = [...idsOf([first]), ...rest];
  t.equal(new Set(ids).size, 1_201, 'but for the ended one, and with the new one');
  t.notOk(ids.includes(ended.id));
  t.ok(ids.includes(issued.id));
  t.ok(ids.includes(oldest.id));
});

void t.test('a cursor that is none, or of a list in another order, is refused', async (t) => {
  const gateway = await anAdminGateway(t);
  const admin = await gateway.token('admin');
  for (const query of [
    'cursor=x',
    'cursor=0.1.G-1',
    'cursor=new.1.R-1',
    'cursor=new.-1.G-1',
    'cursor=ends.1.G-1',
    'cursor=new.1.G-1&state=live',
  ])
    t.equal((await gateway.get(`/api/grants?${query}`, admin)).status, 400, query);
  t.equal((await gateway.get('/api/grants?cursor=new.1.G-1', admin)).status, 200);
});
