import type { Page } from 'playwright-core';
import tap, { type Test } from 'tap';
import { startRedis } from '../servers/redis.ts';
import { anAsk, peopleAtThePage } from './page-people.ts';
import { turnTab } from './tab-sight.ts';

tap.setTimeout(600_000);

type Account = 'developer' | 'approver' | 'admin' | 'auditor';

/** A list is to show a change made on another node within this. */
const withinMs = 1_000;
/** A machine that is busy with other tests may be late once; a list that waits for a poll is late each time. */
const tries = 3;

/** Two nodes on one Redis: the pages are those of the first, what changes is changed on the second. */
async function twoNodes() {
  const { port, username, password } = await startRedis(tap);
  const people = await peopleAtThePage(tap, `redis://${username}:${password}@127.0.0.1:${port}`);
  const elsewhere = await people.secondNode();
  return {
    ...people,
    elsewhere,
    there: async (account: Account, path: string, data: unknown) => {
      const answer = await people.api(account, path, data, elsewhere);
      if (answer.status > 202) throw new Error(`${path}: ${JSON.stringify(answer)}`);
      return answer.body;
    },
    /** A page whose timers that go off again and again never do, so that no poll comes into it. */
    async still(account: Account, path: string): Promise<Page> {
      const page = await people.person(account, path);
      await page.addInitScript('window.setInterval = () => 0');
      const told = page.waitForResponse((response) => response.url().endsWith('/api/events'));
      await page.reload();
      await told;
      await page.waitForSelector('h1');
      await page.waitForSelector('[class*=Skeleton]', { state: 'detached' });
      return page;
    },
  };
}

const nodes = twoNodes();

/** Makes changes until one is seen in time. @param change makes one and answers what then is to be seen */
async function seenInTime(
  t: Test,
  change: (round: number) => Promise<() => Promise<unknown>>,
): Promise<void> {
  const took: number[] = [];
  for (let round = 0; round < tries; round += 1) {
    const seen = await change(round);
    const from = performance.now();
    await seen();
    took.push(Math.round(performance.now() - from));
    if ((took.at(-1) ?? 0) < withinMs) break;
  }
  t.comment(`${t.name}: ${took.join(', ')} ms`);
  t.ok(Math.min(...took) < withinMs, `${took.join(', ')} ms`);
}

void tap.test('my access shows a grant, and its end, made elsewhere', async (t) => {
  const { there, still } = await nodes;
  const developer = await still('developer', '/');
  let grantId = '';
  const cardOf = (round: number) => developer.locator('article', { hasText: `demo/mine-${round}` });
  await seenInTime(t, async (round) => {
    const { id } = await there('developer', 'requests', anAsk(`demo/mine-${round}`));
    const { grantIds } = await there('approver', `requests/${id}/approve`, {});
    grantId = grantIds[0];
    return () => cardOf(round).waitFor();
  });
  await there('admin', `grants/${grantId}/revoke`, { reason: 'the laptop is lost' });
  await developer.getByText('the laptop is lost').waitFor();
  await developer.context().close();
});

void tap.test('approvals and requests show what was asked elsewhere', async (t) => {
  const { there, still } = await nodes;
  for (const [account, path] of [
    ['approver', '/approvals'],
    ['auditor', '/requests?of=all'],
  ] as const) {
    const page = await still(account, path);
    await seenInTime(t, async (round) => {
      const repository = `demo/asked-${account}-${round}`;
      await there('developer', 'requests', anAsk(repository));
      return () => page.locator('li', { hasText: repository }).first().waitFor();
    });
    await page.context().close();
  }
});

void tap.test('a request that is looked at shows who decided it elsewhere', async (t) => {
  const { there, still } = await nodes;
  const asked = await Promise.all(
    Array.from({ length: tries }, (_, round) => there('developer', 'requests', anAsk(`demo/one-${round}`))),
  );
  const developer = await still('developer', `/a/${asked[0].id}`);
  await seenInTime(t, async (round) => {
    if (round > 0) await developer.goto(new URL(`/a/${asked[round].id}`, developer.url()).href);
    await developer.locator('blockquote').waitFor();
    await there('approver', `requests/${asked[round].id}/deny`, { comment: `not in round ${round}` });
    return () => developer.getByText(`not in round ${round}`).first().waitFor();
  });
  await developer.context().close();
});

void tap.test('locks of elsewhere', async (t) => {
  const { there, still } = await nodes;
  const operator = await still('admin', '/now');
  await seenInTime(t, async (round) => {
    await there('admin', 'locks', { repository: `demo/locked-${round}`, reason: 'an incident' });
    return () => operator.locator('li', { hasText: `demo/locked-${round}` }).waitFor();
  });
  await operator.context().close();
});

void tap.test('a clone that runs through the other node, and that it was cut', async (t) => {
  const { there, still, git, accounts, elsewhere } = await nodes;
  const { id } = await there('developer', 'requests', anAsk('demo/slow', { duration: '40s' }));
  await there('approver', `requests/${id}/approve`, {});
  const operator = await still('admin', '/now');
  const running = operator.locator('li', { hasText: 'fetch demo/slow' });
  const address = elsewhere.replace('https://', `https://git:${accounts.developer.git}@`);
  await seenInTime(t, async (round) => {
    const clone = (await git()).start(['clone', `${address}/demo/slow`, `slow-${round}`]);
    await running.waitFor();
    const [{ id: operationId }] = (await (await nodes).api('admin', 'operations?live=true')).body.operations;
    const { running: met } = await there('admin', `operations/${operationId}/cut`, {
      reason: 'seen on the screen',
    });
    t.equal(met.cut.length, 1);
    t.not((await clone.finished).code, 0);
    return () => running.waitFor({ state: 'detached' });
  });
  await operator.context().close();
});

