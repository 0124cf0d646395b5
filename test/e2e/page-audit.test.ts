import t from 'tap';
import { findings } from './axe.ts';
import { anAsk, peopleAtThePage, sharedPeople, textOf } from './page-people.ts';

t.setTimeout(300_000);

const people = sharedPeople();

void t.test(
  'a period is replayed: played, paused, stepped, each decision as recorded and again',
  async (t) => {
    const { api, person, git, gitAddress, faults } = await people(t);
    const client = await git();
    const clone = () => client.run(['clone', `${gitAddress('developer')}/demo/app`]);
    t.not((await clone()).code, 0);
    const { body: request } = await api('developer', 'requests', anAsk('demo/app'));
    await api('approver', `requests/${request.id}/approve`, {});
    t.equal((await clone()).code, 0);

    const until = new Date().toISOString();
    const auditor = await person('auditor', `/audit?to=${until}`);
    await auditor.getByRole('button', { name: 'Replay', exact: true }).click();
    const status = auditor.getByRole('status').filter({ hasText: 'decisions' });
    await status.waitFor();
    const { replayed, people: named } = (await api('auditor', `audit/replay?to=${until}`)).body;
    const { agreed, disagreed } = replayed.decisions;
    t.ok(agreed >= 2 && disagreed === 0);
    t.ok((await status.textContent())?.startsWith(`${agreed} decisions: ${agreed} the same.`));

    const steps = replayed.timeLine.length;
    const region = auditor.getByRole('region', { name: 'Replay' });
    const shown = async () =>
      (await textOf(auditor, 'section:has-text("Replay") dl')).replaceAll(/\s+/g, ' ');
    t.match(await region.textContent(), new RegExp(`Step 1 of ${steps}`));
    await auditor.getByRole('button', { name: 'Step', exact: true }).click();
    await region.getByText(`Step 2 of ${steps}`).waitFor();
    await auditor.getByRole('button', { name: 'Step back' }).click();
    await region.getByText(`Step 1 of ${steps}`).waitFor();

    const decided = replayed.timeLine.findIndex(({ verdict }: { verdict?: string }) => verdict === 'agreed');
    await region.getByRole('slider').fill(String(decided));
    await region.getByText(`Step ${decided + 1} of ${steps}`).waitFor();
    const recorded = named.reduce(
      (text: string, { id, name }: { id: string; name: string }) => text.replaceAll(id, name),
      replayed.timeLine[decided].text,
    );
    t.match(recorded, /Dana Developer/);
    t.ok((await shown()).includes(`As recorded ${recorded.replaceAll(/\s+/g, ' ')}`));
    t.match(await shown(), /Decided again the same$/);

    await region.getByLabel('Speed').selectOption('20 a second');
    await auditor.getByRole('button', { name: 'Play' }).click();
    await region.getByText(`Step ${steps} of ${steps}`).waitFor();
    await auditor.getByRole('button', { name: 'Play' }).click();
    await auditor.getByRole('button', { name: 'Pause' }).click();
    const stopped = await region.getByText(/^Step \d+ of/).textContent();
    t.not(stopped, null);
    t.equal(await auditor.getByRole('button', { name: 'Play' }).count(), 1);
    t.strictSame(await findings(auditor), []);
    t.strictSame(faults, []);
  },
);

