import type { Page } from 'playwright-core';
import t from 'tap';
import { phone } from '../servers/chromium.ts';
import { anAsk, peopleAtThePage, sharedPeople, textOf, wordsOf } from './page-people.ts';

t.setTimeout(600_000);

/** For the tests that leave nothing behind which another one minds. */
const people = sharedPeople();

void t.test('asked from a refusal’s link, approved on a phone, cloned, ended: all in the page', async (t) => {
  const { https, ssh, api, person, git, gitAddress, faults } = await peopleAtThePage(t);
  const client = await git();
  const refused = await client.run(['clone', `${gitAddress('developer')}/demo/app`]);
  const [, link = ''] = /ask: (https:\S+)/.exec(refused.stderr) ?? [];

  // The developer, by keyboard alone: the reason is all that is missing.
  const developer = await person(
    'developer',
    link.replace('right=fetch', 'right=push&ref=refs/heads/fix/**'),
  );
  await developer.waitForSelector('form');
  t.equal(await developer.inputValue('input[placeholder^="upstream/path"]'), 'demo/app');
  t.ok(await developer.locator('input[value=push]').isChecked());
  t.match(await textOf(developer, 'form'), /refs\/heads\/fix\/\*\*/);
  await developer.waitForSelector('form >> text=seen in the last 30 days');
  t.match(
    await textOf(developer, 'form'),
    /one of approvers; never yourself\s+seen in the last 30 days: Ana Approver/,
  );
  t.match(await textOf(developer, 'form'), /Ends\s+\d\d:\d\d IST( tomorrow)? if approved now/);
  await developer.locator('textarea').focus();
  await developer.keyboard.type('fix the build');
  await developer.getByRole('button', { name: 'Ask for access' }).focus();
  await developer.keyboard.press('Enter');
  await developer.waitForURL(/\/a\/R-/);
  await developer.waitForSelector('blockquote');
  t.match(await textOf(developer, 'main'), /waits for approvers/);
  t.match(await textOf(developer, 'main'), /anyone of approvers; seen in the last 30 days: Ana Approver\)/);
  t.equal(
    await developer.getByRole('button', { name: 'Approve' }).count(),
    0,
    'nobody answers their own request',
  );

  // The approver opens the link on a phone, signed out, and is at the request right after signing in.
  const address = new URL(developer.url());
  const approver = await person('approver', address.pathname, { viewport: phone });
  await approver.waitForSelector('blockquote');
  t.equal(new URL(approver.url()).pathname, address.pathname);
  t.match(
    await textOf(approver, 'main'),
    /Dana Developer[\s\S]*push to\s+demo\/app[\s\S]*refs\/heads\/fix\/\*\*/,
  );
  t.match(
    await textOf(approver, 'main'),
    /until \d\d:\d\d IST \(\d\d:\d\d UTC\)( tomorrow)?\s+if approved now: 1 h/,
  );
  for (const name of ['Deny', 'Approve']) {
    const box = await approver.getByRole('button', { name, exact: true }).boundingBox();
    t.ok(box !== null && box.height >= 48 && box.width >= 120, `${name} is large enough for a thumb`);
    t.ok(box !== null && box.y + box.height <= phone.height, `${name} is in reach without scrolling`);
  }
  await approver.getByRole('button', { name: 'Approve', exact: true }).focus();
  await approver.keyboard.press('Enter');
  await approver.waitForSelector('text=Your answer is recorded.');

  // The developer's page shows it by itself, and the grant as the API has it, to the second.
  await developer.waitForSelector('text=Go to my access');
  await developer.click('text=Go to my access');
  await developer.waitForSelector('[role=timer]');
  const [grant] = (await api('developer', 'grants?mine=true')).body.grants;
  t.equal(await developer.getAttribute('article time', 'datetime'), new Date(grant.endsAt).toISOString());
  const first = await textOf(developer, '[role=timer]');
  await developer.waitForSelector(`[role=timer]:not(:text-is("${first}"))`);
  t.match(await textOf(developer, '[role=timer]'), /^59 min \d\d s left$/);

  t.strictSame((await developer.locator('article code').allTextContents()).slice(-2), [
    `git clone ${https}/demo/app.git`,
    `git clone ${ssh.replace('ssh://', 'ssh://git@')}/demo/app.git`,
  ]);
  await client.must(['clone', `${gitAddress('developer')}/demo/app.git`]);

  await developer.getByRole('button', { name: 'End now' }).click();
  await developer.waitForSelector('text=Nothing is running on it.');
  await developer.getByRole('dialog').getByRole('button', { name: 'End now' }).click();
  await developer.waitForSelector('text=Nothing is open to you right now');
  await developer.getByRole('dialog').getByText('Ended.').waitFor();
  t.match(await textOf(developer, 'main'), /ended early by you at \d\d:\d\d IST: “done early”/);
  t.strictSame(faults, []);
});

