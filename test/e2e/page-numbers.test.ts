import type { Page, Route } from 'playwright-core';
import t from 'tap';
import { byteWords } from '../../admin/web/src/text/byte-words.ts';
import { durationWords } from '../../admin/web/src/text/duration-words.ts';
import { anAsk, sharedPeople, textOf, wordsOf } from './page-people.ts';

t.setTimeout(300_000);

const people = sharedPeople();
const plain = (words: string): string => words.replaceAll('\u00a0', ' ');

interface Held {
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into answers of every shape
  readonly bodies: any[];
  hold(): void;
}

/** Lets a call of the page through and keeps what was answered; once held, the last answer is the only one there is. */
async function watched(page: Page, path: string): Promise<Held> {
  const bodies: unknown[] = [];
  let isHeld = false;
  await page.route(
    (url) => url.pathname === path,
    async (route: Route) => {
      if (isHeld) return await route.fulfill({ json: bodies.at(-1) });
      const response = await route.fetch();
      const json: unknown = await response.json();
      bodies.push(json);
      await route.fulfill({ response, json });
    },
  );
  return {
    bodies,
    hold() {
      isHeld = true;
    },
  };
}

/** How much is left of a span that runs while one looks: the words of now or of some seconds ago. */
function leftWords(until: number, now: number): string[] {
  return Array.from({ length: 15 }, (_, seconds) =>
    plain(durationWords(until - now + 1_000 * (5 - seconds))),
  );
}

void t.test('what runs: bytes, rate, time left and node are those of the API’s answers', async (t) => {
  const { api, person, git, gitAddress, faults } = await people(t);
  const { body: request } = await api('developer', 'requests', anAsk('demo/slow', { duration: '40s' }));
  const { body: approved } = await api('approver', `requests/${request.id}/approve`, {});
  const clone = (await git()).start(['clone', `${gitAddress('developer')}/demo/slow`]);
  const operator = await person('admin', '/');
  const operations = await watched(operator, '/api/operations');
  await operator.goto(new URL('/now', operator.url()).href);
  const row = operator.locator('main li', { hasText: 'fetch demo/slow' });
  await row.filter({ hasText: /\/s · began/ }).waitFor();
  operations.hold();
  const last = operations.bodies.at(-1);
  const [running] = last.operations;
  await row.filter({ hasText: plain(byteWords(running.bytesUp + running.bytesDown)) }).waitFor();
  const text = await wordsOf(row);
  const [, rate = ''] = /, ([\d.]+ \w+)\/s/.exec(text) ?? [];

  // Between which two readings it was taken is the page's to choose: some two of the last 15 s give it.
  const rates = operations.bodies.flatMap((later, at) =>
    operations.bodies.slice(0, at).flatMap((earlier) => {
      const before = earlier.operations.find(({ id }: { id: string }) => id === running.id);
      const after = later.operations.find(({ id }: { id: string }) => id === running.id);
      if (before === undefined || after === undefined) return [];
      const bytes = after.bytesUp + after.bytesDown - before.bytesUp - before.bytesDown;
      return [plain(byteWords(Math.round((bytes * 1_000) / (later.now - earlier.now))))];
    }),
  );
  t.ok(rates.includes(rate), `${rate} is one of ${rates.join(', ')}`);
  t.ok(text.includes(`node ${running.node}`));
  const left = /· ([^·]+) left/.exec(text)?.[1] ?? '';
  t.ok(leftWords(approved.endsAt, (await api('admin', 'locks')).body.now).includes(left), `${left} left`);
  await api('admin', `operations/${running.id}/cut`, { reason: 'seen enough' });
  t.not((await clone.finished).code, 0);
  t.strictSame(faults, []);
});

