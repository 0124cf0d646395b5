import type { Page } from 'playwright-core';
import t from 'tap';
import { phone } from '../servers/chromium.ts';
import { findings, settled } from './axe.ts';
import { anAsk, sharedPeople } from './page-people.ts';

t.setTimeout(600_000);

const people = sharedPeople();

/** Sums up how far what is on the page has moved by itself, from its very beginning: the browser's own measure. */
const watchShifts = `
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput, sources } of list.getEntries())
      if (!hadRecentInput)
        window.shifts.push({ value, what: sources.map(({ node }) => node?.outerHTML?.slice(0, 120)) });
  }).observe({ type: 'layout-shift', buffered: true });
`;
interface Shift {
  readonly value: number;
  readonly what: readonly string[];
}

/** Everything is drawn that will be, and the observer has told of it. */
async function shiftsOf(page: Page): Promise<readonly Shift[]> {
  await settled(page);
  await page.evaluate(
    'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))',
  );
  return (await page.evaluate('window.shifts')) as readonly Shift[];
}

const screens = {
  developer: [
    '/',
    '/ask/demo/app?right=push',
    '/requests',
    '/repositories?name=demo/app',
    '/setup',
    '/credentials',
  ],
  approver: ['/', '/approvals', '/ask'],
  admin: ['/', '/now'],
  auditor: ['/now', '/audit', '/audit?repository=demo/app', '/repositories'],
} as const;

void t.test('nothing on a screen moves once it is there, and no screen scrolls sideways', async (t) => {
  const { https, api, person } = await people(t);
  const { body: granted } = await api('developer', 'requests', anAsk('demo/app'));
  await api('approver', `requests/${granted.id}/approve`, {});
  const { body: waiting } = await api('developer', 'requests', anAsk('demo/docs'));
  for (const [account, paths] of Object.entries(screens)) {
    const page = await person(account as keyof typeof screens, '/');
    await page.addInitScript(watchShifts);
    const all = account === 'approver' ? [...paths, `/a/${waiting.id}`] : paths;
    for (const size of [{ width: 1280, height: 800 }, phone, { width: 360, height: 640 }]) {
      await page.setViewportSize(size);
      for (const path of all) {
        await page.goto(https + path);
        const shifts = await shiftsOf(page);
        t.not(await page.title(), 'This screen broke · Sluice', path);
        const sum = shifts.reduce((all, { value }) => all + value, 0);
        t.ok(sum < 0.05, `${account} ${path} at ${size.width}: ${sum}`, { shifts });
        const [page_, head] = (await page.evaluate(
          `[document.documentElement, document.querySelector('nav') ?? document.body].map(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)`,
        )) as [number, number];
        t.strictSame([page_, head], [0, 0], `${account} ${path} at ${size.width} fits`);
      }
    }
  }
});

void t.test('axe finds nothing in what comes by pressing, light and dark', async (t) => {
  const { https, api, person, faults } = await people(t);
  const { body: request } = await api(
    'developer',
    'requests',
    anAsk('demo/vault', {
      reason: 'OPS-12: the keys of the old backups',
      duration: '20m',
    }),
  );
  const press = (name: string) => (page: Page) => page.getByRole('button', { name }).first().click();
  const states = [
    { account: 'developer', path: '/ask/demo/app', act: press('Another repository'), until: 'Repository 2' },
    { account: 'developer', path: '/ask', act: press('Ask for access'), until: 'Name a repository' },
    { account: 'approver', path: `/a/${request.id}`, act: press('Approve for less'), until: 'Comment (if' },
    { account: 'approver', path: '/', act: press('Ana Approver'), until: 'Sign out' },
    { account: 'auditor', path: '/audit', act: press('Verify now'), until: 'word on itself' },
    { account: 'auditor', path: '/audit', act: press('Replay'), until: 'Decided again' },
    { account: 'auditor', path: '/audit', act: press('Read the report'), until: 'Your remarks' },
    {
      account: 'auditor',
      path: '/audit',
      act: (page: Page) => page.locator('summary').first().click(),
      until: 'Its hash is taken',
    },
  ] as const;
  const pages = new Map<string, Page>();
  for (const { account, path, act, until } of states) {
    const page = pages.get(account) ?? (await person(account, '/', { reducedMotion: 'reduce' }));
    pages.set(account, page);
    for (const [colorScheme, size] of [
      ['light', phone],
      ['dark', { width: 1280, height: 800 }],
    ] as const) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize(size);
      await page.goto(https + path);
      await settled(page);
      await act(page);
      await page.getByText(until).first().waitFor();
      t.strictSame(await findings(page), [], `${until} ${colorScheme}`);
    }
  }
  t.strictSame(faults, []);
});

void t.test('on a phone an approver reaches every screen by keyboard, those behind More too', async (t) => {
  const { person } = await people(t);
  const approver = await person('approver', '/approvals', { viewport: phone });
  await settled(approver);
  t.equal(await approver.getByRole('link', { name: 'Credentials' }).count(), 0);
  await approver.getByRole('button', { name: 'More' }).focus();
  await approver.keyboard.press('Enter');
  await approver.getByRole('link', { name: 'Credentials' }).waitFor();
  await approver.getByRole('link', { name: 'Credentials' }).focus();
  await approver.keyboard.press('Enter');
  await approver.waitForSelector('h1:text-is("Credentials")');
  t.equal(
    await approver.getByRole('button', { name: 'Credentials', exact: false }).first().isVisible(),
    true,
  );
});
