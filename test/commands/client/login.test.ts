import { once } from 'node:events';
import { readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { constants } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { sshAgent } from '../../../gateway/commands/client/ssh-agent.ts';
import { makeAppRepository } from '../../../gateway/demo/sample-repository.ts';
import { scopeOf } from '../../https/git-node.ts';
import { sluiceProgram } from '../../servers/clone.ts';
import { gitClient } from '../../servers/git.ts';
import { startSshAgent } from '../../servers/ssh-agent.ts';
import { temporaryDirectory } from '../../servers/temporary-directory.ts';
import { aTerminal } from '../../servers/terminal.ts';
import { keygen, makeKey } from '../../ssh/openssh.ts';
import { anotherCode, codeOf } from '../../ssh/sign-in-link.ts';
import { gitSsh } from '../../ssh/ways.ts';
import { aCertificate, aLoginSite, loginLinkAt } from './login.ts';
import { sluice } from './operator.ts';

t.setTimeout(200_000);

/** As the terminal has it. */
const stoppedByCtrlC = -constants.signals.SIGINT & 0xff;

/** The command at a server that shows a link, and says nothing more, or breaks off, once it is told that the link is left. */
async function atAnotherServer(t: Test, isSilent: boolean) {
  let left!: () => void;
  const leaving = new Promise<void>((resolve) => {
    left = resolve;
  });
  const server = createHttpServer((request, response) => {
    if (request.url !== '/api/ssh/logins') {
      left();
      if (!isSilent) request.socket.destroy();
      return;
    }
    const link = `https://gw.test/login/ssh/${'A'.repeat(22)}`;
    const login = {
      ticket: 'B'.repeat(22),
      link,
      fingerprint: `SHA256:${'c'.repeat(43)}`,
      now: 1,
      endsAt: 2,
    };
    response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify(login));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const terminal = aTerminal(t, [process.execPath, ...sluiceProgram, 'login', '--ssh'], {
    SLUICE_URL: `http://127.0.0.1:${port}`,
    HOME: await temporaryDirectory(t),
  });
  return { terminal, leaving };
}

void t.test('who signs in at the link has a certificate in the ssh-agent, and clones with it', async (t) => {
  const site = await aLoginSite(t);
  const agent = await site.agent();
  const terminal = site.login(agent, await site.home(), '--for', '30m');
  const { path, token } = await loginLinkAt(terminal);
  const browser = await site.browser('developer');
  t.equal((await browser.open(path, 'developer')).status, 200);
  const seen = await browser.get(`/api/key-links/${token}`);
  t.match(seen.body, { state: 'open', address: '127.0.0.1', keyLifeMs: 1_800_000 });
  t.ok(terminal.shown.includes(`the key is ${seen.body.fingerprint}`), 'the same key on both screens');
  terminal.types('000000');
  await terminal.reads(/nobody has signed in at the link yet, and 4 tries are left/);
  const code = await codeOf(browser, token);
  terminal.types('12345');
  await terminal.reads(/that is not six digits/);
  terminal.types(anotherCode(code));
  await terminal.reads(/that is not the code, and 3 tries are left/);
  t.strictSame(await agent.held(), [], 'nothing before the code');
  terminal.types(`${code.slice(0, 3)} ${code.slice(3)}`);
  await terminal.reads(/you are P-\w+ .*\nyour certificate is in your ssh-agent, good until \d\d:\d\d UTC/);
  t.equal(await terminal.ended, 0, terminal.shown);

  t.match(await agent.held(), [
    new RegExp(`^256 ${seen.body.fingerprint.replaceAll('+', '\\+')} sluice http.* \\(ED25519-CERT\\)$`),
  ]);
  t.match((await browser.get(`/api/key-links/${token}`)).body, { state: 'bound' });
  const { body: own } = await browser.get('/api/keys');
  t.match(own.keys, [
    { fingerprint: seen.body.fingerprint, origin: 'sign-in-link', name: 'sluice login at 127.0.0.1' },
  ]);
  t.equal(own.keys[0].endsAt - own.keys[0].createdAt, 1_800_000);
  t.match(await site.recorded('sign-in.link-opened'), [{ principalId: browser.principal.id }]);
  t.match(await site.recorded('credential.issued'), [
    { principalId: browser.principal.id, kind: 'ssh', origin: 'sign-in-link' },
  ]);

  const { node, door } = site;
  await makeAppRepository(node.directory);
  const principal = await node.store.principal(browser.principal.id);
  if (principal === undefined) throw new Error('nobody has signed in');
  await node.grant(principal, { scope: scopeOf('app', 'fetch') });
  // Nothing but what the agent holds.
  const ssh = gitSsh(await site.client(), '-o', 'IdentitiesOnly=no');
  const git = await gitClient(t, { env: { ...ssh, SSH_AUTH_SOCK: agent.socket } });
  await git.must(['clone', '-q', `ssh://git@127.0.0.1:${door.port}/hub/app.git`, 'app']);
  t.equal((await readFile(join(git.directory, 'app/.git/HEAD'), 'utf8')).trim(), 'ref: refs/heads/main');

  t.equal((await browser.change(`/api/keys/${own.keys[0].id}/revoke`, {})).status, 200);
  const refused = await git.run(['ls-remote', `ssh://git@127.0.0.1:${door.port}/hub/app.git`]);
  t.not(refused.code, 0, 'and it is ended like any key');
  t.strictSame(site.faults, []);
});

void t.test(
  'where there is no ssh-agent, ssh finds key and certificate in files of their owner alone',
  async (t) => {
    const site = await aLoginSite(t);
    const home = await site.home();
    const file = join(home, '.ssh', 'sluice_127.0.0.1');
    const terminal = site.login(undefined, home);
    const { token } = await loginLinkAt(terminal);
    const browser = await site.browser('developer');
    terminal.types(await codeOf(browser, token));
    const [, told] = await terminal.reads(/your certificate is in (\S+)-cert\.pub, good until/);
    t.equal(told, file);
    await terminal.reads(
      new RegExp(`Host 127.0.0.1\n    Port ${site.door.port}\n    IdentityFile ${file}\n`),
    );
    t.equal(await terminal.ended, 0, terminal.shown);
    for (const name of [file, `${file}-cert.pub`]) t.equal((await stat(name)).mode & 0o777, 0o600, name);
    t.equal((await stat(join(home, '.ssh'))).mode & 0o777, 0o700);
    t.match(
      await keygen('-L', '-f', `${file}-cert.pub`),
      `        Principals: \n                ${browser.principal.id}`,
    );
    t.match((await (await site.client([file])).run(undefined)).stdout, /sluice: you are /);

    // Files that others may read are replaced and not written into, the second time too.
    const elsewhere = join(home, 'elsewhere');
    await writeFile(elsewhere, 'old', { mode: 0o644 });
    await symlink(elsewhere, join(home, 'other'));
    const agent = await site.agent();
    const again = site.login(agent, home, '--file', join(home, 'other'));
    again.types(await codeOf(browser, (await loginLinkAt(again)).token));
    t.equal(await again.ended, 0, again.shown);
    t.equal(await readFile(elsewhere, 'utf8'), 'old');
    t.match((await (await site.client([join(home, 'other')])).run(undefined)).stdout, /sluice: you are /);
    t.strictSame(await agent.held(), []);
  },
);

void t.test('a second sign-in takes the place of the first in the agent, and other keys stay', async (t) => {
  const site = await aLoginSite(t);
  const agent = await site.agent();
  const other = join(await site.home(), 'other');
  await makeKey(other);
  await agent.add('-q', other);
  const browser = await site.browser('developer');
  for (const _time of [1, 2]) {
    const terminal = site.login(agent, await site.home());
    terminal.types(await codeOf(browser, (await loginLinkAt(terminal)).token));
    t.equal(await terminal.ended, 0, terminal.shown);
    t.match(await agent.held(), [/a comment/, /ED25519-CERT/]);
  }
});

void t.test('the agent forgets what it was given when its time is over', async (t) => {
  const { socket, held } = await startSshAgent(t);
  const { key, certificate } = aCertificate();
  const agent = sshAgent(socket);
  await agent.hold(key, certificate, 'long', 3_600);
  await agent.hold(key, aCertificate(key).certificate, 'brief', 1);
  t.equal((await held()).length, 2);
  while ((await held()).length > 1);
  t.match(await held(), [/long \(ED25519-CERT\)$/]);
});

void t.test('an agent that is none, or that says no, is told in a sentence', async (t) => {
  const { key, certificate } = aCertificate();
  await t.rejects(sshAgent('/nowhere').greet(), {
    name: 'AgentError',
    message: /cannot be reached \(ENOENT\)/,
  });
  const answers: readonly [Buffer, RegExp][] = [
    [Buffer.of(0, 0, 0, 1, 5), /does not take the certificate/],
    [Buffer.of(0, 0, 0, 1, 99), /in no words of an agent/],
    [Buffer.of(0xff, 0, 0, 0), /answers with 4278190080 bytes/],
    [Buffer.of(0, 0, 0, 5, 12, 0xff, 0, 0, 0), /in no words of an agent/],
    [Buffer.of(0, 0, 0, 9, 12, 0, 0, 0, 1, 0xff, 0, 0, 0), /in no words of an agent/],
  ];
  for (const [answer, message] of answers) {
    const socket = join(await temporaryDirectory(t), 'agent');
    const server = createServer((client) => void client.on('error', () => undefined).end(answer)).listen(
      socket,
    );
    await once(server, 'listening');
    t.teardown(() => server.close());
    await t.rejects(sshAgent(socket).hold(key, certificate, 'x', 60), { name: 'AgentError', message });
  }
});

void t.test('Ctrl-C ends the link, whoever has it open, and the command by that signal', async (t) => {
  const site = await aLoginSite(t);
  const terminal = site.login(undefined, await site.home());
  const { token } = await loginLinkAt(terminal);
  const browser = await site.browser('developer');
  const code = await codeOf(browser, token);
  terminal.writes('\x03');
  t.equal(await terminal.ended, stoppedByCtrlC, terminal.shown);
  t.match(await browser.get(`/api/key-links/${token}`), { status: 404, body: { error: 'link-ended' } });
  t.notOk(terminal.shown.includes(code));
  t.strictSame(await site.recorded('credential.issued'), []);
});

void t.test('Ctrl-C ends the command where nobody can be told, and a second one does not wait', async (t) => {
  for (const isSilent of [false, true]) {
    const { terminal, leaving } = await atAnotherServer(t, isSilent);
    await loginLinkAt(terminal);
    terminal.writes('\x03');
    await leaving;
    if (isSilent) terminal.writes('\x03');
    t.equal(await terminal.ended, stoppedByCtrlC, terminal.shown);
  }
});

void t.test('who types nothing, or goes, has changed nothing, and bad usage is told', async (t) => {
  const site = await aLoginSite(t);
  const env = { SLUICE_URL: site.page.address, HOME: await site.home() };
  const nobody = await sluice(env, 'login', '--ssh');
  t.equal(nobody.code, 1);
  t.match(nobody.err, /nobody typed the digits that the link shows; nothing was changed/);
  const [, unused = ''] = /\/login\/ssh\/(\S{22})/.exec(nobody.err) ?? [];
  t.equal((await (await site.browser('developer')).get(`/api/key-links/${unused}`)).status, 404);
  t.equal((await sluice(env, 'login')).code, 2);
  t.equal((await sluice(env, 'login', '--ssh', '--for', 'ever')).code, 2);
  const long = await sluice(env, 'login', '--ssh', '--for', '9d');
  t.equal(long.code, 1);
  t.match(long.err, /expiresIn 9d is outside 1m to 1h/);
  t.equal((await sluice({ ...env, SLUICE_URL: 'http://127.0.0.1:9' }, 'login', '--ssh')).code, 69);
  t.strictSame(await site.recorded('credential.issued'), []);
});
