import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import t from 'tap';
import { anAsk, peopleAtThePage, textOf } from './page-people.ts';

t.setTimeout(300_000);

/** Does `work` for each number below `count`, twenty at a time. */
async function each(count: number, work: (at: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let at = next++; at < count; at = next++) await work(at);
  };
  await Promise.all(Array.from({ length: 20 }, worker));
}

/** Asks for refs over a connection of its own, so that each time is an operation of its own. */
async function fetchRefs(address: string, authorization: string): Promise<void> {
  const request = get(`${address}/info/refs?service=git-upload-pack`, {
    agent: false,
    rejectUnauthorized: false,
    headers: { authorization, connection: 'close' },
  });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.resume();
  await once(response, 'close');
}

void t.test('thousands of audit entries are a few dozen rows, and the screen answers', async (t) => {
  const { https, accounts, api, person, faults } = await peopleAtThePage(t);
  const { body: request } = await api('developer', 'requests', anAsk('demo/none'));
  await api('approver', `requests/${request.id}/approve`, {});
  const authorization = `Basic ${Buffer.from(`git:${accounts.developer.git}`).toString('base64')}`;
  await each(1_050, () => fetchRefs(`${https}/demo/none`, authorization));

  // On a machine with much else to do the gateway refuses some.
  const { stretches } = (await api('auditor', `audit/counts?principal=${request.principal.id}`)).body;
  const kinds = stretches.flatMap((stretch: { kinds: { count: number }[] }) => stretch.kinds);
  const all = kinds.reduce((sum: number, { count }: { count: number }) => sum + count, 0);
  t.ok(all > 1_500, `${all} entries`);

  const auditor = await person('auditor', `/audit?principal=${request.principal.id}`);
  await auditor.waitForSelector('summary');
  const drawn = () => auditor.locator('details').count();
  const told = async () => {
    const [, count = ''] = /([\d,]+) entries/.exec(await textOf(auditor, 'h2:has-text("entries")')) ?? [];
    return Number(count.replaceAll(',', ''));
  };
  let most = 0;
  for (let before = await told(); before < all; before = await told()) {
    await auditor.evaluate('window.scrollTo(0, document.documentElement.scrollHeight)');
    const heading = auditor.locator('h2', { hasText: ` ${before.toLocaleString('en')} entries` });
    await heading.waitFor({ state: 'detached', timeout: 20_000 });
    most = Math.max(most, await drawn());
  }
  t.ok(most < 120, `${most} rows are drawn of ${await told()}`);
  t.ok(((await auditor.evaluate('document.querySelectorAll("*").length')) as number) < 5_000);

  // In the middle of them one opens at once, and is still open after a look elsewhere.
  const toMiddle = () => auditor.evaluate('window.scrollTo(0, document.documentElement.scrollHeight / 2)');
  await toMiddle();
  const begunAt = performance.now();
  await auditor.locator('details').nth(20).locator('summary').click();
  await auditor.locator('details[open] dl').waitFor();
  const tookMs = performance.now() - begunAt;
  t.ok(tookMs < 3_000, `${Math.round(tookMs)} ms`);
  const place = await textOf(auditor, 'details[open] p');
  await auditor.evaluate('window.scrollTo(0, 0)');
  await auditor.locator('details[open]').waitFor({ state: 'detached' });
  await toMiddle();
  await auditor.locator('details[open] dl').waitFor();
  t.equal(await textOf(auditor, 'details[open] p'), place);
  t.strictSame(faults, []);
});

void t.test('a hundred requests are all reached, though few of them are drawn', async (t) => {
  const { api, person, faults } = await peopleAtThePage(t);
  await each(100, (at) => api('developer', 'requests', anAsk(`demo/long-${at}`)));
  const asked = (await api('developer', 'requests?mine=true&limit=500')).body.requests;
  const developer = await person('developer', '/requests');
  const items = developer.locator('main li');
  await items.first().waitFor();
  t.equal(await items.first().getAttribute('aria-setsize'), String(asked.length));
  t.ok((await items.count()) < asked.length);
  const seen = new Set<string>();
  for (let top = 0; seen.size < asked.length && top < 40_000; top += 500) {
    await developer.evaluate(`window.scrollTo(0, ${top})`);
    await developer.evaluate(
      'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))',
    );
    for (const text of await items.allTextContents()) seen.add(/demo\/long-\d+/.exec(text)?.[0] ?? '');
  }
  t.equal(seen.size, asked.length);
  t.ok(asked.length > 60);
  t.strictSame(faults, []);
});
