/** Every screen of the page and its states, as a list: who sees it, where, and what they do first. */
import type { Page } from 'playwright-core';
import { makeEd25519Key } from '../../certs/host-keys.ts';
import { comeBackTo } from '../e2e/tab-sight.ts';
import type { People, Situation } from './situation.ts';

/** One picture, in four looks. */
export interface Shot {
  readonly name: string;
  readonly account: 'developer' | 'approver' | 'auditor' | 'admin';
  /** Found anew for each look, where each needs something of its own. */
  readonly path: string | (() => Promise<string>);
  /** Before the page is opened. */
  readonly before?: (page: Page) => Promise<void>;
  /** Once it stands. */
  readonly act?: (page: Page) => Promise<void>;
  /** A window over the screen, which is shown as high as the screen is. */
  readonly isWindow?: true;
}

/** Presses a button, and waits for its window or for what is said. */
function press(name: string, until?: string | RegExp): (page: Page) => Promise<void> {
  return async (page) => {
    await page.getByRole('button', { name }).first().click();
    await (until === undefined ? page.getByRole('dialog') : page.getByText(until).first()).waitFor();
  };
}

/** Everything the API is asked from now on is answered so. */
function answering(status: number, error: string, message: string, until: string) {
  return async (page: Page) => {
    await page.route('**/api/**', (route) => route.fulfill({ status, json: { error, message } }));
    await comeBackTo(page);
    await page.getByText(until).first().waitFor();
  };
}

