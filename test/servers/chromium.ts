/** Debian's chromium without windows of its own, driven by playwright-core, quiet and without a network of its own. */
import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import type { Ending } from './ending.ts';

/** A running browser. */
export interface Chromium {
  readonly browser: Browser;
  /** A person's own window: cookies apart from every other, certificates of test authorities accepted. */
  person(options?: Parameters<Browser['newContext']>[0]): Promise<BrowserContext>;
}

/** A phone in portrait: width and height in CSS pixels. */
export const phone = { width: 390, height: 844 } as const;

/** Starts the browser; it is closed with the test. */
export async function startChromium(test: Ending): Promise<Chromium> {
  const browser = await chromium.launch({
    // The same engine as with windows, for a third less of the processor.
    executablePath: '/usr/lib/chromium/chromium-headless-shell',
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // Certificates of test authorities: told to the network itself, since a window that is only told to go on with each error may go round in circles.
      '--ignore-certificate-errors',
    ],
  });
  test.teardown(() => browser.close());
  return { browser, person: (options) => browser.newContext({ ignoreHTTPSErrors: true, ...options }) };
}