void tap.test('credentials and keys made in another window, through another node', async (t) => {
  const { still, elsewhere, https } = await nodes;
  const developer = await still('developer', '/credentials');
  // The same sign-in: a browser's cookies are those of the host, whatever the port.
  const { request } = developer.context();
  const { csrf } = await (await request.get(`${elsewhere}/api/me`)).json();
  const make = async (path: string, data: unknown) => {
    const headers = { 'x-csrf-token': csrf, origin: https, 'sec-fetch-site': 'same-origin' };
    const answer = await request.post(`${elsewhere}/api/${path}`, { headers, data });
    if (answer.status() !== 201) throw new Error(await answer.text());
  };
  await seenInTime(t, async (round) => {
    await make('credentials', { kind: 'git', name: `laptop-${round}`, expiresIn: '1h' });
    return () => developer.locator('li', { hasText: `laptop-${round}` }).waitFor();
  });
  await developer.context().close();
});

void tap.test('the audit shows an entry of another node’s chain', async (t) => {
  const { there, still } = await nodes;
  const auditor = await still('auditor', '/audit?type=lock.made');
  await auditor.getByRole('group', { name: 'New entries' }).getByText('live').waitFor();
  await seenInTime(t, async (round) => {
    await there('admin', 'locks', { repository: `demo/audited-${round}`, reason: 'an incident' });
    return () => auditor.locator('summary', { hasText: `demo/audited-${round}` }).waitFor();
  });

  // Paused, it stays as it is; followed again, it has what came meanwhile.
  await auditor.getByRole('button', { name: 'Pause' }).click();
  await auditor.getByText('paused', { exact: true }).waitFor();
  await there('admin', 'locks', { repository: 'demo/while-paused', reason: 'an incident' });
  t.equal(await auditor.locator('summary', { hasText: 'demo/while-paused' }).count(), 0);
  await auditor.getByRole('button', { name: 'Follow' }).click();
  await auditor.locator('summary', { hasText: 'demo/while-paused' }).waitFor();
  await auditor.context().close();
});

void tap.test('whoever reads further down keeps their place, and is told how much is new', async (t) => {
  const { there, still, api } = await nodes;
  const auditor = await still('auditor', '/audit');
  const tail = auditor.getByRole('group', { name: 'New entries' });
  await tail.getByText('live').waitFor();
  // A chain's entries come in order: with this one all that was on its way has come, and the list stands.
  await there('admin', 'locks', { repository: 'demo/all-has-come', reason: 'an incident' });
  await auditor.locator('summary', { hasText: 'demo/all-has-come' }).waitFor();
  await auditor.evaluate(
    'window.scrollTo(0, document.querySelectorAll("details")[12].getBoundingClientRect().top)',
  );
  const top = () =>
    auditor.evaluate(
      '[...document.querySelectorAll("details")].find((one) => one.getBoundingClientRect().top >= 0)?.textContent',
    );
  const before = await top();
  await there('admin', 'locks', { repository: 'demo/further-up', reason: 'an incident' });
  await tail.getByRole('button', { name: /^\d+ new entr/ }).waitFor({ state: 'attached' });
  t.equal(await top(), before);
  t.equal(await auditor.locator('summary', { hasText: 'demo/further-up' }).count(), 0);
  await tail.getByRole('button', { name: /^\d+ new entr/ }).click();
  await auditor.locator('summary', { hasText: 'demo/further-up' }).waitFor();
  const { entries } = (await api('auditor', 'audit?type=lock.made&order=newest&limit=1')).body;
  t.equal(entries[0].on.repository, 'demo/further-up');
  await auditor.context().close();
});

void tap.test(
  'a hidden tab is told nothing, holds no connection, and reads anew when it is seen',
  async (t) => {
    const { there, still, faults } = await nodes;
    const hidden = await still('auditor', '/audit?type=request.created');
    const open = new Set<string>();
    hidden.on('request', (request) => {
      if (/\/api\/(events|audit\/stream)/.test(request.url())) open.add(new URL(request.url()).pathname);
    });
    const closed = (path: string) =>
      hidden.waitForEvent('requestfailed', (request) => new URL(request.url()).pathname === path);
    await hidden.getByRole('group', { name: 'New entries' }).getByText('live').waitFor();
    await Promise.all([closed('/api/events'), closed('/api/audit/stream'), turnTab(hidden, 'hidden')]);

    const seen = await still('approver', '/approvals');
    await there('developer', 'requests', anAsk('demo/while-hidden'));
    await seen.locator('li', { hasText: 'demo/while-hidden' }).waitFor();
    t.equal(await hidden.locator('summary', { hasText: 'demo/while-hidden' }).count(), 0);
    t.equal(open.size, 0, 'nothing is opened while it is hidden');

    await turnTab(hidden, 'visible');
    await hidden.locator('summary', { hasText: 'demo/while-hidden' }).waitFor();
    t.strictSame([...open].sort(), ['/api/audit/stream', '/api/events']);
    t.strictSame(faults, []);
    await hidden.context().close();
    await seen.context().close();
  },
);
