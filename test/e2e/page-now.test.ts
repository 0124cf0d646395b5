import t from 'tap';
import { byteWords } from '../../admin/web/src/text/byte-words.ts';
import { startRedis } from '../servers/redis.ts';
import { anotherDeveloper } from './another-developer.ts';
import { anAsk, peopleAtThePage, sharedPeople, textOf, wordsOf } from './page-people.ts';

t.setTimeout(300_000);

/** For the tests that leave nothing behind which another one minds. */
const people = sharedPeople();

void t.test('an operator sees a clone run, cuts it, and the terminal reads why', async (t) => {
  const { api, person, git, gitAddress, faults } = await people(t);
  const { body: request } = await api('developer', 'requests', anAsk('demo/slow', { duration: '40s' }));
  await api('approver', `requests/${request.id}/approve`, {});
  const operator = await person('admin', '/now');
  await operator.waitForSelector('text=Nothing is running');

  const clone = (await git()).start(['clone', `${gitAddress('developer')}/demo/slow`]);
  const row = operator.locator('li', { hasText: 'demo/slow' });
  await row.waitFor();
  const text = await textOf(operator, 'li');
  t.match(text, /Dana Developer: fetch demo\/slow\s+HTTPS/);
  t.match(text, /began (just now|\d+ s ago) · (\d+ s|under 1 s) left · node \S+/);
  const [listed] = (await api('admin', 'operations?live=true')).body.operations;
  t.ok(text.includes(listed.node));

  await row.getByRole('button', { name: /^Cut fetch of demo\/slow by Dana/ }).click();
  const dialog = operator.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Cut now' }).click();
  await dialog.getByText('Say why, in a few words.').waitFor();
  await dialog.getByLabel('Reason').fill('the laptop was reported stolen');
  await operator.keyboard.press('Enter');
  await dialog.getByRole('status').getByText('Cut.').waitFor();
  t.match(await textOf(operator, '[role=dialog] [role=status]'), /Cut 1 running fetch/);
  const { code, stderr } = await clone.finished;
  t.not(code, 0);
  t.match(stderr, /the laptop was reported stolen/);
  await dialog.getByRole('button', { name: 'Close', exact: true }).last().click();
  await operator.waitForSelector('text=Nothing is running');
  t.strictSame(faults, []);
});

void t.test('every number of the nodes and of the last hours is the API’s', async (t) => {
  const { api, person, git, gitAddress, faults } = await people(t);
  const client = await git();
  const lsRemote = () => client.run(['ls-remote', `${gitAddress('developer')}/demo/app`]);
  t.not((await lsRemote()).code, 0, 'refused');
  const { body: request } = await api('developer', 'requests', anAsk('demo/app'));
  await api('approver', `requests/${request.id}/approve`, {});
  t.equal((await client.run(['clone', `${gitAddress('developer')}/demo/app`])).code, 0);
  const operator = await person('admin', '/now');
  const shown = async (name: RegExp) => await operator.getByRole('img', { name }).getAttribute('aria-label');
  await operator.getByRole('img', { name: /^Refused: [1-9]/ }).waitFor();
  await operator.getByRole('img', { name: /^Carried: [1-9]/ }).waitFor();

  const { body } = await api('admin', 'now');
  const sum = (of: string) =>
    body.stretches.reduce((all: number, stretch: Record<string, number>) => all + (stretch[of] ?? 0), 0);
  t.ok(sum('refusals') > 0 && sum('bytesDown') > 0);
  t.equal(await shown(/^Refused/), `Refused: ${sum('refusals')} in the last 6 hours`);
  t.equal(await shown(/^Cut/), `Cut: ${sum('cuts')} in the last 6 hours`);
  t.ok((await shown(/^Carried/))?.startsWith(`Carried: ${byteWords(sum('bytesUp') + sum('bytesDown'))} in`));
  t.equal((await operator.locator('.recharts-bar-rectangle path').count()) > 0, true);

  const [node] = body.nodes;
  t.equal(body.nodes.length, 1);
  const text = await textOf(operator, `li:has-text("${node.node}")`);
  t.match(text, /serving/);
  t.ok(text.includes(`policy ${body.policy.slice(0, 12)}`));
  t.ok(text.includes(`${node.version}, up since`));
  t.match(text, /audit is written, \d+ entries/);
  for (const { name } of node.upstreams) t.match(text, new RegExp(`${name}: answers, last`));
  t.match(text, /seen (just now|\d+ s ago)/);
  t.strictSame(faults, []);
});

