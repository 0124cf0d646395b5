import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import t from 'tap';
import { phone } from '../servers/chromium.ts';
import { findings, settled } from './axe.ts';
import { anAsk, peopleAtThePage, sharedPeople, textOf } from './page-people.ts';
import { comeBackTo } from './tab-sight.ts';

t.setTimeout(600_000);

const people = sharedPeople();

void t.test('axe finds nothing on any screen, light and dark, wide and narrow', async (t) => {
  const { https, api, person, faults } = await people(t);
  const push = { scopes: [{ repository: 'demo/app', right: 'push' }] };
  const { body: granted } = await api('developer', 'requests', anAsk('demo/app', push));
  await api('approver', `requests/${granted.id}/approve`, {});
  const { body: request } = await api('developer', 'requests', anAsk('demo/docs'));
  const looks = [
    { colorScheme: 'light', size: { width: 1280, height: 800 } },
    { colorScheme: 'dark', size: phone },
  ] as const;
  /** Each screen under one who uses it; the button whose window is looked at too. */
  const tours = [
    {
      account: 'developer',
      paths: [
        '/',
        '/ask/demo/app?right=push',
        '/requests',
        '/repositories?name=demo/app',
        '/setup',
        '/credentials',
      ],
      button: 'Make a credential',
    },
    {
      account: 'approver',
      paths: ['/', '/approvals', '/requests?of=all&find=demo', `/a/${request.id}`],
      button: 'Deny',
    },
    { account: 'admin', paths: ['/now'], button: 'Stop access' },
    { account: 'auditor', paths: ['/now', '/audit?repository=demo/app'], button: undefined },
  ] as const;
  for (const { account, paths, button } of tours) {
    const page = await person(account, '/', { reducedMotion: 'reduce' });
    for (const { colorScheme, size } of looks) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize(size);
      for (const path of paths) {
        await page.goto(https + path);
        await settled(page);
        t.strictSame(await findings(page), [], `${account} ${path} ${colorScheme}`);
      }
      if (button === undefined) continue;
      await page.getByRole('button', { name: button }).first().click();
      await page.getByRole('dialog').waitFor();
      t.strictSame(await findings(page), [], `${button} ${colorScheme}`);
    }
    await page.context().close();
  }
  t.strictSame(faults, []);
});

void t.test('a hostile reason is seen for what it is, and runs nowhere (K3)', async (t) => {
  const { api, person, faults } = await peopleAtThePage(t);
  const reason = '<img src=x onerror=alert(1)> \u202eevil\u202c {{7*7}}\nsecond line';
  const { body: request } = await api('developer', 'requests', anAsk('demo/app', { reason }));
  const approver = await person('approver', `/a/${request.id}`);
  let alerts = 0;
  approver.on('dialog', (dialog) => {
    alerts += 1;
    void dialog.dismiss();
  });
  t.equal(
    await textOf(approver, 'blockquote'),
    '<img src=x onerror=alert(1)> \\u202Eevil\\u202C {{7*7}}\nsecond line',
  );
  await approver.goto(new URL('/approvals', approver.url()).href);
  await approver.waitForSelector('li');
  t.match(
    await textOf(approver, 'li'),
    /<img src=x onerror=alert\(1\)> \\u202Eevil\\u202C \{\{7\*7\}\} second line/,
  );
  const auditor = await person('auditor', '/audit?type=request.created');
  auditor.on('dialog', () => {
    alerts += 1;
  });
  await auditor.waitForSelector('summary');
  t.match(await textOf(auditor, 'summary'), /<img src=x onerror=alert\(1\)> \\u202Eevil\\u202C/);
  await auditor.click('summary');
  const { entries } = (await api('auditor', 'audit?type=request.created')).body;
  const opened = await textOf(auditor, 'details[open]');
  t.ok(opened.includes(`Entry ${entries[0].seq} of chain ${entries[0].chain}`));
  t.ok(opened.includes(entries[0].prev) && opened.includes(entries[0].hash));
  const [saved] = await Promise.all([
    auditor.waitForEvent('download'),
    auditor.getByRole('button', { name: 'Save as JSON lines' }).click(),
  ]);
  t.strictSame(JSON.parse(readFileSync(await saved.path(), 'utf8')), entries[0]);
  t.equal(alerts, 0);
  t.strictSame(faults, []);
});

void t.test(
  'the viewer’s clock decides nothing: an hour ahead, the countdown is still right (H5)',
  async (t) => {
    const { api, person } = await people(t);
    const { body: request } = await api('developer', 'requests', anAsk('demo/clock'));
    await api('approver', `requests/${request.id}/approve`, {});
    const developer = await person('developer', '/');
    await developer.addInitScript('{ const now = Date.now; Date.now = () => now() + 3_600_000; }');
    await developer.reload();
    const timer = 'article:has-text("demo/clock") [role=timer]';
    await developer.waitForSelector(timer);
    t.match(await textOf(developer, timer), /^(1 h 00 min 00|59 min \d\d) s left$/);
  },
);

