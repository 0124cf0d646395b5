import t from 'tap';
import { phone } from '../servers/chromium.ts';
import { startRedis } from '../servers/redis.ts';
import { seqsOf } from '../store/recorded.ts';
import { aGrant, anEvent, aPerson, aRequest, freshId, issued } from '../store/samples.ts';
import { findings, settled } from './axe.ts';
import { anAsk, peopleAtThePage, wordsOf } from './page-people.ts';

t.setTimeout(600_000);

const perPerson = 12;
const persons = 100;
/** More than the API gives at once, the newest first: the first to end are on its second page. */
const own = 520;
const many = persons * perPerson + own + 1;

/** A demo on Redis where a hundred people and the developer hold grants, and Zoe the oldest, for `demo/oldest`. */
async function withManyGrants() {
  const { port, username, password } = await startRedis(t);
  const people = await peopleAtThePage(t, `redis://${username}:${password}@127.0.0.1:${port}`);
  const store = await people.store();
  const give = async (
    principalId: string,
    repositories: readonly string[],
    endsIn: (at: number) => number,
  ) => {
    const now = await store.now();
    const request = aRequest(now, { principalId, state: { kind: 'approved', at: now, grantIds: [] } });
    const grants = repositories.map((repository, at) =>
      aGrant(request, now, {
        rule: 'demo/**',
        scope: { repository, right: 'fetch', refs: [], kinds: [] },
        endsAt: now + endsIn(at),
        latestEndsAt: now + 86_400_000,
      }),
    );
    const { events } = await store.grantAtOnce(request, grants, grants.map(issued));
    await store.acknowledge(seqsOf(events));
    return grants;
  };
  const zoe = await store.enrol(aPerson({ name: 'Zoe Last' }), freshId('P'));
  const [oldest] = await give(zoe.id, ['demo/oldest'], () => 7_200_000);
  const { principal: developer } = (await people.api('developer', 'me')).body;
  const mine = Array.from({ length: own }, (_, at) => `demo/mine-${at}`);
  await give(developer.id, mine, (at) => 10_000_000 + 1_000 * at);
  for (let at = 0; at < persons; at += 1) {
    const { id } = await store.enrol(aPerson({ name: `Person ${at}` }), freshId('P'));
    const names = Array.from({ length: perPerson }, (_, of) => `demo/of-${at}-${of}`);
    await give(id, names, (of) => 14_400_000 + 1_000 * (at * perPerson + of));
  }
  if (oldest === undefined) throw new Error('nothing was given');
  return { ...people, store, oldest };
}

/** The tests read it, and what they change the others do not look at. */
const filled = withManyGrants();

