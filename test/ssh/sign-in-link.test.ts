import t from 'tap';
import { hashKey } from '../../gateway/identity/key-hash.ts';
import { parsePublicKeyLine } from '../../gateway/ssh/public-key-line.ts';
import { aLinkSite, anotherCode, codeOf, linkAt, sshAtTerminal } from './sign-in-link.ts';

t.setTimeout(300_000);

void t.test(
  'at a terminal an unknown key shows a link, and its code makes the key the person’s',
  async (t) => {
    const site = await aLinkSite(t);
    const { file, line } = await site.key('laptop');
    const { key, fingerprint } = parsePublicKeyLine(line);
    const terminal = sshAtTerminal(t, await site.client([file]), undefined);
    await terminal.reads(new RegExp(`your key ${fingerprint.replaceAll('+', '\\+')} is not registered here`));
    const { path, token } = await linkAt(terminal);

    const browser = await site.browser('developer');
    t.equal((await browser.open(path, 'developer')).status, 200);
    const seen = await browser.get(`/api/key-links/${token}`);
    t.match(seen.body, { fingerprint, address: '127.0.0.1', state: 'open', keyLifeMs: 12 * 3_600_000 });
    t.notOk('code' in seen.body, 'there is no code before the button is pressed');
    const code = await codeOf(browser, token);
    t.match(code, /^\d{6}$/);
    t.match((await browser.get(`/api/key-links/${token}`)).body, { state: 'code-shown' });
    terminal.types(`${code.slice(0, 3)} ${code.slice(3)}`);
    await terminal.reads(/sluice: you are .*, and this key is yours until \d\d:\d\d UTC/);
    await terminal.reads(/sluice: you are/);
    t.equal(await terminal.ended, 0, terminal.shown);

    t.match((await browser.get(`/api/key-links/${token}`)).body, { state: 'bound' });
    const { body: own } = await browser.get('/api/keys');
    t.match(own.keys, [{ fingerprint, origin: 'sign-in-link', name: 'terminal at 127.0.0.1' }]);
    t.equal(own.keys[0].endsAt - own.keys[0].createdAt, 12 * 3_600_000);
    t.match(await site.recorded('sign-in.link-opened'), [
      { principalId: browser.principal.id, shown: fingerprint, terminal: '127.0.0.1' },
    ]);
    t.match(await site.recorded('credential.issued'), [{ kind: 'ssh', origin: 'sign-in-link' }]);
    t.match(await site.node.store.credential(hashKey(key.blob)), { principal: { id: browser.principal.id } });
    const again = await (await site.client([file])).run(undefined);
    t.match(again.stdout, /sluice: you are/, 'from now on without a link');

    const ended = await browser.change(`/api/keys/${own.keys[0].id}/revoke`, {});
    t.equal(ended.status, 200);
    t.not((await (await site.client([file])).run('help')).code, 0, 'revoked like any other key');
  },
);

void t.test('who types five codes that are not it stays nobody, and is on record', async (t) => {
  const site = await aLinkSite(t);
  const { file } = await site.key('laptop');
  const terminal = sshAtTerminal(t, await site.client([file]), undefined);
  const { token } = await linkAt(terminal);
  terminal.types('000000');
  await terminal.reads(/nobody has signed in at the link yet, and 4 tries are left/);
  const browser = await site.browser('developer');
  const code = await codeOf(browser, token);
  for (const left of ['3 tries are', '2 tries are', 'one try is']) {
    terminal.types(anotherCode(code));
    await terminal.reads(new RegExp(`that is not the code, and ${left} left`));
  }
  terminal.types(`${code}0`);
  await terminal.reads(/sluice: none of 5 codes was the one that the link shows; nothing was changed/);
  t.not(await terminal.ended, 0);
  t.equal((await browser.get(`/api/key-links/${token}`)).status, 404);
  t.strictSame((await browser.get('/api/keys')).body.keys, []);
  t.equal((await site.recorded('sign-in.link-refused')).length, 4);
  t.ok(site.node.knocks.includes('ssh-link-guess'));
});
