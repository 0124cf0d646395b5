/** `npm run screenshots [-- --out DIR --only NAME,… --readme]`: every screen of the page, light and dark, wide and narrow, from a running demo with real git operations behind it. */
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { demoPeople } from '../e2e/demo-people.ts';
import { phone, startChromium } from '../servers/chromium.ts';
import { root } from '../servers/clone.ts';
import { endingAtWill } from '../servers/ending.ts';
import { makeSituation } from './situation.ts';

const { values } = parseArgs({
  options: {
    readme: { type: 'boolean', default: false },
    out: { type: 'string', default: 'screenshots' },
    only: { type: 'string', default: '' },
  },
});

const wide = { width: 1280, height: 800 } as const;
const looks = [
  { name: 'light-wide', colorScheme: 'light', viewport: wide },
  { name: 'dark-wide', colorScheme: 'dark', viewport: wide },
  { name: 'light-narrow', colorScheme: 'light', viewport: phone },
  { name: 'dark-narrow', colorScheme: 'dark', viewport: phone },
] as const;

/** The rest of a longer screen is more of the same. */
const highest = 3_000;

/** One picture: who sees it, where, and what they press first. */
interface Shot {
  readonly name: string;
  readonly account: 'developer' | 'approver' | 'auditor' | 'admin';
  readonly path: string;
  readonly press?: string;
  /** What comes of pressing it; a dialog otherwise. */
  readonly until?: string | RegExp;
}

/** What is on it is there, and stands still. */
async function settled(page: Page): Promise<void> {
  await page.waitForSelector('h1');
  await page.waitForSelector('[class*=Skeleton]', { state: 'detached' });
  await page.evaluate('document.fonts.ready');
}

async function take(page: Page, { path, press, until }: Shot, width: number, file: string): Promise<void> {
  await page.goto(new URL(path, page.url()).href);
  await settled(page);
  if (press !== undefined) {
    await page.getByRole('button', { name: press }).first().click();
    await (until === undefined ? page.getByRole('dialog') : page.getByText(until).first()).waitFor();
  }
  if (press === undefined || until !== undefined) {
    // As high as what is on it, since lists draw what is in sight alone.
    const height = (await page.evaluate('document.documentElement.scrollHeight')) as number;
    await page.setViewportSize({ width, height: Math.min(height, highest) });
    await settled(page);
  }
  await page.screenshot({ path: file, animations: 'disabled' });
}

const ending = endingAtWill();
try {
  const out = join(root, values.out);
  await mkdir(out, { recursive: true });
  const people = await demoPeople(ending, await startChromium(ending));
  const { requestId, haveSomethingRun } = await makeSituation(people);
  const shots: readonly Shot[] = [
    { name: 'access', account: 'developer', path: '/' },
    { name: 'ask', account: 'developer', path: '/ask/demo/app?right=push' },
    { name: 'requests', account: 'developer', path: '/requests' },
    { name: 'own-request', account: 'developer', path: `/a/${requestId}` },
    { name: 'repositories', account: 'developer', path: '/repositories?name=demo/app' },
    { name: 'setup', account: 'developer', path: '/setup' },
    { name: 'credentials', account: 'developer', path: '/credentials' },
    { name: 'new-credential', account: 'developer', path: '/credentials', press: 'Make a credential' },
    { name: 'approvals', account: 'approver', path: '/approvals' },
    { name: 'answer', account: 'approver', path: `/a/${requestId}` },
    { name: 'deny', account: 'approver', path: `/a/${requestId}`, press: 'Deny' },
    { name: 'now', account: 'admin', path: '/now' },
    { name: 'cut', account: 'admin', path: '/now', press: 'Cut' },
    { name: 'lock', account: 'admin', path: '/now', press: 'Stop access' },
    {
      name: 'standing',
      account: 'auditor',
      path: '/repositories',
      press: 'Look into the log',
      until: /(has|ever) signed in/,
    },
    { name: 'audit', account: 'auditor', path: '/audit' },
    {
      name: 'replay',
      account: 'auditor',
      path: '/audit?repository=demo/app',
      press: 'Replay',
      until: 'decisions:',
    },
    {
      name: 'report',
      account: 'auditor',
      path: '/audit?repository=demo/app',
      press: 'Read the report',
      until: /refused attempts?/,
    },
    { name: 'audit-repository', account: 'auditor', path: '/audit?repository=demo/app' },
  ];
  const wanted = shots.filter(({ name }) => values.only === '' || values.only.split(',').includes(name));
  const pages = new Map<string, Page>();
  for (const { account } of wanted) {
    if (!pages.has(account))
      pages.set(
        account,
        await people.person(account, '/', { reducedMotion: 'reduce', timezoneId: 'Europe/Berlin' }),
      );
  }
  for (const { name, colorScheme, viewport } of looks) {
    for (const shot of wanted) {
      const page = pages.get(shot.account);
      if (page === undefined) throw new Error(`nobody is signed in as ${shot.account}`);
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize(viewport);
      if (shot.path === '/now') await haveSomethingRun();
      await take(page, shot, viewport.width, join(out, `${shot.name}-${name}.png`));
    }
  }
  if (values.readme) {
    await copyFile(join(out, 'answer-light-narrow.png'), join(root, 'docs/answer.png'));
    await copyFile(join(out, 'now-light-wide.png'), join(root, 'docs/now.png'));
  }
  if (people.faults.length > 0) throw new Error(people.faults.join('\n'));
  console.log(`${wanted.length * looks.length} pictures in ${values.out}`);
} finally {
  await ending.end();
}