void t.test(
  'of 1,721 live grants a dozen are shown, all are reached, and one is found by person',
  async (t) => {
    const { https, api, person, faults, store, oldest } = await filled;
    const took = async (what: string, work: () => Promise<unknown>) => {
      const from = performance.now();
      await work();
      t.comment(`${what}: ${Math.round(performance.now() - from)} ms`);
    };
    const admin = await person('admin', '/');
    const live = admin.locator('section', { has: admin.getByRole('heading', { name: 'Live grants' }) });
    const rows = live.locator('li');
    let reads = 0;
    admin.on('request', (request) => {
      if (new URL(request.url()).pathname === '/api/grants') reads += 1;
    });
    for (const query of ['limit=500', 'limit=100']) {
      await took(`a page of the API, ${query}`, () => api('admin', `grants?state=live&${query}`));
      await took(`a page of the API, ${query}`, () => api('admin', `grants?state=live&${query}`));
    }
    await took('opened another screen', async () => {
      await admin.goto(`${https}/credentials`);
      await admin.getByRole('heading', { name: 'Credentials' }).first().waitFor();
      await settled(admin);
    });
    reads = 0;
    await took('opened', async () => {
      await admin.goto(`${https}/repositories`);
      await rows.first().waitFor();
    });
    t.equal(await wordsOf(live.getByRole('status')), `${many} grants`);
    t.equal(await rows.count(), 12);
    // What is told while it opens has it read once more.
    t.ok(reads <= 2 * Math.ceil(many / 500), `${reads} pages read`);
    t.match(
      await wordsOf(rows.first()),
      /Zoe Last\s+fetch\s+demo\/oldest\s+G-\w+ · until .* left/,
      'the first to end',
    );
    t.strictSame(await findings(admin), []);

    await took('all of them', async () => {
      await live.getByRole('button', { name: `Show all ${many}` }).click();
      await rows
        .and(admin.locator(`[aria-setsize="${many}"]`))
        .first()
        .waitFor();
    });
    t.ok((await rows.count()) < 120);
    t.ok(((await admin.evaluate('document.querySelectorAll("*").length')) as number) < 5_000);

    const who = live.getByLabel('Person', { exact: true });
    await took('found by person', async () => {
      await who.fill('zoe');
      await admin.getByRole('option', { name: /Zoe Last/ }).click();
      await live.getByText(`1 of ${many} grants`).waitFor();
    });
    t.equal(await rows.count(), 1);
    t.match(await wordsOf(rows.first()), oldest.id);
    await who.fill('');
    await live.getByLabel('Repository', { exact: true }).fill('of-99-11');
    await live.getByText(`1 of ${many} grants`).waitFor();
    t.match(await wordsOf(rows.first()), 'Person 99');

    // What ends elsewhere goes by itself, and what is granted comes.
    const scope = { repository: 'demo/of-99-11-too', right: 'fetch' as const, refs: [], kinds: [] };
    const now = await store.now();
    const request = aRequest(now, { state: { kind: 'approved', at: now, grantIds: [] } });
    const grant = aGrant(request, now, { scope, rule: 'demo/**', endsAt: now + 3_600_000 });
    const { events } = await store.grantAtOnce(request, [grant], [issued(grant)]);
    await store.acknowledge(seqsOf(events));
    await live.getByText(`2 of ${many + 1} grants`).waitFor();
    const { events: ended } = await store.revokeGrant(
      grant.id,
      'P-X',
      'x',
      anEvent('grant.revoked', { grantId: grant.id }),
    );
    await store.acknowledge(seqsOf(ended));
    await live.getByText(`1 of ${many} grants`).waitFor();

    await rows.first().getByRole('button', { name: 'End fetch of demo/of-99-11 by Person 99' }).click();
    const dialog = admin.getByRole('dialog');
    await dialog.getByLabel(/Reason|Why/).fill('the project is over');
    await dialog.getByRole('button', { name: 'End now' }).click();
    await dialog.getByText('Ended.').waitFor();
    await admin.keyboard.press('Escape');
    await live.getByText('No live grant fits').waitFor();

    await live.getByLabel('Repository', { exact: true }).fill('oldest');
    await rows.first().getByRole('link', { name: 'demo/oldest' }).click();
    await admin.getByRole('heading', { name: 'Who has access now' }).waitFor();
    await admin.locator('li', { hasText: oldest.id }).waitFor();
    t.equal(await admin.getByRole('heading', { name: 'Live grants' }).count(), 0);
    t.equal((await api('admin', `grants?state=live&repository=demo/oldest`)).body.grants.length, 1);
    t.strictSame(faults, []);
  },
);

void t.test('an approver reads whose grants they see, and a developer has the list of nobody', async (t) => {
  const { person, faults } = await filled;
  const approver = await person('approver', '/repositories', { viewport: phone });
  await approver.getByText('Of others you see those that you answer for.').waitFor();
  await approver.locator('li', { hasText: 'Zoe Last' }).waitFor();
  await settled(approver);
  t.strictSame(await findings(approver), []);
  t.equal(
    await approver.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'),
    0,
  );
  const developer = await person('developer', '/repositories');
  await developer.getByRole('heading', { name: 'Rules' }).waitFor();
  t.equal(await developer.getByRole('heading', { name: 'Live grants' }).count(), 0);
  t.strictSame(faults, []);
});

void t.test('one’s own live grants are all on My access, and few of hundreds are drawn', async (t) => {
  const { person, faults } = await filled;
  const developer = await person('developer', '/');
  const cards = developer.locator('article');
  await developer.getByRole('article', { name: 'fetch demo/mine-0', exact: true }).waitFor();
  t.ok((await cards.count()) < 120);
  await developer.evaluate('window.scrollTo(0, document.documentElement.scrollHeight)');
  await developer.getByRole('article', { name: `fetch demo/mine-${own - 1}`, exact: true }).waitFor();
  t.ok((await cards.count()) < 120);
  t.strictSame(faults, []);
});

void t.test('where nobody has access, the list says what comes there', async (t) => {
  const { api, person, faults } = await peopleAtThePage(t);
  const auditor = await person('auditor', '/repositories');
  await auditor.getByText('No grant lives at the moment').waitFor();
  const { body: request } = await api('developer', 'requests', anAsk('demo/app'));
  await api('approver', `requests/${request.id}/approve`, {});
  const row = auditor.locator('li', { hasText: 'Dana Developer' });
  await row.waitFor();
  t.equal(await row.getByRole('button').count(), 0, 'an auditor ends nothing');
  t.strictSame(faults, []);
});