void t.test('times are those of the viewer’s zone, which is named, with UTC in the title (J7)', async (t) => {
  const { api, person } = await people(t);
  const { body: request } = await api('developer', 'requests', anAsk('demo/app'));
  await api('approver', `requests/${request.id}/approve`, {});
  for (const [timezoneId, zone] of [
    ['Asia/Kolkata', /IST/],
    ['America/St_Johns', /N[SD]T/],
  ] as const) {
    const developer = await person('developer', '/', { timezoneId });
    await developer.waitForSelector('article time');
    t.match(
      await textOf(developer, 'article time'),
      new RegExp(`^\\d\\d:\\d\\d ${zone.source}( tomorrow)?$`),
    );
    t.match(await developer.getAttribute('article time', 'title'), /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/);
  }
});

void t.test(
  'an outage is said, with the time of what is still shown, and what it says goes when it ends',
  async (t) => {
    const { person } = await people(t);
    const auditor = await person('auditor', '/');
    await auditor.waitForSelector('text=Nothing is open to you right now');
    const message = 'the grant store cannot be reached; nothing was changed; try again in a minute';
    await auditor.route('**/api/**', (route) =>
      route.fulfill({ status: 503, json: { error: 'store-unreachable', message } }),
    );
    await comeBackTo(auditor);
    await auditor.waitForSelector('text=Not up to date');
    t.match(
      await textOf(auditor, '[role=alert]'),
      /The grant store cannot be reached;.*is from \d\d:\d\d:\d\d IST/s,
    );
    t.match(await textOf(auditor, 'main'), /Nothing is open to you right now/);
    await auditor.unrouteAll({ behavior: 'ignoreErrors' });
    await comeBackTo(auditor);
    await auditor.waitForSelector('text=Not up to date', { state: 'detached' });
    t.pass();
  },
);

void t.test('a sign-in that ends leaves the page as it is, with the way back in', async (t) => {
  const { person } = await people(t);
  const developer = await person('developer', '/ask/demo/app?right=push');
  await developer.locator('textarea').fill('half a sentence');
  await developer.context().clearCookies({ name: '__Host-sluice' });
  await comeBackTo(developer);
  await developer.waitForSelector('text=You are signed out');
  t.equal(await developer.locator('textarea').inputValue(), 'half a sentence');
  await developer.click('text=Sign in again');
  await developer.click('button[value=developer]');
  await developer.waitForSelector('form textarea');
  t.equal(new URL(developer.url()).pathname, '/ask/demo/app');
  t.equal(await developer.locator('textarea').inputValue(), 'half a sentence');
});

void t.test('signing out ends the sign-in on the server', async (t) => {
  const { https, person } = await people(t);
  const developer = await person('developer', '/');
  const cookies = await developer.context().cookies(https);
  await developer.getByRole('button', { name: /Dana Developer/ }).click();
  await developer.getByRole('button', { name: 'Sign out' }).click();
  await developer.waitForURL((url) => url.origin !== https || url.pathname !== '/');
  await developer.context().clearCookies();
  await developer.context().addCookies(cookies);
  t.equal((await developer.request.get(`${https}/api/me`)).status(), 401);
});

void t.test('the first screen is under 300 KB compressed and holds no inline script', async (t) => {
  const { https, person } = await people(t);
  const auditor = await person('auditor', '/');
  // Addresses alone: the body of a response that a navigation overtakes is gone from the browser.
  const assets = new Set<string>();
  auditor.on('response', (response) => {
    if (new URL(response.url()).pathname.startsWith('/assets/')) assets.add(response.url());
  });
  await auditor.goto(`${https}/`);
  await auditor.waitForSelector('text=Nothing is open to you right now');
  const fetched = await Promise.all([...assets].map((asset) => auditor.request.get(asset)));
  const sizes = (await Promise.all(fetched.map((answer) => answer.body()))).map(
    (body) => gzipSync(body).length,
  );
  t.ok(sizes.length > 1, 'the page has its assets');
  t.ok(sizes.reduce((sum, size) => sum + size, 0) < 300_000, `${sizes.length} files`);
  const entry = await (await auditor.request.get(`${https}/`, { headers: { accept: '*/*' } })).text();
  t.notMatch(entry, /<script(?![^>]*\bsrc=)/);
});

void t.test(
  'the keyboard reaches the content first, and a new screen’s heading takes the focus',
  async (t) => {
    const { person } = await people(t);
    const developer = await person('developer', '/');
    const focused = () => developer.locator(':focus').textContent();
    await developer.keyboard.press('Tab');
    t.equal(await focused(), 'Skip to content');
    await developer.getByRole('link', { name: 'Credentials' }).focus();
    await developer.keyboard.press('Enter');
    await developer.waitForSelector('h1:focus');
    t.equal(await focused(), 'Credentials');
    t.equal(await developer.title(), 'Credentials · Sluice');
  },
);
