/** A tab that is hidden or seen, which a headless browser has no window for. */
import type { Page } from 'playwright-core';

type Sight = 'hidden' | 'visible';

const turning = (state: Sight): string => `
  Object.defineProperty(document, 'visibilityState', { value: '${state}', configurable: true });
  document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
`;

export async function turnTab(page: Page, state: Sight): Promise<void> {
  await page.evaluate(turning(state));
}

/** The tab was hidden and is seen again: the page reads what it shows. */
export async function comeBackTo(page: Page): Promise<void> {
  await page.evaluate(`${turning('hidden')}${turning('visible')}`);
}
