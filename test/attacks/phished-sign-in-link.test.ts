/** Somebody who wants another's name for their own key, and gets that other to open the link of their own terminal. */
import t from 'tap';
import { aLinkSite, anotherCode, codeOf, type LinkSite, linkAt, sshAtTerminal } from '../ssh/sign-in-link.ts';

t.setTimeout(200_000);

/** The phisher's terminal, waiting for six digits. */
async function phisherAt(t: Parameters<typeof sshAtTerminal>[0], site: LinkSite) {
  const { file } = await site.key('phisher');
  const terminal = sshAtTerminal(t, await site.client([file]), undefined);
  return { terminal, file, ...(await linkAt(terminal)) };
}

/** The key is nobody's, as its holder is told on the next try. */
async function isNobodys(
  t: Parameters<typeof sshAtTerminal>[0],
  site: LinkSite,
  file: string,
): Promise<void> {
  const { stdout, stderr } = await (await site.client([file])).run('help');
  t.notMatch(stdout + stderr, /you are /);
  t.match(stderr, /is not registered here/);
  t.strictSame(await site.recorded('credential.issued'), []);
}

void t.test('a victim who signs in at the link gives nothing away', async (t) => {
  const site = await aLinkSite(t);
  const { terminal, file, path, token } = await phisherAt(t, site);
  const victim = await site.browser('developer');
  t.equal((await victim.open(path, 'developer')).status, 200);
  const { body } = await victim.get(`/api/key-links/${token}`);
  t.match(body, { address: '127.0.0.1', state: 'open' }, 'told where the terminal is, and which key');
  for (let tries = 4; tries > 0; tries -= 1) {
    terminal.types('123456');
    await terminal.reads(
      new RegExp(`nobody has signed in at the link yet, and ${tries === 1 ? 'one try' : tries}`),
    );
  }
  terminal.types('123456');
  await terminal.reads(/none of 5 codes was the one/);
  t.not(await terminal.ended, 0);
  await isNobodys(t, site, file);
  t.equal((await victim.change(`/api/key-links/${token}/code`, {})).status, 404, 'and the link is dead');
});

void t.test(
  'a victim who even presses the button has the digits, and the phisher five guesses',
  async (t) => {
    const site = await aLinkSite(t);
    const { terminal, file, token } = await phisherAt(t, site);
    const victim = await site.browser('developer');
    const code = await codeOf(victim, token);
    for (const left of ['4 tries are', '3 tries are', '2 tries are', 'one try is']) {
      terminal.types(anotherCode(code));
      await terminal.reads(new RegExp(`that is not the code, and ${left} left`));
    }
    terminal.types(anotherCode(code));
    await terminal.reads(/none of 5 codes was the one/);
    t.not(await terminal.ended, 0);
    await isNobodys(t, site, file);
    t.match(
      await site.recorded('sign-in.link-refused'),
      Array.from({ length: 5 }, () => ({ reason: 'wrong-code', principalId: victim.principal.id })),
      'the victim’s colleagues can see what was tried',
    );
  },
);

void t.test('no page of the phisher’s can press the button, and no look at the link takes it', async (t) => {
  const site = await aLinkSite(t);
  const { file, path, token } = await phisherAt(t, site);
  const victim = await site.browser('developer');
  const ask = `/api/key-links/${token}/code`;
  const foreign: Record<string, string>[] = [
    { origin: 'https://phisher.test', 'sec-fetch-site': 'cross-site' },
    { origin: 'null' },
    { 'x-csrf-token': '' },
    { 'x-csrf-token': 'A'.repeat(43) },
    { 'content-type': 'text/plain' },
    { 'content-type': 'application/x-www-form-urlencoded', 'x-csrf-token': '' },
  ];
  for (const headers of foreign) {
    const { status, body } = await victim.change(ask, {}, headers);
    t.ok(status >= 400 && status < 500, `${status} for ${JSON.stringify(headers)}`);
    t.notOk('code' in (body ?? {}));
  }
  for (const method of ['GET', 'PUT', 'DELETE'])
    t.ok((await victim.send(ask, { method })).status >= 400, method);
  const stranger = site.page.browser();
  t.equal((await stranger.get(`/api/key-links/${token}`)).status, 401);
  await stranger.visit(path);
  await victim.visit(path);
  t.match((await victim.get(`/api/key-links/${token}`)).body, { state: 'open' }, 'it is still nobody’s');
  const page = await victim.visit(path);
  t.match(page.headers.get('content-security-policy'), /frame-ancestors 'none'/, 'nor is it framed');
  await isNobodys(t, site, file);
});

void t.test('who opened the link first has the digits alone, and the key becomes theirs', async (t) => {
  const site = await aLinkSite(t);
  const { terminal, token } = await phisherAt(t, site);
  const phisher = await site.browser('developer');
  const victim = await site.browser('approver');
  const code = await codeOf(phisher, token);
  t.match(await victim.get(`/api/key-links/${token}`), { status: 409 });
  t.equal((await victim.change(`/api/key-links/${token}/code`, {})).status, 409);
  t.equal((await phisher.change(`/api/key-links/${token}/code`, {})).status, 409, 'shown once, to anybody');
  terminal.types(code);
  await terminal.reads(/this key is yours until/);
  t.equal(await terminal.ended, 0);
  t.match(await site.recorded('credential.issued'), [{ principalId: phisher.principal.id }]);
  t.strictSame((await victim.get('/api/keys')).body.keys, []);
});