void t.test('a lock made in the page stops what was granted until it is lifted there', async (t) => {
  const { api, person, git, gitAddress, faults } = await peopleAtThePage(t);
  const { body: request } = await api('developer', 'requests', anAsk('demo/app'));
  await api('approver', `requests/${request.id}/approve`, {});
  const client = await git();
  const lsRemote = () => client.run(['ls-remote', `${gitAddress('developer')}/demo/app`]);
  t.equal((await lsRemote()).code, 0);

  const operator = await person('admin', '/now');
  await operator.getByRole('button', { name: 'Stop access' }).click();
  const dialog = operator.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Lock now' }).click();
  await dialog.getByText('Say who is to be stopped.').waitFor();
  await dialog.getByLabel('Who').fill('Dana');
  await operator.getByRole('option', { name: /^Dana Developer · .* · P-/ }).click();
  t.match(await dialog.getByLabel('Who').inputValue(), / · P-[0-9A-Z]+$/);
  await dialog.getByLabel('A repository', { exact: true }).check();
  await dialog.getByLabel('Its name').fill('demo/app');
  const until = dialog.getByLabel('Ends after or at');
  t.ok(await dialog.getByLabel('Until lifted').isChecked(), 'no end unless one is given');
  await until.fill('soon');
  await dialog.getByLabel('Reason').fill('a secret was pushed');
  await dialog.getByRole('button', { name: 'Lock now' }).click();
  await dialog.getByRole('alert').waitFor();
  await dialog.locator('label', { hasText: '4 hours' }).click();
  t.equal(await until.inputValue(), '4h');
  await until.fill('2h');
  t.equal(await dialog.getByRole('radio', { name: '4 hours' }).isChecked(), false);
  await dialog.getByRole('button', { name: 'Lock now' }).click();
  await dialog.getByText('Locked.').waitFor();
  t.match((await api('admin', 'locks')).body.locks, [
    { repository: 'demo/app', reason: 'a secret was pushed' },
  ]);
  const stopped = await lsRemote();
  t.not(stopped.code, 0);
  t.match(stopped.stderr, /a secret was pushed/);
  await dialog.getByRole('button', { name: 'Close', exact: true }).last().click();

  const row = operator.locator('li', { hasText: 'demo/app' });
  t.match(await textOf(operator, 'li'), /a secret was pushed · by Adam Admin, .* · ends in (1 h 59 min|2 h)/);
  await row.getByRole('button', { name: 'Lift the lock on demo/app' }).click();
  await dialog.getByLabel('Reason').fill('it was rotated');
  await dialog.getByRole('button', { name: 'Lift it' }).click();
  await dialog.getByText('Lifted.').waitFor();
  t.equal((await lsRemote()).code, 0);
  t.strictSame(faults, []);
});