void t.test('who comes second to a request is told who decided it (J4)', async (t) => {
  const { api, person } = await people(t);
  const { body: request } = await api('developer', 'requests', anAsk('demo/app'));
  const approver = await person('approver', `/a/${request.id}`, { viewport: phone });
  const approve = approver.getByRole('button', { name: 'Approve', exact: true });
  await approve.waitFor();
  // The page does not hear of it before the button is pressed.
  await approver.route('**/api/requests/*', (route) =>
    route.request().method() === 'GET' ? undefined : route.continue(),
  );
  t.equal((await api('approver', `requests/${request.id}/deny`, { comment: 'not today' })).status, 200);
  await approve.click();
  await approver.waitForSelector('[role=alert], [role=status]');
  t.match(await textOf(approver, 'main'), /denied by Ana Approver at \d\d:\d\d:\d\d IST/);
  await approver.unrouteAll({ behavior: 'ignoreErrors' });
});

/** For 15 minutes and main alone. */
async function approveForLess(approver: Page): Promise<void> {
  await approver.click('text=Approve for less…');
  await approver.locator('label', { hasText: '15\u00a0min' }).click();
  await approver.getByPlaceholder(/refs\/heads\/fix/).fill('main');
  await approver.getByRole('button', { name: /Approve for 15\smin/ }).click();
  await approver.waitForSelector('text=Your answer is recorded.');
}

void t.test('an approval can be shorter and narrower, and a denial says why', async (t) => {
  const { api, person } = await peopleAtThePage(t);
  const scopes = [{ repository: 'demo/app', right: 'push' }];
  const { body: first } = await api('developer', 'requests', anAsk('demo/app', { scopes, duration: '2h' }));
  const approver = await person('approver', `/a/${first.id}`);
  await approveForLess(approver);
  const [grant] = (await api('developer', 'grants?mine=true')).body.grants;
  t.equal(grant.endsAt - grant.issuedAt, 15 * 60_000);
  t.strictSame(grant.scope.refs, ['refs/heads/main']);

  const { body: second } = await api('developer', 'requests', anAsk('demo/docs'));
  await approver.goto(new URL(`/a/${second.id}`, approver.url()).href);
  await approver.getByRole('button', { name: 'Deny' }).click();
  await approver.getByRole('dialog').getByRole('button', { name: 'Deny' }).click();
  await approver.waitForSelector('text=Say why, in a few words.');
  await approver.getByRole('dialog').locator('textarea').fill('ask next week');
  await approver.getByRole('dialog').getByRole('button', { name: 'Deny' }).click();
  await approver.waitForSelector('text=Your answer is recorded.');
  t.match((await api('developer', `requests/${second.id}`)).body, {
    state: 'denied',
    comment: 'ask next week',
  });
});

