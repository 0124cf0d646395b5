import type { BrowserContext, Page } from 'playwright-core';
import t from 'tap';
import { startChromium } from '../servers/chromium.ts';
import { sharedPeople } from './page-people.ts';

t.setTimeout(300_000);

const people = sharedPeople();
const chromium = startChromium(t);

/** Presses the demo provider's button for an account, and waits to be back. */
async function signInAs(page: Page, account: string, https: string): Promise<void> {
  await page.click(`button[value=${account}]`);
  await page.waitForURL((url) => url.origin === https && !url.pathname.startsWith('/oidc'));
  await page.waitForSelector('h1');
}

async function aWindow(t: { teardown(work: () => unknown): void }): Promise<BrowserContext> {
  const context = await (await chromium).person();
  t.teardown(() => context.close());
  return context;
}

const cookieOf = async (context: BrowserContext, https: string) =>
  (await context.cookies(https)).find(({ name }) => name === '__Host-sluice')?.value;

void t.test(
  'two tabs that were signed out both land where they wanted, and going back harms nothing',
  async (t) => {
    const { https } = await people(t);
    const context = await aWindow(t);
    const [first, second] = [await context.newPage(), await context.newPage()];
    await first.goto(`${https}/requests`);
    await second.goto(`${https}/credentials`);
    await signInAs(first, 'developer', https);
    t.equal(new URL(first.url()).pathname, '/requests');
    await signInAs(second, 'developer', https);
    t.equal(new URL(second.url()).pathname, '/credentials');

    // Back at the provider's page, whose trip is over: pressing its button again leads on all the same.
    await first.goBack();
    if (!first.url().startsWith(https)) {
      const button = first.locator('button[value=developer]');
      if ((await button.count()) > 0) await signInAs(first, 'developer', https);
    }
    await first.goto(`${https}/access`);
    await first.getByRole('heading', { name: 'My access' }).waitFor();
    t.equal((await context.request.get(`${https}/api/me`)).status(), 200);
  },
);

void t.test('a callback that was used lands who is signed in, and signs in nobody else', async (t) => {
  const { https } = await people(t);
  const context = await aWindow(t);
  const page = await context.newPage();
  let callback = '';
  page.on('request', (request) => {
    if (request.url().startsWith(`${https}/oidc/callback`)) callback = request.url();
  });
  await page.goto(`${https}/requests`);
  await signInAs(page, 'developer', https);
  t.match(callback, /code=.*state=|state=.*code=/);
  const before = await cookieOf(context, https);
  await page.goto(callback);
  await page.getByRole('heading', { name: 'My requests' }).waitFor();
  t.equal(await cookieOf(context, https), before);

  const stranger = await aWindow(t);
  const other = await stranger.newPage();
  await other.goto(callback);
  t.equal(await cookieOf(stranger, https), undefined);
  t.equal((await stranger.request.get(`${https}/api/me`)).status(), 401);
});

void t.test('a sign-in under a cookie that somebody planted is another one (session fixation)', async (t) => {
  const { https } = await people(t);
  const attacker = await aWindow(t);
  const own = await attacker.newPage();
  await own.goto(https);
  await signInAs(own, 'developer', https);
  const planted = await attacker.cookies(https);
  t.ok(planted.some(({ name }) => name === '__Host-sluice'));

  const victim = await aWindow(t);
  await victim.addCookies(planted);
  const page = await victim.newPage();
  // Whoever finds themselves signed in as somebody else signs in anew.
  await page.goto(`${https}/login?returnTo=/requests&fresh=1`);
  await signInAs(page, 'approver', https);
  t.equal((await (await victim.request.get(`${https}/api/me`)).json()).principal.name, 'Ana Approver');
  t.not(await cookieOf(victim, https), await cookieOf(attacker, https));
  const stillOwn = await attacker.request.get(`${https}/api/me`);
  t.ok(stillOwn.status() === 401 || (await stillOwn.json()).principal.name === 'Dana Developer');

  const madeUp = await aWindow(t);
  await madeUp.addCookies([
    { name: '__Host-sluice', value: 'A'.repeat(43), url: https, secure: true, httpOnly: true },
  ]);
  const other = await madeUp.newPage();
  await other.goto(`${https}/requests`);
  await signInAs(other, 'developer', https);
  t.not(await cookieOf(madeUp, https), 'A'.repeat(43));
});

void t.test('a foreign page neither frames the gateway nor changes anything through it', async (t) => {
  const { https, api, person } = await people(t);
  const operator = await person('admin', '/now');
  const lock = JSON.stringify({ everything: true, reason: 'forged' });
  const html = `<!doctype html><title>evil</title><iframe src="${https}/now"></iframe>
    <form method="post" action="${https}/api/locks" enctype="text/plain">
      <input name='${lock.slice(0, -1)},"x":"' value='"}'></form>`;
  // The second is of the gateway's own site, so that cookies go with what it sends.
  for (const origin of ['https://evil.test', 'https://localhost:1']) {
    const page = await operator.context().newPage();
    await page.route(`${origin}/**`, (route) => route.fulfill({ contentType: 'text/html', body: html }));
    await page.goto(`${origin}/`);
    const [, frame] = page.frames();
    t.equal(frame?.url(), 'chrome-error://chromewebdata/', `${origin}: the frame shows the browser’s own no`);
    for (const headers of [{ 'content-type': 'text/plain' }, { 'content-type': 'application/json' }]) {
      const sent = page.evaluate(
        `fetch(${JSON.stringify(`${https}/api/locks`)}, ${JSON.stringify({
          method: 'POST',
          credentials: 'include',
          mode: headers['content-type'] === 'text/plain' ? 'no-cors' : 'cors',
          headers,
          body: lock,
        })}).then((answer) => answer.type, () => 'failed')`,
      );
      t.match(await sent, /opaque|failed/, `${origin}: ${headers['content-type']}`);
    }
    const read = await page.evaluate(
      `fetch(${JSON.stringify(`${https}/api/me`)}, { credentials: 'include' }).then((answer) => answer.text(), () => 'failed')`,
    );
    t.equal(read, 'failed', `${origin}: what the API answers is not told`);
    const answered = page.waitForResponse((response) => response.url() === `${https}/api/locks`);
    await page.evaluate('document.forms[0].submit()');
    t.ok((await answered).status() >= 400, `${origin}: a form`);
    await page.close();
  }
  t.strictSame((await api('admin', 'locks')).body.locks, []);
});

void t.test('no link to the sign-in leads out of the gateway', async (t) => {
  const { https } = await people(t);
  for (const to of ['https://evil.test/', '//evil.test/', '/\\evil.test/', '/\t/evil.test/']) {
    const context = await aWindow(t);
    const page = await context.newPage();
    const visited: string[] = [];
    page.on('request', (request) => visited.push(new URL(request.url()).hostname));
    await page.goto(`${https}/login?returnTo=${encodeURIComponent(to)}`);
    await signInAs(page, 'developer', https);
    t.notOk(visited.includes('evil.test'), to);
    t.equal(new URL(page.url()).origin, https);
  }
});
