/** The demo with people in front of its page, each in a browser window of their own, and what the API says beside them. */
import { dirname, join } from 'node:path';
import { pino } from 'pino';
import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { loadConfig } from '../../config/load.ts';
import { openSecrets, readIntegrityKey } from '../../config/secrets.ts';
import { webRoot } from '../../gateway/commands/serve.ts';
import type { AccountName } from '../../gateway/demo/accounts.ts';
import { startDemo } from '../../gateway/demo/demo.ts';
import type { AccountCredentials } from '../../gateway/demo/demo-accounts.ts';
import { startGateway } from '../../gateway/gateway.ts';
import { openStore } from '../../gateway/store/open.ts';
import type { Store } from '../../gateway/store/store.ts';
import type { Chromium } from '../servers/chromium.ts';
import type { Ending } from '../servers/ending.ts';
import { gitClient } from '../servers/git.ts';

/** One of the demo's four, or somebody else by what they have. */
type Whoever = AccountName | AccountCredentials;

/**
 * Starts a demo, which ends with `t`, as do the windows of its people.
 *
 * @param storeUrl a Redis in place of the process's own memory
 */
export async function demoPeople(t: Ending, chromium: Chromium, storeUrl?: string) {
  const demo = await startDemo({ httpsPort: 0, sshPort: 0, storeUrl });
  t.teardown(() => demo.close());
  const { https, ssh, caFile, accounts } = demo.facts;
  const open = async (options?: BrowserContextOptions): Promise<BrowserContext> => {
    const context = await chromium.person(options);
    t.teardown(() => context.close());
    return context;
  };
  const programs = await open();
  const faults: string[] = [];

  const secretsOf = (who: Whoever): AccountCredentials => (typeof who === 'string' ? accounts[who] : who);

  /** What a program with somebody's credential is answered, by the demo's own node or another. */
  async function api(who: Whoever, path: string, data?: unknown, node = https) {
    const answer = await programs.request.fetch(`${node}/api/${path}`, {
      method: data === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${secretsOf(who).api}` },
      ...(data === undefined ? {} : { data }),
    });
    // biome-ignore lint/suspicious/noExplicitAny: a test looks into answers of every shape
    return { status: answer.status(), body: (await answer.json()) as any };
  }

  const directory = join(dirname(caFile), '..');
  async function ownConfig() {
    const loaded = await loadConfig(join(directory, 'sluice.yaml'));
    if (loaded.kind === 'faulty') throw new Error(JSON.stringify(loaded.faults));
    return loaded.config;
  }

  return {
    https,
    ssh,
    caFile,
    accounts,
    api,
    /** The demo's Redis as a node sees it, for what the API would take too long to put there. */
    async store(): Promise<Store> {
      const config = await ownConfig();
      const secrets = openSecrets({ onWarning: () => undefined });
      const fail = (error: unknown) => {
        throw new Error('the demo’s store is in trouble', { cause: error });
      };
      const store = await openStore(config.store, {
        nodeId: 'beside',
        secret: (source) => secrets.read(source),
        integrityKey: (source) => readIntegrityKey(secrets, source),
        onTampered: fail,
        onTrouble: fail,
        onFinding: () => undefined,
      });
      t.teardown(() => store.close());
      return store;
    },
    /** Starts a second node on the demo's store, and answers where. */
    async secondNode(): Promise<string> {
      const loaded = await ownConfig();
      const { https: own, audit } = loaded;
      const config = {
        ...loaded,
        ssh: undefined,
        https: { ...own, listen: { ...own.listen, port: 0 } },
        audit: { ...audit, directory: join(directory, 'audit-two'), witnessFile: undefined },
      };
      const gateway = await startGateway(config, { log: pino({ level: 'silent' }), webRoot: webRoot() });
      t.teardown(() => gateway.close('test-ended'));
      return `https://localhost:${gateway.httpsPort}`;
    },
    /** Everything the browsers complained about: scripts that broke, what the content security policy stopped. */
    faults,
    git: () => gitClient(t, { caFile, env: { GIT_TERMINAL_PROMPT: '0' } }),
    /** The gateway's address with somebody's git credential in it. */
    gitAddress: (who: Whoever) => https.replace('https://', `https://git:${secretsOf(who).git}@`),
    /** Opens an address signed out, signs in as whoever, and is back at the address. */
    async person(account: AccountName, address: string, options: BrowserContextOptions = {}): Promise<Page> {
      const page = await (await open({ timezoneId: 'Asia/Kolkata', ...options })).newPage();
      page.on('pageerror', (error) => faults.push(error.message));
      page.on('console', (message) => {
        if (/Content Security Policy|Warning:|Uncaught/.test(message.text())) faults.push(message.text());
      });
      await page.goto(new URL(address, https).href);
      await page.click(`button[value=${account}]`);
      await page.waitForURL((url) => url.origin === https && !url.pathname.startsWith('/oidc'));
      await page.waitForSelector('h1');
      return page;
    },
  };
}
