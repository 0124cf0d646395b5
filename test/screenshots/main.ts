/** `npm run screenshots [-- --out DIR --only NAME,… --readme]`: every screen of the page, light and dark, wide and narrow, from a running demo with real git operations behind it. */
import { copyFile, mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { demoPeople } from '../e2e/demo-people.ts';
import { phone, startChromium } from '../servers/chromium.ts';
import { root } from '../servers/clone.ts';
import { endingAtWill } from '../servers/ending.ts';
import { type Shot, shotsOf } from './shots.ts';
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

/** What is on it is there, and stands still. */
async function settled(page: Page): Promise<void> {
  await page.waitForSelector('h1');
  await page.waitForSelector('[class*=Skeleton]', { state: 'detached' });
  await page.evaluate('document.fonts.ready');
}

async function take(page: Page, shot: Shot, width: number, file: string): Promise<void> {
  const path = typeof shot.path === 'string' ? shot.path : await shot.path();
  await shot.before?.(page);
  await page.goto(new URL(path, page.url()).href);
  await settled(page);
  await shot.act?.(page);
  if (shot.isWindow === undefined) {
    await settled(page);
    // As high as what is on it, since lists draw what is in sight alone.
    const height = (await page.evaluate('document.documentElement.scrollHeight')) as number;
    await page.setViewportSize({ width, height: Math.min(height, highest) });
    await settled(page);
  }
  const across = (await page.evaluate('document.documentElement.scrollWidth')) as number;
  if (across > width) throw new Error(`${shot.name} is ${across} pixels wide in a window of ${width}`);
  await page.screenshot({ path: file, animations: 'disabled' });
  await page.unrouteAll({ behavior: 'ignoreErrors' });
}

const ending = endingAtWill();
try {
  const out = resolve(root, values.out);
  await mkdir(out, { recursive: true });
  const people = await demoPeople(ending, await startChromium(ending));
  const shots = shotsOf(people, await makeSituation(people));
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
      await take(page, shot, viewport.width, join(out, `${shot.name}-${name}.png`)).catch((error: Error) =>
        people.faults.push(`${shot.name}-${name}: ${error.message}`),
      );
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
