/** People at the page of a demo, as the tests of a file share them. */
import type { Locator, Page } from 'playwright-core';
import tap from 'tap';
import { type Chromium, startChromium } from '../servers/chromium.ts';
import type { Ending } from '../servers/ending.ts';
import { demoPeople } from './demo-people.ts';

/** One browser serves all tests of a file: people are apart in it as they are in the field, by what their windows keep. */
let browser: Promise<Chromium> | undefined;

/**
 * Starts a demo, which ends with `t`: a test, or tap itself for one that the tests of a file share.
 *
 * @param storeUrl a Redis in place of the process's own memory
 */
export async function peopleAtThePage(t: Ending, storeUrl?: string) {
  browser ??= startChromium(tap);
  return await demoPeople(t, await browser, storeUrl);
}

/**
 * One demo for those tests of a file that do not disturb each other; starting one takes longer than most of them do.
 *
 * @returns gives a test the people; the windows they open are closed with it
 */
export function sharedPeople(): (t: Ending) => ReturnType<typeof peopleAtThePage> {
  let demo: ReturnType<typeof peopleAtThePage> | undefined;
  return async (t) => {
    demo ??= peopleAtThePage(tap);
    const people = await demo;
    return {
      ...people,
      async person(...asked) {
        const page = await people.person(...asked);
        t.teardown(() => page.context().close());
        return page;
      },
    };
  };
}

/** A request that waits, asked by the developer over the API. */
export const anAsk = (repository: string, more: Readonly<Record<string, unknown>> = {}) => ({
  scopes: [{ repository, right: 'fetch' }],
  duration: '1h',
  reason: 'for the test',
  ...more,
});

/** Text as a person reads it: blanks that do not break are blanks. */
export async function textOf(page: Page, selector: string): Promise<string> {
  return await wordsOf(page.locator(selector).first());
}

/** The same of one element. */
export async function wordsOf(element: Locator): Promise<string> {
  // biome-ignore lint/performance/useDomNodeTextContent: what is laid out is what a person reads
  return (await element.innerText()).replaceAll('\u00a0', ' ');
}