void t.test('a countdown stops at its end, and the card goes to what has ended', async (t) => {
  const { api, person } = await peopleAtThePage(t);
  const developer = await person('developer', '/');
  const { body: request } = await api('developer', 'requests', anAsk('demo/slow', { duration: '4s' }));
  await api('approver', `requests/${request.id}/approve`, {});
  await developer.waitForSelector('[role=timer]');
  await developer.waitForSelector('text=as planned');
  t.equal(await developer.locator('[role=timer]').count(), 0);
  t.match(await textOf(developer, 'main'), /demo\/slow[\s\S]*ended at \d\d:\d\d IST, as planned/);
});

void t.test('a credential made in the page works with git until it is revoked there', async (t) => {
  const { https, api, person, git } = await people(t);
  const { body: request } = await api('developer', 'requests', anAsk('demo/app'));
  await api('approver', `requests/${request.id}/approve`, {});
  const developer = await person('developer', '/credentials');
  await developer.getByRole('button', { name: 'Make a credential' }).click();
  await developer.getByLabel('Name').fill('laptop');
  await developer.getByRole('button', { name: 'Make it' }).click();
  await developer.waitForSelector('text=shown this once');
  const secret = await textOf(developer, '[role=dialog] code');
  const client = await git();
  const lsRemote = () =>
    client.run(['ls-remote', https.replace('https://', `https://git:${secret}@`).concat('/demo/app')]);
  t.equal((await lsRemote()).code, 0);

  await developer.getByRole('button', { name: 'I have copied it' }).click();
  await developer.waitForSelector('[role=dialog]', { state: 'detached' });
  t.notOk((await developer.content()).includes(secret), 'the page forgets the secret');
  await developer.getByRole('button', { name: 'Revoke laptop' }).click();
  await developer.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await developer.waitForSelector('role=button[name="Revoke laptop"]', { state: 'detached' });
  t.not((await lsRemote()).code, 0);
});

void t.test('the page says of one ref what git then is told of a push to it', async (t) => {
  const { api, person, git, gitAddress, faults } = await people(t);
  const scopes = [{ repository: 'demo/app', right: 'push', refs: ['refs/heads/fix/**'] }];
  const { body: request } = await api('developer', 'requests', anAsk('demo/app', { scopes }));
  const { grantIds } = (await api('approver', `requests/${request.id}/approve`, {})).body;
  const client = await git();
  await client.must(['clone', '-q', `${gitAddress('developer')}/demo/app`, 'of-one-ref']);
  const push = (branch: string) =>
    client.run(['-C', 'of-one-ref', 'push', 'origin', `HEAD:refs/heads/${branch}`]);
  const developer = await person('developer', '/repositories?name=demo/app');
  const field = developer.getByLabel('Branch or ref');
  t.equal(await field.inputValue(), '');
  const answer = developer.getByRole('status').filter({ hasText: 'push' });
  await answer.getByText(`Grant ${grantIds[0]} covers it until`).waitFor();

  await field.fill('fix/one');
  await answer.getByText(`Grant ${grantIds[0]} covers refs/heads/fix/one until`).waitFor();
  t.equal((await push('fix/one')).code, 0);

  await field.fill('other');
  const sentence = `refs/heads/other is outside ${grantIds[0]}, which covers refs/heads/fix/**`;
  await answer.getByText(`${sentence}.`, { exact: true }).waitFor();
  t.match(await wordsOf(answer), /^no push/);
  const refused = await push('other');
  t.not(refused.code, 0);
  t.ok(refused.stderr.includes(sentence), refused.stderr);

  await field.fill('fix/**');
  await developer.getByText('No name that a ref can have').waitFor();
  await answer.getByText(`Grant ${grantIds[0]} covers it until`).waitFor();
  await field.fill('other');
  await answer.getByRole('link', { name: 'Ask for it' }).click();
  await developer.waitForSelector('form textarea');
  t.equal(new URL(developer.url()).search, '?right=push&ref=refs/heads/other');
  t.match(await textOf(developer, 'form'), /refs\/heads\/other/);
  t.strictSame(faults, []);
});