void t.test('one moment: who could reach what, what was locked, and where the refs stood', async (t) => {
  const { api, person, git, gitAddress, faults } = await people(t);
  const { body: request } = await api(
    'developer',
    'requests',
    anAsk('demo/app', { scopes: [{ repository: 'demo/app', right: 'push' }] }),
  );
  await api('approver', `requests/${request.id}/approve`, {});
  const [grant] = (await api('developer', 'grants?mine=true')).body.grants;
  t.equal(grant.requestId, request.id);
  const grantId: string = grant.id;
  const client = await git();
  t.equal((await client.run(['clone', `${gitAddress('developer')}/demo/app`, 'moment'])).code, 0);
  const pushed = await client.run(['-C', 'moment', 'push', 'origin', 'HEAD:refs/heads/at-a-moment']);
  t.equal(pushed.code, 0, pushed.stderr);
  const head = (await client.run(['-C', 'moment', 'rev-parse', 'HEAD'])).stdout.trim();
  const { body: lock } = await api('admin', 'locks', {
    repository: 'demo/app',
    right: 'fetch',
    reason: 'a moment of it',
  });
  // The field of the page knows seconds.
  const behind = Date.now() + 2_000;

  const asked = `repository=demo/app&grant=${grantId}&to=${new Date(behind).toISOString()}`;
  const auditor = await person('auditor', `/audit?${asked}&nodes=this`);
  t.ok(await auditor.getByRole('checkbox', { name: /own files/ }).isChecked());
  const region = auditor.getByRole('region', { name: 'At one moment' });
  await region.getByRole('button', { name: 'Show' }).click();
  await region.getByRole('status').waitFor();
  const shown = ((await region.textContent()) ?? '').replaceAll(/\s+/g, ' ');
  t.match(shown, /1 live grant, 1 lock, 1 ref that pushes/);
  t.match(shown, 'Dana Developer may push demo/app (refs/heads/**) until');
  t.match(shown, `fetches of demo/app: a moment of it · ${lock.lock.id}`);
  t.match(shown, `demo/app refs/heads/at-a-moment ${head.slice(0, 12)}, confirmed`);
  t.strictSame(await findings(auditor), []);
  t.strictSame(faults, []);

  await api('approver', `grants/${grantId}/revoke`, { reason: 'enough' });
  await api('admin', `locks/${lock.lock.id}/lift`, { reason: 'seen' });
  const at = (moment: number) =>
    api('auditor', `audit/replay?at=${moment}&repository=demo/app&grant=${grantId}`);
  const { grants } = (await api('auditor', 'grants?limit=500')).body;
  const { issuedAt, revokedAt } = grants.find(({ id }: { id: string }) => id === grantId);
  t.match((await at(issuedAt)).body.moment, {
    grants: [{ grantId, right: 'push' }],
    grantsLeftOut: 0,
    locks: [],
    refs: [],
  });
  t.match((await at(revokedAt)).body.moment, {
    grants: [],
    locks: [{ right: 'fetch' }],
    refs: { length: 1 },
  });
});

void t.test('the access report is read and signed off, and everybody in an entry has a name', async (t) => {
  const { api, person, faults } = await people(t);
  const to = new Date(Date.now() + 60_000).toISOString();
  const from = '2026-01-01T00:00:00Z';
  const auditor = await person('auditor', `/audit?from=${from}&to=${to}`);
  await auditor.getByRole('button', { name: 'Read the report' }).click();
  const region = auditor.getByRole('region', { name: 'Access report' });
  await region.getByText(/grants?, .* refused attempts?/).waitFor();
  const report = (await api('auditor', `audit/report?from=${from}&to=${to}`)).body;
  const refused = report.refusals.reduce((sum: number, { count }: { count: number }) => sum + count, 0);
  t.match(
    await region.textContent(),
    `${report.grants.length} grant${report.grants.length === 1 ? '' : 's'}, ${report.neverUsed.length} of them never used; ${refused} refused attempt${refused === 1 ? '' : 's'}.`,
  );
  await region.getByLabel('Your remarks').fill('looked at each, nothing to do');
  await region.getByRole('button', { name: 'Sign off' }).click();
  await region.getByText('signed off', { exact: true }).waitFor();
  t.match(await region.textContent(), /by Aude Auditor, .*: looked at each, nothing to do/);
  const { entries } = (await api('auditor', 'audit?type=report.signed-off')).body;
  t.match(entries, [{ report: report.hash }]);

  const dana = (await api('developer', 'me')).body.principal.id;
  await api('admin', 'locks', { principal: dana, reason: 'on leave', until: '1h' });
  const locks = (await api('auditor', 'audit?type=lock.made')).body;
  t.ok(
    locks.people.some(
      ({ id, name }: { id: string; name: string }) => id === dana && name === 'Dana Developer',
    ),
  );
  t.strictSame(faults, []);
});

void t.test(
  'an auditor sees which rules nobody used, and who of the approvers never signed in',
  async (t) => {
    const { api, person, faults } = await people(t);
    const auditor = await person('auditor', '/repositories');
    await auditor.getByRole('button', { name: 'Look into the log' }).click();
    const unused = auditor.getByRole('list', { name: 'Rules unused for 90 days' });
    await unused.waitFor();
    const report = (await api('auditor', `audit/report?from=2026-01-01T00:00:00Z&to=${Date.now()}`)).body;
    const used = report.rules.filter(({ operations }: { operations: number }) => operations > 0);
    const all: string[] = report.today.map(({ rule }: { rule: string }) => rule);
    const expected = [...new Set(all)].filter(
      (rule) => !used.some((of: { rule: string }) => of.rule === rule),
    );
    t.ok(expected.includes('demo/slow'));
    t.strictSame(await unused.getByRole('listitem').allTextContents(), expected);
    const absent = new Set(
      report.today.flatMap(({ approvers }: { approvers: { neverSignedIn: string[] }[] }) =>
        approvers.flatMap(({ neverSignedIn }) => neverSignedIn),
      ),
    );
    const listed = auditor.getByRole('list', { name: 'Approvers who never signed in' }).getByRole('listitem');
    t.equal(await listed.count(), absent.size);
    t.strictSame(faults, []);
  },
);