void t.test('nodes, store, hosts and charts say what the API’s answer says', async (t) => {
  const { person, faults } = await people(t);
  const operator = await person('admin', '/');
  const now = await watched(operator, '/api/now');
  await operator.goto(new URL('/now', operator.url()).href);
  await operator.getByRole('img', { name: /^Cut: / }).waitFor();
  now.hold();
  const body = now.bodies.at(-1);
  const [node] = body.nodes;
  const row = operator.locator('li', { hasText: node.node });
  await row.filter({ hasText: `audit is written, ${node.audit.seq} entries` }).waitFor();
  const text = await wordsOf(row);
  t.ok(text.includes(`policy ${node.policy.slice(0, 12)} · ${node.transfers} running`));
  t.ok(text.includes(node.version));
  for (const host of node.upstreams) t.ok(text.includes(`${host.name}: answers`));
  t.match(
    await textOf(operator, 'section:has-text("Nodes")'),
    `Store: memory of this process, answered in ${body.store.answeredInMs < 1 ? 'under 1' : body.store.answeredInMs} ms`,
  );
  const sum = (...of: string[]): number =>
    body.stretches.reduce(
      (all: number, stretch: Record<string, number>) =>
        all + of.reduce((sum, name) => sum + (stretch[name] ?? 0), 0),
      0,
    );
  const most = Math.max(
    0,
    ...body.stretches.map((of: { bytesUp: number; bytesDown: number }) => of.bytesUp + of.bytesDown),
  );
  const perSecond = plain(byteWords(Math.round((most * 1_000) / body.stretchMs)));
  for (const expected of [
    `Carried: ${plain(byteWords(sum('bytesUp', 'bytesDown')))} in the last 6 hours, at most ${perSecond}/s`,
    `Fetches and pushes: ${sum('operations')} in the last 6 hours`,
    `Refused: ${sum('refusals')} in the last 6 hours`,
    `Cut: ${sum('cuts')} in the last 6 hours`,
  ]) {
    const [title = ''] = expected.split(':');
    const label = await operator
      .getByRole('img', { name: new RegExp(`^${title}`) })
      .getAttribute('aria-label');
    t.equal(plain(label ?? ''), expected);
  }
  t.ok(sum('cuts') > 0, 'the cut of the other test is counted');
  t.strictSame(faults, []);
});

void t.test('approvals: how many wait, since when, how long yet, and for how long they ask', async (t) => {
  const { api, person, faults } = await people(t);
  for (const at of [1, 2, 3])
    await api('developer', 'requests', anAsk(`demo/waits-${at}`, { duration: `${at}h` }));
  const approver = await person('approver', '/approvals');
  const { requests, now } = (await api('approver', 'requests?answerable=true')).body;
  const rows = approver.locator('main section').first().locator('li');
  await rows.nth(requests.length - 1).waitFor();
  t.equal(await rows.count(), requests.length);
  await approver.locator('nav', { hasText: new RegExp(`Approvals\\s*${requests.length}\\b`) }).waitFor();
  for (const [at, request] of requests.entries()) {
    const text = await wordsOf(rows.nth(at));
    t.ok(text.includes(`${request.scopes[0].repository}, ${plain(durationWords(request.durationMs))}`), text);
    const [, left = ''] = /lapses in (.+)/.exec(text) ?? [];
    t.ok(leftWords(request.decideBy, now).includes(left), `${left} left`);
    t.equal(
      await rows.nth(at).locator('time').first().getAttribute('datetime'),
      new Date(request.createdAt).toISOString(),
    );
  }
  await approver.goto(new URL('/', approver.url()).href);
  await approver.getByText(`${requests.length} requests wait for your answer`).waitFor();
  t.strictSame(faults, []);
});

void t.test('repositories: maxima of the rule, and who has access until when, ended there', async (t) => {
  const { api, person, faults } = await people(t);
  const { body: request } = await api('developer', 'requests', anAsk('demo/facts', { duration: '2h' }));
  const { body: approved } = await api('approver', `requests/${request.id}/approve`, {});
  const operator = await person('admin', '/repositories?name=demo/facts');
  const { rules, matched } = (await api('admin', 'rules?repository=demo/facts')).body;
  const rule = rules.find(({ number }: { number: number }) => number === matched);
  const main = plain(await textOf(operator, 'main'));
  for (const { maxDurationMs, maxTotalMs } of rule.rights)
    t.ok(
      main.includes(
        `At most ${plain(durationWords(maxDurationMs))}, ${plain(durationWords(maxTotalMs))} with extensions.`,
      ),
    );
  const row = operator.locator('li', { hasText: approved.grantIds[0] });
  await row.waitFor();
  t.equal(await row.locator('time').getAttribute('datetime'), new Date(approved.endsAt).toISOString());
  const [, left = ''] = /, ([^,]+) left/.exec(await wordsOf(row)) ?? [];
  t.ok(leftWords(approved.endsAt, (await api('admin', 'locks')).body.now).includes(left), `${left} left`);

  await row.getByRole('button', { name: 'End fetch by Dana Developer' }).click();
  const dialog = operator.getByRole('dialog');
  await dialog.getByLabel(/Reason|Why/).fill('the project is over');
  await dialog.getByRole('button', { name: 'End now' }).click();
  await dialog.getByText('Ended.').waitFor();
  t.match((await api('developer', 'grants?mine=true')).body.grants[0], {
    id: approved.grantIds[0],
    state: 'revoked',
    revokeReason: 'the project is over',
  });
  t.strictSame(faults, []);
});

