import t from 'tap';
import { settled } from './axe.ts';
import { sharedPeople, textOf } from './page-people.ts';

t.setTimeout(300_000);

const people = sharedPeople();
/** Markup, a text turned around, a separator that ends lines, and a mark that is not there. */
const hostile = '<b onmouseover=alert(1)>x</b> \u202eevil\u202c\u2028\u200b';
const shown = '<b onmouseover=alert(1)>x</b> \\u202Eevil\\u202C\\u2028\\u200B';

void t.test(
  'a hostile name of a credential is seen for what it is, in lists, labels and windows',
  async (t) => {
    const { person, faults } = await people(t);
    const developer = await person('developer', '/credentials');
    await settled(developer);
    await developer.getByRole('button', { name: 'Make a credential' }).click();
    await developer.getByRole('dialog').getByLabel('Name').fill(hostile);
    await developer.getByRole('button', { name: 'Make it' }).click();
    await developer.getByRole('button', { name: 'I have copied it' }).click();
    const revoke = developer.getByRole('button', { name: `Revoke ${shown}`, exact: true });
    await revoke.waitFor();
    // The window goes in its own time.
    await developer.getByRole('dialog').waitFor({ state: 'detached' });
    t.ok((await textOf(developer, 'main')).includes(shown));
    await revoke.click();
    await developer.getByRole('dialog').waitFor();
    t.ok((await textOf(developer, '[role=dialog]')).includes(shown));
    t.equal(await developer.locator('b[onmouseover]').count(), 0);
    t.strictSame(faults, []);
  },
);

void t.test(
  'what a hostile link fills in is seen for what it is, and what it may not fill in is left out',
  async (t) => {
    const { person, faults } = await people(t);
    const ref = `refs/heads/${hostile}`;
    const query = new URLSearchParams({ right: 'push', ref, reason: hostile, evil: '1' });
    const developer = await person('developer', `/ask/demo/app?${query}`);
    await settled(developer);
    t.ok((await textOf(developer, 'form')).includes(`refs/heads/${shown}`));
    t.equal(await developer.locator('b[onmouseover]').count(), 0);
    await developer.goto(
      new URL(`/repositories?name=${encodeURIComponent(`demo/${hostile}`)}`, developer.url()).href,
    );
    await settled(developer);
    t.equal(await developer.locator('b[onmouseover]').count(), 0);
    t.strictSame(faults, []);
  },
);