void t.test('the node’s log is verified from the page, in the words of the command', async (t) => {
  const { api, person, faults } = await people(t);
  const auditor = await person('auditor', '/audit');
  const region = auditor.getByRole('region', { name: 'Verified and attested' });
  await region.getByRole('button', { name: 'Verify now' }).click();
  const words = region.getByRole('figure', { name: 'As the command says it' });
  await words.waitFor();
  const { entries } = (await api('auditor', 'audit?type=audit.read&order=oldest')).body;
  const { seq } = entries.findLast(({ what }: { what: string }) => what === 'verify');
  const [, to = '', attested = ''] =
    /complete to (\d+) of \S+ \(\w{16}…\), attested to (\d+) by the anchor \S+/.exec(
      (await words.textContent()) ?? '',
    ) ?? [];
  t.ok(Number(to) >= seq, `complete to ${to}, and the reading is entry ${seq}`);
  t.equal(
    await region.getByRole('status').locator('strong').textContent(),
    `Complete to ${to}, attested to ${attested}`,
  );
  t.strictSame(faults, []);
});

void t.test('from an entry to all of its operation, and on to its person by name', async (t) => {
  const { api, person, git, gitAddress, faults } = await peopleAtThePage(t);
  const { body: request } = await api('developer', 'requests', anAsk('demo/app'));
  await api('approver', `requests/${request.id}/approve`, {});
  await (await git()).must(['clone', `${gitAddress('developer')}/demo/app`]);
  const auditor = await person('auditor', '/audit?type=operation.ended');
  await auditor.locator('summary').first().click();
  const [, operation = ''] = /(O-[0-9A-Z]+)/.exec(await textOf(auditor, 'details[open]')) ?? [];
  await auditor.getByRole('link', { name: `All of ${operation}` }).click();
  await auditor.waitForURL((url) => url.searchParams.get('operation') === operation);
  await auditor.getByText('operation.started').first().waitFor();
  const { entries } = (await api('auditor', `audit?operation=${operation}`)).body;
  t.equal(await auditor.locator('summary').count(), entries.length);

  await auditor.getByRole('combobox', { name: 'Person' }).fill('Dana');
  await auditor.getByRole('option', { name: /^Dana Developer · .* · P-/ }).click();
  await auditor.getByRole('button', { name: 'Look', exact: true }).click();
  await auditor.waitForURL((url) => url.searchParams.get('principal') === entries[0].principalId);
  t.equal(await auditor.getByLabel('Operation').inputValue(), operation);
  // By id until the names have come.
  const named = await auditor.getByRole('combobox', { name: 'Person' }).elementHandle();
  await auditor.waitForFunction('(input) => input.value.startsWith("Dana Developer · ")', named);
  t.strictSame(faults, []);
});

void t.test(
  'a page that holds nothing is not the end: the screen looks further back by itself',
  async (t) => {
    const { api, person, faults } = await people(t);
    for (const repository of ['demo/further-back', 'demo/newer'])
      await api('developer', 'requests', anAsk(repository));
    const { cursor } = (await api('auditor', 'audit?type=request&order=newest&limit=1')).body;
    const auditor = await person('auditor', '/');
    // In a long log a page is what could be looked through in a while; this one is short.
    await auditor.route(
      (url) => url.pathname === '/api/audit' && url.searchParams.get('type') === 'request',
      async (route) => {
        const url = new URL(route.request().url());
        if (url.searchParams.has('cursor')) return await route.continue();
        const response = await route.fetch();
        await route.fulfill({ response, json: { ...(await response.json()), entries: [], cursor } });
      },
    );
    await auditor.goto(new URL('/audit?type=request', auditor.url()).href);
    await auditor.locator('summary', { hasText: 'demo/further-back' }).waitFor();
    t.equal(await auditor.getByText('Nothing on record fits').count(), 0);
    await auditor.unrouteAll({ behavior: 'ignoreErrors' });
    t.strictSame(faults, []);
  },
);
