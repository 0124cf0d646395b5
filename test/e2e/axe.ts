/** axe-core on a page as it stands, and when a page stands. */
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { root } from '../servers/clone.ts';

const axe = readFileSync(`${root}/node_modules/axe-core/axe.min.js`, 'utf8');

/** What axe-core finds on a screen, as `rule: element`. */
export async function findings(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const { violations } = (await page.evaluate(`axe.run({ resultTypes: ['violations'] })`)) as {
    violations: { id: string; nodes: { html: string }[] }[];
  };
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}

/** All that was asked for is there: the event stream never ends, so an idle network would not come. */
export async function settled(page: Page): Promise<void> {
  await page.waitForSelector('h1');
  await page.waitForSelector('[class*=Skeleton]', { state: 'detached' });
}
