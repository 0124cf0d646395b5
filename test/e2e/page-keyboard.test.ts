import type { Page } from 'playwright-core';
import t from 'tap';
import { phone } from '../servers/chromium.ts';
import { settled } from './axe.ts';
import { sharedPeople, textOf } from './page-people.ts';

t.setTimeout(300_000);

const people = sharedPeople();

const named = `(() => {
  const { activeElement: element } = document;
  const label = element.labels?.[0]?.innerText ?? '';
  return (element.getAttribute('aria-label') ?? '') + ' ' + label + ' ' + element.innerText;
})()`;

/** Presses Tab until what has the focus is called so, as a person would who sees where they are. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  const seen: string[] = [];
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press('Tab');
    const now = ((await page.evaluate(named)) as string).replaceAll('\u00a0', ' ').trim();
    if (name.test(now)) return;
    seen.push(now);
  }
  throw new Error(`${name} is not reached: ${seen.join(' | ')}`);
}

for (const [where, viewport] of [
  ['a desk', { width: 1280, height: 800 }],
  ['a phone', phone],
] as const) {
  void t.test(`by keyboard on ${where}: two repositories in one request, one answer`, async (t) => {
    const { api, person, faults } = await people(t);
    const developer = await person('developer', '/ask', { viewport });
    await settled(developer);
    await tabTo(developer, /^Repository/);
    await developer.keyboard.type('demo/vault');
    await tabTo(developer, /^Another repository/);
    await developer.keyboard.press('Enter');
    await developer.getByRole('group', { name: 'Repository 2' }).waitFor();
    t.match(await developer.evaluate(named), /^\s*Repository/, 'the new field has the focus');
    await developer.keyboard.type('demo/app');
    await tabTo(developer, /^Fetch/);
    await developer.keyboard.press('ArrowDown');
    await tabTo(developer, /^Reason/);
    await developer.keyboard.type('restore the backups of last week');
    await tabTo(developer, /^Ask for access/);
    await developer.keyboard.press('Enter');

    await developer.getByText('Name a ticket like OPS-[0-9]+.').waitFor();
    await developer.waitForSelector('textarea:focus');
    const summary = (await textOf(developer, 'form')).replaceAll(/\s+/g, ' ');
    t.match(summary, /fetch demo\/vault critical .* push to demo\/app Refs refs\/heads\/\*\*/);
    t.match(summary, /At most 30 min, by the rule for demo\/vault\./);
    t.match(summary, /Ends \d\d:\d\d IST( tomorrow)? if approved now 30 min, counted from the approval/);
    await developer.keyboard.press('End');
    await developer.keyboard.type(', OPS-12');
    await tabTo(developer, /^Ask for access/);
    await developer.keyboard.press('Enter');
    await developer.waitForURL(/\/a\/R-/);
    const id = new URL(developer.url()).pathname.slice('/a/'.length);
    t.match((await api('developer', `requests/${id}`)).body, {
      state: 'pending',
      duration: '30m',
      reason: 'restore the backups of last week, OPS-12',
      scopes: [
        { repository: 'demo/app', right: 'push' },
        { repository: 'demo/vault', right: 'fetch' },
      ],
    });

    const approver = await person('approver', `/a/${id}`, { viewport });
    await settled(approver);
    await tabTo(approver, /^Approve for less/);
    await approver.keyboard.press('Enter');
    await tabTo(approver, /^\s*5 min/);
    await approver.keyboard.press('ArrowRight');
    await tabTo(approver, /^Comment/);
    await approver.keyboard.type('half the time will do');
    await tabTo(approver, /^Approve for 15 min/);
    await approver.keyboard.press('Enter');
    await approver.getByText('Your answer is recorded.').waitFor();
    const { body } = await api('developer', `requests/${id}`);
    t.match(body, { state: 'approved', comment: 'half the time will do' });
    t.equal(body.grantIds.length, 2);
    for (const grantId of body.grantIds) {
      const { grants } = (await api('developer', 'grants?mine=true')).body;
      const grant = grants.find((one: { id: string }) => one.id === grantId);
      t.equal(grant.endsAt - grant.issuedAt, 15 * 60_000);
    }
    t.strictSame(faults, []);
  });
}

void t.test('by keyboard: a request is denied, and the person reads why', async (t) => {
  const { api, person, faults } = await people(t);
  const { body: request } = await api('developer', 'requests', {
    scopes: [{ repository: 'demo/docs', right: 'fetch' }],
    duration: '1h',
    reason: 'look something up',
  });
  const approver = await person('approver', `/a/${request.id}`, { viewport: phone });
  await settled(approver);
  await tabTo(approver, /^Deny$/);
  await approver.keyboard.press('Enter');
  await approver.waitForSelector('[role=dialog] textarea:focus');
  await approver.keyboard.type('it is in the handbook');
  await tabTo(approver, /^Deny$/);
  await approver.keyboard.press('Enter');
  await approver.getByText('Your answer is recorded.').waitFor();
  const developer = await person('developer', `/a/${request.id}`);
  await settled(developer);
  t.match(await textOf(developer, 'main'), /Ana Approver denied at \d\d:\d\d IST: “it is in the handbook”/);
  t.strictSame(faults, []);
});
