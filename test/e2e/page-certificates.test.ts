import { readFile, writeFile } from 'node:fs/promises';
import type { Locator, Page } from 'playwright-core';
import t from 'tap';
import { phone } from '../servers/chromium.ts';
import { sshClient } from '../servers/ssh.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';
import { keygen, makeKey } from '../ssh/openssh.ts';
import { findings, settled } from './axe.ts';
import { sharedPeople, wordsOf } from './page-people.ts';

t.setTimeout(300_000);

const people = sharedPeople();

/** The window in which a certificate is asked for. */
async function asking(page: Page): Promise<Locator> {
  await page.getByRole('button', { name: 'Get a certificate' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Public key').waitFor();
  return dialog;
}

/** Bodies of the calls that the page makes from now on. */
function bodies(page: Page): string[] {
  const sent: string[] = [];
  page.on('request', (request) => {
    if (request.method() !== 'GET') sent.push(request.postData() ?? '');
  });
  return sent;
}

void t.test(
  'a certificate that the page downloads lets the real ssh in, until it is revoked there',
  async (t) => {
    const { api, ssh, person, faults } = await people(t);
    const file = `${await temporaryDirectory(t)}/id_ed25519`;
    const publicKey = await makeKey(file);
    const developer = await person('developer', '/credentials');
    const knownHosts = (await developer.evaluate(
      "fetch('/setup/known_hosts').then((one) => one.text())",
    )) as string;
    const [, ...hostKey] = (knownHosts.split('\n').find((line) => line.startsWith('[')) ?? '').split(' ');
    const client = await sshClient(t, Number(new URL(ssh).port), hostKey.join(' '), [file]);
    t.not((await client.run(undefined)).code, 0, 'the key alone is nobody’s');

    const dialog = await asking(developer);
    await dialog.getByLabel('Public key').fill(publicKey);
    await dialog.getByLabel('Name').fill('from the page');
    await dialog.getByText('8\u00a0h', { exact: true }).click();
    await dialog.getByRole('button', { name: 'Sign it' }).click();
    const [download] = await Promise.all([
      developer.waitForEvent('download'),
      dialog.getByRole('button', { name: 'Download id_ed25519-cert.pub' }).click(),
    ]);
    t.equal(download.suggestedFilename(), 'id_ed25519-cert.pub');
    const line = await readFile(await download.path(), 'utf8');
    t.ok((await wordsOf(dialog)).includes(line.trim()), 'the same is shown');
    await dialog.getByRole('button', { name: 'Copy the certificate' }).waitFor();
    t.match(await wordsOf(dialog), 'mv ~/Downloads/id_ed25519-cert.pub ~/.ssh/');

    await writeFile(`${file}-cert.pub`, line);
    const looked = await keygen('-L', '-f', `${file}-cert.pub`);
    const { keys, now } = (await api('developer', 'keys')).body;
    const key = keys.find(({ name }: { name: string }) => name === 'from the page');
    t.match(looked, `Public key: ED25519-CERT ${key.fingerprint}`);
    const until = Date.parse(`${/to (\S+)/.exec(looked)?.[1]}Z`);
    t.ok(Math.abs(until - key.endsAt) < 2_000 && Math.abs(until - now - 8 * 3_600_000) < 60_000, looked);
    t.equal(
      await dialog.locator('time').getAttribute('datetime'),
      new Date(Math.min(until, key.endsAt)).toISOString(),
    );
    const greeted = await client.run(undefined);
    t.equal(greeted.code, 0, greeted.stderr);
    t.match(greeted.stdout, 'Dana Developer');

    await dialog.getByRole('button', { name: 'Done' }).click();
    const row = developer.locator('li', { hasText: 'from the page' });
    await row.getByRole('button', { name: 'Revoke' }).click();
    await developer.getByRole('dialog').getByRole('button', { name: 'Revoke', exact: true }).click();
    await row.waitFor({ state: 'detached' });
    t.not((await client.run(undefined)).code, 0, 'revoked');
    t.strictSame(faults, []);
  },
);

void t.test('a private key leaves neither the browser nor a trace in the field', async (t) => {
  const { person, faults } = await people(t);
  const file = `${await temporaryDirectory(t)}/id_ed25519`;
  const publicKey = await makeKey(file);
  const privateKey = await readFile(file, 'utf8');
  const developer = await person('developer', '/credentials');
  const sent = bodies(developer);
  const middle = privateKey.split('\n')[2] ?? '';
  for (const [opens, does] of [
    ['Get a certificate', 'Sign it'],
    ['Add an SSH key', 'Add it'],
  ] as const) {
    await developer.getByRole('button', { name: opens }).click();
    const dialog = developer.getByRole('dialog');
    const field = dialog.getByLabel('Public key');
    for (const pasted of [privateKey, `${publicKey}${privateKey}`, middle]) {
      await field.fill(publicKey);
      await field.fill(pasted);
      await dialog.getByText('That is a private key, or part of one. It was not sent').waitFor();
      t.equal(await field.inputValue(), '');
      t.equal(await field.getAttribute('aria-invalid'), 'true');
      await dialog.getByRole('button', { name: does }).click();
      await field.press('Control+z');
      t.notMatch(await field.inputValue(), middle);
    }
    t.notMatch(await developer.content(), middle);
    await field.fill(publicKey);
    await dialog.getByText('That is a private key').waitFor({ state: 'detached' });
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'detached' });
  }
  t.strictSame(sent, []);
  t.strictSame(faults, []);
});