void t.test('whom a lock of the page excepts goes on with git, while another’s clone is cut', async (t) => {
  const { port, username, password } = await startRedis(t);
  const demo = await peopleAtThePage(t, `redis://${username}:${password}@127.0.0.1:${port}`);
  const { api, person, git, gitAddress, faults } = demo;
  const responder = await anotherDeveloper(await demo.store(), 'Rosa Responder');
  for (const who of ['developer', responder] as const) {
    for (const repository of ['demo/slow', 'demo/app']) {
      const { body } = await api(who, 'requests', anAsk(repository, { duration: '40s' }));
      t.equal((await api('approver', `requests/${body.id}/approve`, {})).status, 200);
    }
  }
  const operator = await person('admin', '/now');
  const client = await git();
  const cloneOf = (who: typeof responder | 'developer', name: string) =>
    client.start(['clone', `${gitAddress(who)}/demo/slow`, name]);
  const clone = cloneOf('developer', 'stopped');
  const excepted = cloneOf(responder, 'goes-on');
  const rowOf = (name: string) => operator.locator('li', { hasText: `${name}: fetch demo/slow` });
  await Promise.all([rowOf('Dana Developer').waitFor(), rowOf('Rosa Responder').waitFor()]);

  await operator.getByRole('button', { name: 'Stop access' }).click();
  const dialog = operator.getByRole('dialog');
  const except = dialog.getByLabel('Except', { exact: false });
  t.equal(await except.count(), 0, 'a lock on a person excepts nobody');
  await dialog.getByLabel('A host').check();
  await dialog.getByLabel('Its name').fill('demo');
  await except.fill('Ros');
  await dialog.getByLabel('Reason').fill('the host is being looked at');
  await dialog.getByRole('button', { name: 'Lock now' }).click();
  await dialog.getByText('“Ros” is nobody’s id').waitFor();
  t.strictSame((await api('admin', 'locks')).body.locks, [], 'nothing is sent of a form that names nobody');
  await except.fill('Rosa');
  await operator.getByRole('option', { name: /^Rosa Responder · .* · P-/ }).click();
  await dialog.getByRole('radio', { name: '1 hour' }).focus();
  await operator.keyboard.press('Space');
  await dialog.getByRole('button', { name: 'Lock now' }).click();
  await dialog.getByText('Locked.').waitFor();
  t.match(await textOf(operator, '[role=dialog] [role=status]'), /Cut 1 running fetch/);
  await dialog.getByRole('button', { name: 'Close', exact: true }).last().click();

  const cut = await clone.finished;
  t.not(cut.code, 0);
  t.match(cut.stderr, /the host is being looked at/);
  await rowOf('Dana Developer').waitFor({ state: 'detached' });
  t.equal(await rowOf('Rosa Responder').count(), 1);
  const row = operator.locator('li', { hasText: 'all of demo' });
  t.match(
    await wordsOf(row),
    /the host is being looked at · by Adam Admin, .* · ends in (59 min|1 h)[^·]* · except Rosa Responder/,
  );
  const lsRemote = (who: typeof responder | 'developer') =>
    client.run(['ls-remote', `${gitAddress(who)}/demo/app`]);
  t.match(await lsRemote('developer'), { code: 128, stderr: /the host is being looked at/ });
  t.match(await lsRemote(responder), { code: 0 });

  // The excepted clone ran until its own end, which somebody makes now.
  await rowOf('Rosa Responder').getByRole('button', { name: /^Cut/ }).click();
  await dialog.getByLabel('Reason').fill('that will do');
  await dialog.getByRole('button', { name: 'Cut now' }).click();
  const ended = await excepted.finished;
  t.match(ended.stderr, /that will do/);
  t.notMatch(ended.stderr, /being looked at/);
  t.strictSame(faults, []);
});

void t.test('what changes on one node shows in the pages of another, without their asking', async (t) => {
  const { port, username, password } = await startRedis(t);
  const peopleOfTwo = await peopleAtThePage(t, `redis://${username}:${password}@127.0.0.1:${port}`);
  const { api, person, git, accounts, faults } = peopleOfTwo;
  const elsewhere = await peopleOfTwo.secondNode();
  const there = (account: 'developer' | 'approver' | 'admin', path: string, data: unknown) =>
    api(account, path, data, elsewhere);
  // No poll comes into it: the pages' timers that go off again and again never do.
  const still = async (account: 'developer' | 'approver' | 'admin', path: string, shown: string) => {
    const page = await person(account, path);
    await page.addInitScript('window.setInterval = () => 0');
    await page.reload();
    await page.waitForSelector(`text=${shown}`);
    return page;
  };
  const developer = await still('developer', '/', 'Nothing is open to you right now');
  const approver = await still('approver', '/approvals', 'Nothing waits');
  const operator = await still('admin', '/now', 'Nothing is running');

  const { body: request } = await there('developer', 'requests', anAsk('demo/slow', { duration: '40s' }));
  await approver.locator('li', { hasText: 'demo/slow' }).waitFor();
  await there('approver', `requests/${request.id}/approve`, {});
  await developer.locator('article', { hasText: 'demo/slow' }).waitFor();

  const address = elsewhere.replace('https://', `https://git:${accounts.developer.git}@`);
  const clone = (await git()).start(['clone', `${address}/demo/slow`]);
  const running = operator.locator('li', { hasText: 'fetch demo/slow' });
  await running.waitFor();
  await there('admin', 'locks', { repository: 'demo/slow', reason: 'an incident' });
  await operator.locator('li', { hasText: 'an incident' }).waitFor();
  t.not((await clone.finished).code, 0);
  await running.waitFor({ state: 'detached' });
  t.strictSame(faults, []);
});

void t.test('who looks after nothing is shown no way there, and an auditor no buttons', async (t) => {
  const { person } = await people(t);
  const developer = await person('developer', '/');
  t.equal(await developer.getByRole('link', { name: 'Now' }).count(), 0);
  const auditor = await person('auditor', '/now');
  await auditor.waitForSelector('text=Nothing is locked');
  t.equal(await auditor.getByRole('button', { name: /Stop access|Lift|Cut/ }).count(), 0);
});