void t.test(
  'a push that was asked for updates alone moves a branch, and makes and removes none',
  async (t) => {
    const { api, person, git, gitAddress, faults } = await peopleAtThePage(t);
    const developer = await person('developer', '/ask/demo/app?right=push', { viewport: phone });
    await developer.getByText('What it may do to them: create, update and delete').waitFor();
    t.equal(await developer.getByLabel('Create').isVisible(), false, 'folded away');
    await developer.getByText('What it may do to them').click();
    for (const kind of ['Create', 'Update', 'Delete']) await developer.getByLabel(kind).uncheck();
    await developer.locator('textarea').fill('move main');
    await developer.getByRole('button', { name: 'Ask for access' }).click();
    await developer.getByText('Choose at least one.').waitFor();
    await developer.getByLabel('Update').check();
    await developer.getByText('What it may do to them: update only').waitFor();
    await developer.getByRole('button', { name: 'Ask for access' }).click();
    await developer.waitForURL(/\/a\/R-/);
    await developer.waitForSelector('blockquote');
    t.match(await textOf(developer, 'main'), /refs\/heads\/\*\*\s+update only/);

    const approver = await person('approver', new URL(developer.url()).pathname, { viewport: phone });
    await approver.waitForSelector('blockquote');
    t.match(await textOf(approver, 'main'), /push to\s+demo\/app\s+refs\/heads\/\*\*\s+update only/);
    await approveForLess(approver);
    const [grant] = (await api('developer', 'grants?mine=true')).body.grants;
    t.match(grant.scope, { refs: ['refs/heads/main'], kinds: ['update'] });
    t.equal(grant.endsAt - grant.issuedAt, 15 * 60_000);
    await developer.click('text=Go to my access');
    await developer.waitForSelector('article');
    t.match(await textOf(developer, 'article'), /refs\/heads\/main\s+update only/);

    const client = await git();
    await client.must(['clone', '-q', `${gitAddress('developer')}/demo/app`, 'app']);
    const who = ['-c', 'user.name=Dana', '-c', 'user.email=dana@demo.example'];
    await client.must(['-C', 'app', ...who, 'commit', '-q', '--allow-empty', '-m', 'moved']);
    const push = (refspec: string) => client.run(['-C', 'app', 'push', 'origin', refspec]);
    t.equal((await push('HEAD:refs/heads/main')).code, 0);
    const covers = `is outside ${grant.id}, which covers update of refs/heads/main`;
    for (const [refspec, outside] of [
      ['HEAD:refs/heads/new', `to create refs/heads/new ${covers}`],
      [':refs/heads/main', `to delete refs/heads/main ${covers}`],
    ] as const) {
      const { code, stderr } = await push(refspec);
      t.not(code, 0);
      t.ok(stderr.includes(outside), stderr);
    }
    t.strictSame(faults, []);
  },
);

void t.test('who asks again asks for the kinds of update that they asked for', async (t) => {
  const { api, person } = await people(t);
  const scopes = [{ repository: 'demo/again', right: 'push', kinds: ['update'] }];
  const { body: request } = await api('developer', 'requests', anAsk('demo/again', { scopes }));
  await api('approver', `requests/${request.id}/deny`, { comment: 'not today' });
  const developer = await person('developer', `/a/${request.id}`);
  await developer.getByRole('link', { name: 'Ask again' }).click();
  await developer.getByText('What it may do to them: update only').waitFor();
  await developer.locator('textarea').fill('today then');
  await developer.getByRole('button', { name: 'Ask for access' }).click();
  await developer.waitForURL((url) => /^\/a\/R-/.test(url.pathname) && !url.pathname.endsWith(request.id));
  const id = new URL(developer.url()).pathname.slice('/a/'.length);
  t.strictSame((await api('developer', `requests/${id}`)).body.scopes, request.scopes);
});