void t.test('credentials and keys: each with the ends that the API has', async (t) => {
  const { api, person, git, gitAddress, faults } = await people(t);
  await (await git()).run(['ls-remote', `${gitAddress('developer')}/demo/not-mine`]);
  t.equal((await api('developer', 'me')).status, 200);
  const developer = await person('developer', '/credentials');
  await developer.getByRole('button', { name: 'Make a credential' }).click();
  const making = developer.getByRole('dialog');
  await making.getByLabel('The API').check();
  await making.getByLabel('Name').fill('waits for its job');
  await making.getByRole('button', { name: 'Make it' }).click();
  await making.getByRole('button', { name: 'I have copied it' }).click();
  const { credentials, now } = (await api('developer', 'credentials')).body;
  const { keys } = (await api('developer', 'keys')).body;
  t.ok(credentials.length >= 2 && keys.length >= 1);
  for (const { name, shown, fingerprint, createdAt, endsAt } of [...credentials, ...keys]) {
    const row = developer.locator('li', { hasText: shown ?? fingerprint });
    await row.waitFor();
    const text = await wordsOf(row);
    t.ok(text.includes(name));
    t.equal(await row.locator('time').first().getAttribute('datetime'), new Date(createdAt).toISOString());
    const [, left = ''] = /ends in (.+)/.exec(text) ?? [];
    t.ok(leftWords(endsAt, now).includes(left), `${name}: ${left}`);
  }
  const { credentialUses, partial } = (await api('developer', 'me/operations?credentials=true')).body;
  t.notOk(partial);
  for (const { id, kind, shown, fingerprint, lastUsedAt, lastUsedFrom } of [...credentials, ...keys]) {
    const row = developer.locator('li', { hasText: shown ?? fingerprint });
    const use = credentialUses.find(({ credentialId }: { credentialId: string }) => credentialId === id);
    if (kind !== 'api')
      await row.filter({ hasText: use ? /last used for git / : /never used for git(?!,)/ }).waitFor();
    else if (lastUsedAt === undefined) await row.filter({ hasText: /not used yet/ }).waitFor();
    else
      t.match(
        await wordsOf(row),
        new RegExp(`used (just now|[0-9]+ (s|min) ago) from ${lastUsedFrom}(?![0-9.:])`),
      );
    const usedAt = lastUsedAt ?? use?.lastUsedAt;
    if (usedAt !== undefined)
      t.equal(await row.locator('time').last().getAttribute('datetime'), new Date(usedAt).toISOString());
  }
  const ofApi = credentials.filter(({ kind }: { kind: string }) => kind === 'api');
  t.match(
    ofApi.map(({ name, lastUsedAt, lastUsedFrom }: Record<string, unknown>) => [
      name,
      typeof lastUsedAt,
      lastUsedFrom,
    ]),
    [
      ['waits for its job', 'undefined', undefined],
      [String, 'number', /^(127\.0\.0\.1|::1)$/],
    ],
    'of those for the API one was used',
  );
  t.ok(
    credentials.some(({ id, kind }: { id: string; kind: string }) => {
      return (
        kind === 'git' && credentialUses.some((use: { credentialId: string }) => use.credentialId === id)
      );
    }),
    'git came with one of them',
  );
  t.equal(
    await developer.getByRole('button', { name: /^Revoke / }).count(),
    credentials.length + keys.length,
  );
  t.strictSame(faults, []);
});

void t.test('the audit: entries, bars and what went wrong are counted as the API has them', async (t) => {
  const { api, person, faults } = await people(t);
  const until = new Date().toISOString();
  const auditor = await person('auditor', `/audit?to=${until}`);
  const { entries } = (await api('auditor', `audit?to=${until}&order=newest&limit=200`)).body;
  await auditor.getByRole('heading', { name: `${entries.length} entries` }).waitFor();
  const whole = auditor.locator('figure [role=img]').first();
  await whole.waitFor({ state: 'attached' });
  const label = (await whole.getAttribute('aria-label')) ?? '';
  const bad = entries.filter(({ type, outcome = '' }: { type: string; outcome?: string }) =>
    /refused|denied|revoked|cut|lock\.made|alarm|interrupted|attempted|unknown/.test(`${type} ${outcome}`),
  ).length;
  t.ok(bad > 0);
  t.ok(label.startsWith(`${entries.length} entries from`), label);
  t.ok(label.endsWith(`; ${bad} say that something was stopped or went wrong`), label);
  const titles = await auditor
    .locator('figure button')
    .evaluateAll((bars) => bars.map((bar) => (bar as { title: string }).title));
  const counts = titles.map(
    (title) => /: (\d+) entr\w+, (\d+) stopped/.exec(title)?.slice(1).map(Number) ?? [0, 0],
  );
  const total = (at: number): number => counts.reduce((sum, count) => sum + (count[at] ?? 0), 0);
  t.strictSame([total(0), total(1)], [entries.length, bad]);

  // A bar takes the period to its own.
  const [one = 0] = counts.find(([count = 0]) => count > 0) ?? [];
  await auditor.locator('figure button:enabled').first().click();
  await auditor.waitForURL(/from=/);
  await auditor.getByRole('heading', { name: one === 1 ? '1 entry' : `${one} entries` }).waitFor();
  t.strictSame(faults, []);
});
