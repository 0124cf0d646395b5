import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import t, { type Test } from 'tap';
import { makeEd25519Key } from '../../certs/host-keys.ts';
import { sluiceProgram } from '../servers/clone.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';
import { aTerminal, type Terminal } from '../servers/terminal.ts';
import { sharedPeople, textOf } from './page-people.ts';

t.setTimeout(300_000);

const people = sharedPeople();
type People = Awaited<ReturnType<typeof people>>;

/** Both commands that show a link, and what its page says of what they get. */
const commands: readonly {
  readonly name: string;
  start(t: Test, people: People, home: string): Promise<Terminal>;
  readonly asks: string;
  readonly does: RegExp;
  readonly done: RegExp;
}[] = [
  {
    name: 'ssh with a key that is not known',
    async start(t, { ssh }, home) {
      const file = join(home, 'key');
      await writeFile(file, makeEd25519Key('x').text, { mode: 0o600 });
      const options = ['UserKnownHostsFile=/dev/null', 'StrictHostKeyChecking=no', 'IdentitiesOnly=yes'];
      const { port } = new URL(ssh);
      return aTerminal(
        t,
        ['ssh', '-F', 'none', '-p', port, '-i', file, ...options.flatMap((one) => ['-o', one]), 'localhost'],
        { HOME: home },
      );
    },
    asks: 'A terminal asks to use git here with this SSH key.',
    does: /Then whoever holds the key uses git here as Dana Developer, for 12 h\./,
    done: /The key SHA256:\S{43} is yours until /,
  },
  {
    name: 'sluice login --ssh',
    start: async (t, { https, caFile }, home) =>
      aTerminal(t, [process.execPath, ...sluiceProgram, 'login', '--ssh', '--for', '2h', '--ca', caFile], {
        SLUICE_URL: https,
        HOME: home,
      }),
    asks: 'A terminal asks for an SSH certificate over this key, to use git here.',
    does: /Then it has a certificate, and uses git here as Dana Developer, for 2 h\./,
    done: /The certificate over its key SHA256:\S{43} is good until /,
  },
];

const said = (page: Page): Promise<string> => textOf(page, 'main');

for (const { name, start, asks, does, done } of commands)
  void t.test(
    `the page of a link by ${name} says what the terminal gets, shows its code, and is done`,
    async (t) => {
      const demo = await people(t);
      const terminal = await start(t, demo, await temporaryDirectory(t));
      const [, link = ''] = await terminal.reads(/sign in: (https:\S+)/);
      const page = await demo.person('developer', link);
      await page.getByRole('button', { name: 'show the code' }).waitFor();
      const before = await said(page);
      t.match(before, asks);
      t.match(before, does);
      await page.getByRole('button', { name: 'show the code' }).click();
      const code = ((await page.getByLabel(/^code /).textContent()) ?? '').replaceAll(/\s/g, '');
      t.match(code, /^\d{6}$/);
      terminal.types(code);
      t.equal(await terminal.ended, 0, terminal.shown);
      await page.getByText('Done: the terminal goes on.').waitFor();
      t.match(await said(page), done);
      t.strictSame(demo.faults, []);
    },
  );

void t.test('the page of a link whose command was stopped says that it has ended', async (t) => {
  const demo = await people(t);
  const [, login] = commands;
  const terminal = await login?.start(t, demo, await temporaryDirectory(t));
  const [, link = ''] = (await terminal?.reads(/sign in: (https:\S+)/)) ?? [];
  const page = await demo.person('developer', link);
  await page.getByRole('button', { name: 'show the code' }).waitFor();
  terminal?.writes('\x03');
  await page.getByText(/this link has ended/i).waitFor();
  t.equal(await page.getByRole('button', { name: 'show the code' }).count(), 0);
});