void t.test('what the API says of the key stands at its field until that is changed', async (t) => {
  const { person, faults } = await people(t);
  const developer = await person('developer', '/credentials');
  const dialog = await asking(developer);
  const field = dialog.getByLabel('Public key');
  await dialog.getByRole('button', { name: 'Sign it' }).click();
  await dialog.getByText('Paste the public key.').waitFor();
  for (const [pasted, said] of [
    ['hello', /That is no public key; it is one line like .+\.$/],
    ['ssh-dss AAAAB3NzaC1kc3M=', /DSA keys are too weak to be accepted/],
    ['ssh-ed25519 AAAAC', /The base64 of the key is cut off or changed\.$/],
  ] as const) {
    await field.fill(pasted);
    await dialog.getByRole('button', { name: 'Sign it' }).click();
    const error = dialog.locator('p[id$=-error]');
    await error.filter({ hasText: said }).waitFor();
    t.ok(
      (await field.getAttribute('aria-describedby'))
        ?.split(' ')
        .includes(String(await error.getAttribute('id'))),
    );
    t.equal(await field.getAttribute('aria-invalid'), 'true');
    t.equal(await dialog.getByRole('alert').count(), 0, 'nowhere else');
    await field.fill(`${pasted} `);
    await error.waitFor({ state: 'detached' });
  }
  t.strictSame(faults, []);
});

void t.test('the window and what it answers are clean for axe and fit a phone, light and dark', async (t) => {
  const { person, faults } = await people(t);
  const publicKey = await makeKey(`${await temporaryDirectory(t)}/key`, ['-t', 'rsa', '-b', '3072']);
  const developer = await person('developer', '/credentials', { reducedMotion: 'reduce' });
  for (const [colorScheme, size] of [
    ['light', { width: 1280, height: 800 }],
    ['dark', phone],
  ] as const) {
    await developer.emulateMedia({ colorScheme });
    await developer.setViewportSize(size);
    await settled(developer);
    const dialog = await asking(developer);
    t.strictSame(await findings(developer), [], `asked, ${colorScheme}`);
    await dialog.getByLabel('Public key').fill(publicKey);
    await dialog.getByRole('button', { name: 'Sign it' }).click();
    await dialog.getByRole('button', { name: 'Download id_rsa-cert.pub' }).waitFor();
    t.strictSame(await findings(developer), [], `signed, ${colorScheme}`);
    t.equal(
      await developer.evaluate(
        `(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(document.querySelector('[role=dialog]'))`,
      ),
      0,
      'nothing stands out of it',
    );
    await dialog.getByRole('button', { name: 'Done' }).click();
    await dialog.waitFor({ state: 'detached' });
  }
  t.strictSame(faults, []);
});

void t.test('where the gateway signs none, none is offered', async (t) => {
  const { person, faults } = await people(t);
  const developer = await person('developer', '/setup');
  await developer.getByText('or get a certificate for it there').waitFor();
  const { gateway, ...me } = (await developer.evaluate("fetch('/api/me').then((one) => one.json())")) as {
    gateway: Record<string, unknown>;
  };
  const { sshCertificates, ...without } = gateway;
  t.strictSame(sshCertificates, { maxDurationMs: 12 * 3_600_000 });
  await developer.route(
    (url) => url.pathname === '/api/me',
    (route) => route.fulfill({ json: { ...me, gateway: without } }),
  );
  await developer.goto(new URL('/credentials', developer.url()).href);
  await developer.getByRole('heading', { name: 'SSH keys', exact: true }).waitFor();
  t.equal(await developer.getByRole('button', { name: 'Get a certificate' }).count(), 0);
  await developer.goto(new URL('/setup', developer.url()).href);
  await developer.getByText('Register your public key').waitFor();
  t.equal(await developer.getByText('get a certificate').count(), 0);
  await developer.unrouteAll({ behavior: 'wait' });
  t.strictSame(faults, []);
});
