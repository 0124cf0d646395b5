import ssh2 from 'ssh2';
import t, { type Test } from 'tap';
import { makeEd25519Key } from '../../certs/host-keys.ts';
import type { Store } from '../../gateway/store/store.ts';
import { StoreError } from '../../gateway/store/store-error.ts';
import { aLinkSite, anotherCode, codeOf, type LinkSite, linkAt, sshAtTerminal } from './sign-in-link.ts';

t.setTimeout(200_000);

/** A store that is away while told so. */
function anUnsteadyStore() {
  let isAway = false;
  const between = (store: Store): Store =>
    new Proxy(store, {
      get(target, name, receiver) {
        const verb: unknown = Reflect.get(target, name, receiver);
        const isAsked = name === 'offerKeyLink' || name === 'keyLink' || name === 'issueCredential';
        if (!isAsked || !isAway) return verb;
        return () => Promise.reject(new StoreError('STORE_UNREACHABLE', 'away'));
      },
    });
  return {
    between,
    away(now: boolean): void {
      isAway = now;
    },
  };
}

void t.test('a store that is away shows no link, and lets in as nobody who reads why', async (t) => {
  const store = anUnsteadyStore();
  const site = await aLinkSite(t, { between: store.between });
  const { file } = await site.key('laptop');
  store.away(true);
  const terminal = sshAtTerminal(t, await site.client([file]), undefined);
  t.not(await terminal.ended, 0);
  t.match(terminal.shown, /sluice: the grant store cannot be reached; nothing was changed/);
  t.notMatch(terminal.shown, /sign in: /);
  store.away(false);
  await linkAt(sshAtTerminal(t, await site.client([file]), undefined));
  t.strictSame(site.faults, []);
});

void t.test('a store that is away while the code is typed costs no try', async (t) => {
  const store = anUnsteadyStore();
  const site = await aLinkSite(t, { between: store.between });
  const { file } = await site.key('laptop');
  const terminal = sshAtTerminal(t, await site.client([file]), undefined);
  const { token } = await linkAt(terminal);
  const code = await codeOf(await site.browser('developer'), token);
  store.away(true);
  for (let times = 0; times < 6; times += 1) {
    terminal.types(code);
    await terminal.reads(
      /the grant store cannot be reached; nothing was changed.*\nthe six digits that the link shows: /,
    );
  }
  store.away(false);
  terminal.types(anotherCode(code));
  await terminal.reads(/that is not the code, and 4 tries are left/);
  terminal.types(code);
  await terminal.reads(/this key is yours until/);
  t.equal(await terminal.ended, 0, terminal.shown);
});

void t.test('who goes with half an answer typed leaves a dead link, and nothing else', async (t) => {
  const site = await aLinkSite(t);
  const { file } = await site.key('laptop');
  const terminal = sshAtTerminal(t, await site.client([file]), undefined);
  const { token } = await linkAt(terminal);
  const browser = await site.browser('developer');
  const code = await codeOf(browser, token);
  terminal.writes(code.slice(0, 3));
  terminal.closes();
  await terminal.ended;
  while ((await browser.get(`/api/key-links/${token}`)).status !== 404);
  t.strictSame((await browser.get('/api/keys')).body.keys, []);
  t.strictSame(await site.recorded('sign-in.link-refused'), [], 'half a code is no guess');
  t.strictSame(site.faults, []);
});

type Answer = (answers: readonly string[]) => void;

/** A client of its own making with an unknown key; each question goes to `answered`. Resolves when it is let in or gone. */
function aRudeClient(
  t: Test,
  site: LinkSite,
  answered: (prompt: string, answer: Answer, client: ssh2.Client) => void,
): Promise<'let-in' | 'gone'> {
  const client = new ssh2.Client();
  t.teardown(() => client.destroy());
  return new Promise((resolve) => {
    client.on('ready', () => resolve('let-in'));
    client.on('error', () => resolve('gone'));
    client.on('close', () => resolve('gone'));
    client.on('keyboard-interactive', (_name, _instructions, _language, prompts, finish) =>
      answered(prompts[0]?.prompt ?? '', finish as Answer, client),
    );
    client.connect({
      ...{ host: '127.0.0.1', port: site.door.port, username: 'git' },
      ...{ privateKey: makeEd25519Key('unknown').text, tryKeyboard: true },
      authHandler: ['publickey', 'publickey', 'keyboard-interactive'],
    });
  });
}

const tokenIn = (prompt: string): string => /\/login\/ssh\/([A-Za-z0-9_-]{22})/.exec(prompt)?.[1] ?? '';

void t.test('answers that no person gives end the sign-in, and the link with it', async (t) => {
  const site = await aLinkSite(t);
  const browser = await site.browser('developer');
  const rude: Readonly<Record<string, (answer: Answer, code: string, client: ssh2.Client) => void>> = {
    'no line': (answer) => answer([]),
    'the code twice': (answer, code) => answer([code, code]),
    'the code in pieces': (answer, code) => answer([...code]),
    'a hundred lines': (answer, code) => answer(Array.from({ length: 100 }, () => code)),
    'gone in the middle': (_answer, _code, client) => void client.destroy(),
  };
  for (const [what, say] of Object.entries(rude)) {
    let token = '';
    const ended = await aRudeClient(t, site, (prompt, answer, client) => {
      token = tokenIn(prompt);
      void codeOf(browser, token).then((code) => say(answer, code, client));
    });
    t.equal(ended, 'gone', what);
    t.match(token, /^\S{22}$/, what);
    while ((await browser.get(`/api/key-links/${token}`)).status !== 404);
  }
  t.strictSame((await browser.get('/api/keys')).body.keys, []);
  t.strictSame(site.faults, []);
});

void t.test('a client that answers on and on is heard five times, and let in as nobody', async (t) => {
  const site = await aLinkSite(t);
  const browser = await site.browser('developer');
  const prompts: string[] = [];
  let code: Promise<string> | undefined;
  const ended = await aRudeClient(t, site, (prompt, answer) => {
    prompts.push(prompt);
    code ??= codeOf(browser, tokenIn(prompt));
    void code.then((right) =>
      answer([prompts.length < 3 ? anotherCode(right) : `${right}${'0'.repeat(10_000)}`]),
    );
  });
  t.equal(ended, 'let-in');
  t.equal(prompts.length, 5, prompts.join('\n'));
  t.equal((await site.recorded('sign-in.link-refused')).length, 5);
  t.strictSame((await browser.get('/api/keys')).body.keys, []);
  t.strictSame(site.faults, []);
});

void t.test('of one address twenty may have a link at once, and one that ends makes room', async (t) => {
  const site = await aLinkSite(t);
  const clients: ssh2.Client[] = [];
  const asked = await Promise.all(
    Array.from(
      { length: 20 },
      () =>
        new Promise<string>((resolve) => {
          void aRudeClient(t, site, (prompt, _answer, client) => {
            clients.push(client);
            resolve(prompt);
          });
        }),
    ),
  );
  t.ok(asked.every((prompt) => tokenIn(prompt) !== ''));
  const { file } = await site.key('laptop');
  const terminal = sshAtTerminal(t, await site.client([file]), undefined);
  await terminal.reads(/sluice: too many sign-in links are open; try again in a few minutes/);
  clients[0]?.destroy();
  const shown = async (): Promise<boolean> => {
    const next = sshAtTerminal(t, await site.client([file]), undefined);
    const isShown = await linkAt(next).then(
      () => true,
      () => false,
    );
    next.closes();
    return isShown;
  };
  while (!(await shown()));
  t.strictSame(site.faults, []);
});