/** The list. */
export function shotsOf({ api }: People, situation: Situation): readonly Shot[] {
  const { requestId, criticalId, deniedId, askForLegacy, haveSomethingRun } = situation;
  const linkOfATerminal = async () => {
    const publicKey = makeEd25519Key('laptop').line.trim();
    const { status, body } = await api('developer', 'ssh/logins', { publicKey, expiresIn: '2h' });
    if (status !== 201) throw new Error(`ssh/logins: ${status} ${JSON.stringify(body)}`);
    return new URL(body.link).pathname;
  };
  const nowWithAClone = async () => {
    await haveSomethingRun();
    return '/now';
  };
  return [
    { name: 'access', account: 'developer', path: '/' },
    { name: 'access-empty', account: 'auditor', path: '/' },
    { name: 'ask', account: 'developer', path: '/ask' },
    {
      name: 'ask-from-refusal',
      account: 'developer',
      path: '/ask/demo/app?right=push&ref=refs/heads/fix/**&for=30m',
    },
    {
      name: 'ask-several',
      account: 'developer',
      path: '/ask/demo/vault?right=fetch',
      async act(page) {
        await page.getByRole('button', { name: 'Another repository' }).click();
        await page.getByPlaceholder('upstream/path').last().fill('demo/app');
        await page.getByRole('button', { name: 'Ask for access' }).last().click();
        await page.getByText('Say a little more').waitFor();
      },
    },
    { name: 'ask-nothing', account: 'auditor', path: '/ask' },
    { name: 'requests', account: 'developer', path: '/requests' },
    { name: 'requests-empty', account: 'auditor', path: '/requests' },
    { name: 'own-request', account: 'developer', path: `/a/${requestId}` },
    { name: 'own-denied', account: 'developer', path: `/a/${deniedId}` },
    { name: 'extend', account: 'developer', path: '/', act: press('Extend'), isWindow: true },
    { name: 'repositories', account: 'developer', path: '/repositories?name=demo/app' },
    { name: 'setup', account: 'developer', path: '/setup' },
    { name: 'credentials', account: 'developer', path: '/credentials' },
    {
      name: 'new-credential',
      account: 'developer',
      path: '/credentials',
      act: press('Make a credential'),
      isWindow: true,
    },
    {
      name: 'account',
      account: 'auditor',
      path: '/',
      act: press('Aude Auditor', 'Sign out'),
      isWindow: true,
    },
    { name: 'link', account: 'developer', path: linkOfATerminal },
    {
      name: 'link-code',
      account: 'developer',
      path: linkOfATerminal,
      async act(page) {
        await page.getByRole('button', { name: 'show the code' }).click();
        await page.getByLabel(/^code /).waitFor();
      },
    },
    { name: 'approvals', account: 'approver', path: '/approvals' },
    { name: 'answer', account: 'approver', path: `/a/${requestId}` },
    {
      name: 'answer-less',
      account: 'approver',
      path: `/a/${requestId}`,
      act: press('Approve for less…', 'Only these refs'),
    },
    {
      name: 'answer-critical',
      account: 'approver',
      path: `/a/${criticalId}`,
      // As it is an hour after signing in.
      async before(page) {
        await page.route('**/api/me', async (route) => {
          const me = await (await route.fetch()).json();
          await route.fulfill({ json: { ...me, authenticatedAt: me.authenticatedAt - 3_600_000 } });
        });
      },
    },
    {
      name: 'lost-race',
      account: 'approver',
      path: async () => `/a/${await askForLegacy()}`,
      async act(page) {
        // The page does not hear of the other answer before the button is pressed.
        await page.route('**/api/requests/*', (route) =>
          route.request().method() === 'GET' ? undefined : route.continue(),
        );
        const id = new URL(page.url()).pathname.slice('/a/'.length);
        await api('approver', `requests/${id}/deny`, { comment: 'it is being moved' });
        await page.getByRole('button', { name: 'Approve', exact: true }).click();
        await page.getByText('Somebody was faster').waitFor();
        await page.unrouteAll({ behavior: 'ignoreErrors' });
        await comeBackTo(page);
        await page.getByRole('button', { name: 'Deny' }).waitFor({ state: 'detached' });
      },
    },
    { name: 'deny', account: 'approver', path: `/a/${requestId}`, act: press('Deny'), isWindow: true },
    { name: 'request-unknown', account: 'approver', path: '/a/R-0000000000' },
    { name: 'now', account: 'admin', path: nowWithAClone },
    { name: 'cut', account: 'admin', path: nowWithAClone, act: press('Cut'), isWindow: true },
    {
      name: 'cut-result',
      account: 'admin',
      path: nowWithAClone,
      async act(page) {
        await press('Cut')(page);
        const window = page.getByRole('dialog');
        await window.getByLabel('Reason').fill('the laptop was reported stolen');
        await window.getByRole('button', { name: 'Cut now' }).click();
        await window.getByRole('status').waitFor();
      },
      isWindow: true,
    },
    { name: 'lock', account: 'admin', path: '/now', act: press('Stop access'), isWindow: true },
    {
      name: 'standing',
      account: 'auditor',
      path: '/repositories',
      act: press('Look into the log', /(has|ever) signed in/),
    },
    { name: 'audit', account: 'auditor', path: '/audit' },
    { name: 'audit-empty', account: 'auditor', path: '/audit?type=nothing' },
    { name: 'audit-repository', account: 'auditor', path: '/audit?repository=demo/app' },
    {
      name: 'entry',
      account: 'auditor',
      path: '/audit?type=grant.issued',
      act: (page) => page.locator('summary').first().click(),
    },
    { name: 'verified', account: 'auditor', path: '/audit', act: press('Verify now', 'Complete to') },
    { name: 'moment', account: 'auditor', path: '/audit', act: press('Show', 'that pushes through') },
    {
      name: 'replay',
      account: 'auditor',
      path: '/audit?repository=demo/app',
      async act(page) {
        await press('Replay', 'decisions:')(page);
        await page.getByRole('slider').fill('5');
        await page.getByText('Step 6 of').waitFor();
      },
    },
    {
      name: 'report',
      account: 'auditor',
      path: '/audit?repository=demo/app',
      act: press('Read the report', /refused attempts?/),
    },
    {
      name: 'report-signed',
      account: 'auditor',
      path: '/audit?from=2026-01-01T00:00:00Z&to=2035-01-01T00:00:00Z',
      async act(page) {
        await press('Read the report', /refused attempts?/)(page);
        await page.getByLabel('Your remarks').fill('looked at each grant; the refusal was a slip');
        await page.getByRole('button', { name: 'Sign off' }).click();
        await page
          .getByText(/^signed off/)
          .first()
          .waitFor();
      },
    },
    {
      name: 'outage',
      account: 'approver',
      path: '/approvals',
      act: answering(
        503,
        'store-unreachable',
        'the grant store cannot be reached; nothing was changed; try again in a minute',
        'Not up to date',
      ),
    },
    {
      name: 'signed-out',
      account: 'approver',
      path: '/approvals',
      act: answering(401, 'not-signed-in', 'sign in again', 'You are signed out'),
    },
  ];
}
