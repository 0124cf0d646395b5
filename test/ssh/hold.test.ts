import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { type GitNodeOptions, scopeOf } from '../https/git-node.ts';
import { gitClient } from '../servers/git.ts';
import { anOffice } from './commands/people.ts';

t.setTimeout(300_000);

/** A developer whose git waits, and a lead who answers. */
async function aWaitingDeveloper(
  t: Test,
  options: GitNodeOptions = {},
  reason: string | undefined = 'a fix',
) {
  const office = await anOffice(t, options);
  const { at } = office;
  const dev = await office.somebody('dev', ['developers']);
  const lead = await office.somebody('lead', ['leads', 'approvers']);
  const git = await gitClient(t, {
    env: {
      GIT_SSH_COMMAND: ['ssh', '-o', '"SendEnv=SLUICE_WAIT SLUICE_REASON"', ...dev.ssh.options].join(' '),
      SLUICE_WAIT: '1',
      ...(reason === undefined ? {} : { SLUICE_REASON: reason }),
    },
  });
  const requests = () => at.node.store.requests({ limit: 500 });
  return {
    office,
    at,
    dev,
    lead,
    git,
    requests,
    address: (name: string) => `ssh://git@127.0.0.1:${at.door.port}/hub/${name}`,
    /** The id of the request once that many wait for it. */
    async waited(count: number): Promise<string> {
      while (at.node.git.waits.size < count) await new Promise((resolve) => setTimeout(resolve, 5));
      return (await requests())[0]?.id ?? '';
    },
    refusals: async () => (await at.node.entries()).filter(({ type }) => type === 'operation.refused'),
  };
}

void t.test('a clone and a push that are refused are asked for, and go on in the same command', async (t) => {
  const { at, dev, lead, git, address, waited, refusals } = await aWaitingDeveloper(t);
  const clone = git.start(['clone', '-q', address('app.git'), 'app']);
  const id = await waited(1);
  t.match((await lead.ssh.run(`approve ${id}`)).code, 0);
  const cloned = await clone.finished;
  t.equal(cloned.code, 0, cloned.stderr);
  t.match(
    cloned.stderr,
    new RegExp(
      `^sluice: no live grant to fetch hub/app\n${id}: fetch hub/app for 1 h\nwaits for an approver until .* UTC.*\nits page: https://gw.test/a/${id}\nwaiting; whoever leaves ends the wait, not the request\n${id}: approved by lead at \\d\\d:\\d\\d UTC\n$`,
    ),
  );
  const cwd = join(git.directory, 'app');
  t.ok(await readFile(join(cwd, 'README.md')));

  await git.must(['commit', '-q', '--allow-empty', '-m', 'after waiting'], { cwd });
  const push = git.start(['push', '-q', 'origin', 'HEAD:refs/heads/waited'], { cwd });
  const pushId = await waited(1);
  t.not(pushId, id);
  await lead.ssh.run(`approve ${pushId}`);
  const pushed = await push.finished;
  t.equal(pushed.code, 0, pushed.stderr);

  const entries = await at.node.entries();
  t.match(await refusals(), [
    { door: 'ssh', principalId: dev.principal.id, right: 'fetch', reason: 'no-grant', waitEnded: undefined },
    { door: 'ssh', principalId: dev.principal.id, right: 'push', waitEnded: undefined },
  ]);
  t.match(
    entries.filter(({ type }) => type === 'operation.started'),
    [
      { right: 'fetch', requestId: id },
      { right: 'push', requestId: pushId },
    ],
  );
  t.match(
    entries.filter(({ type }) => type === 'request.created'),
    [{ door: 'ssh', reason: 'a fix' }, { door: 'ssh' }],
  );
  t.strictSame(at.faults, []);
  t.strictSame(at.node.troubles, []);
});

void t.test('a denial ends the command with its words, and stays refused on record', async (t) => {
  const { lead, git, address, waited, refusals } = await aWaitingDeveloper(t);
  const clone = git.start(['clone', '-q', address('app.git'), 'app']);
  const id = await waited(1);
  await lead.ssh.run(`deny ${id} --reason not before ‮Monday`);
  const { code, stderr } = await clone.finished;
  t.equal(code, 128);
  t.match(
    stderr,
    new RegExp(
      `fatal: remote error: sluice: ${id}: denied by lead at .* UTC: "not before (\\\\u\\{202e\\})?Monday"\nask again: https://gw.test/ask/hub/app\\?right=fetch`,
    ),
  );
  t.match(await refusals(), [
    { reason: 'no-grant', waitEnded: undefined },
    { reason: 'no-grant', requestId: id, waitEnded: 'denied', basis: {} },
  ]);
});

void t.test('a wait is bounded in time, and its request stays', async (t) => {
  const { git, address, requests, refusals } = await aWaitingDeveloper(t, { shortened: { maxWaitMs: 300 } });
  const { code, stderr } = await git.run(['clone', '-q', address('app.git'), 'app']);
  t.equal(code, 128);
  const [request] = await requests();
  t.match(
    stderr,
    `fatal: remote error: sluice: nobody answered ${request?.id} within 300 ms; it still waits`,
  );
  t.match(stderr, `run this again once it is answered: https://gw.test/a/${request?.id}`);
  t.match(request, { state: { kind: 'pending' } });
  t.match((await refusals())[1], { waitEnded: 'timed-out' });
});

void t.test('a request that lapses says so', async (t) => {
  const { git, address, requests } = await aWaitingDeveloper(t, {
    rules:
      '\n  - { match: "hub/**", requesters: [developers], fetch: { approval: 1, maxDuration: 8h, decideWithin: 1m } }',
    between: (store) => ({
      ...store,
      createRequest: async (request, event) =>
        await store.createRequest({ ...request, decideBy: request.createdAt + 400 }, event),
    }),
  });
  const { code, stderr } = await git.run(['clone', '-q', address('app.git'), 'app']);
  t.equal(code, 128);
  const [request] = await requests();
  t.match(stderr, new RegExp(`fatal: remote error: sluice: ${request?.id}: lapsed: nobody answered until`));
});

void t.test('fifty refusals alike make one request, and its approval lets all of them go on', async (t) => {
  const { lead, git, address, waited, requests, at } = await aWaitingDeveloper(t);
  const lists = Array.from({ length: 50 }, () => git.start(['ls-remote', address('app.git')]));
  const id = await waited(50);
  t.equal((await requests()).length, 1);
  await lead.ssh.run(`approve ${id}`);
  const ends = await Promise.all(lists.map(({ finished }) => finished));
  t.strictSame([...new Set(ends.map(({ code }) => code))], [0]);
  const created = (await at.node.entries()).filter(({ type }) => type === 'request.created');
  t.equal(created.length, 1);
});

void t.test(
  'only its own request matters: another of the same person neither ends nor fails the wait',
  async (t) => {
    const { dev, lead, git, address, waited, office, at } = await aWaitingDeveloper(t);
    const list = git.start(['ls-remote', address('app.git')]);
    const id = await waited(1);
    const other = await office.asked(dev, 'hub/other fetch --for 1h --reason something else');
    const third = await office.asked(dev, 'hub/third fetch --for 1h --reason something else');
    await lead.ssh.run(`deny ${other} --reason no`);
    await lead.ssh.run(`approve ${third}`);
    t.equal(at.node.git.waits.size, 1);
    await lead.ssh.run(`approve ${id}`);
    t.equal((await list.finished).code, 0);
  },
);

void t.test('a push does not wait for a request that its rule would give more than', async (t) => {
  const { at, dev, lead, git, address, waited, office, requests } = await aWaitingDeveloper(t);
  await at.node.grant(dev.principal, { scope: scopeOf('app', 'fetch') });
  await git.must(['clone', '-q', address('app.git'), 'app']);
  const cwd = join(git.directory, 'app');
  const narrow = await office.asked(dev, 'hub/app push --for 1h --ref refs/heads/fix/** --reason a fix');
  const push = git.start(['push', '-q', 'origin', 'HEAD:refs/heads/wide'], { cwd });
  await waited(1);
  const own = (await requests()).find(({ id }) => id !== narrow);
  t.match(own, { scopes: [{ right: 'push', refs: ['refs/heads/**', 'refs/tags/**'] }] });
  await lead.ssh.run(`approve ${narrow}`);
  t.equal(at.node.git.waits.size, 1, 'the narrow one lets nothing go on');
  await lead.ssh.run(`approve ${own?.id}`);
  const { code, stderr } = await push.finished;
  t.equal(code, 0, stderr);
});

void t.test('without a reason where one is needed nothing is asked, and the text says how', async (t) => {
  const { git, address, requests, refusals } = await aWaitingDeveloper(t, {}, '');
  const { code, stderr } = await git.run(['clone', '-q', address('app.git'), 'app']);
  t.equal(code, 128);
  t.match(stderr, 'fatal: remote error: sluice: no live grant to fetch hub/app');
  t.match(stderr, 'sluice: it was not asked for: the reason has 0 characters');
  t.match(stderr, 'say why in SLUICE_REASON');
  t.strictSame(await requests(), []);
  t.match((await refusals())[1], { waitEnded: 'not-asked' });
});

void t.test(
  'a rule that wants nobody else is asked and goes on at once, for no longer than it allows',
  async (t) => {
    const { git, address, at } = await aWaitingDeveloper(t);
    await git.must(['init', '-q', '--bare', join(at.node.directory, 'ask.git')]);
    const { code, stderr } = await git.run(['ls-remote', address('ask.git')]);
    t.equal(code, 0, stderr);
    t.match(stderr, /R-\w+: fetch hub\/ask for 40 min\napproved by the policy at .*\ngranted until/);
  },
);

void t.test('what asking would not mend is refused at once', async (t) => {
  const { git, address, requests, dev, at } = await aWaitingDeveloper(t);
  const { store } = at.node;
  const unknown = await git.run(['ls-remote', `ssh://git@127.0.0.1:${at.door.port}/other/app.git`]);
  t.match(unknown, { code: 128, stderr: /no repository here by that name/ });
  const lock = {
    id: 'L-1',
    on: { kind: 'everything' as const },
    except: [],
    reason: 'freeze',
    by: 'P-A',
    createdAt: await store.now(),
  };
  await at.node.grant(dev.principal, { scope: scopeOf('app', 'fetch') });
  const { value } = await store.lock(lock, { type: 'lock.made', body: { lockId: 'L-1' } });
  t.ok(value);
  const locked = await git.run(['ls-remote', address('app.git')]);
  t.match(locked, { code: 128, stderr: /is locked/ });
  t.equal((await requests()).filter(({ state }) => state.kind === 'pending').length, 0);
  t.equal(at.node.git.waits.size, 0);
});

void t.test('a client that leaves ends its wait; the request stays', async (t) => {
  const { dev, waited, at, requests, refusals } = await aWaitingDeveloper(t);
  const sent = ['-o', 'SetEnv=SLUICE_WAIT=1 SLUICE_REASON=fix'];
  const client = spawn('ssh', [...sent, ...dev.ssh.options, 'git@127.0.0.1', "git-upload-pack 'hub/app'"], {
    env: { PATH: process.env.PATH, HOME: dev.ssh.directory },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const gone = once(client, 'close');
  await waited(1);
  client.kill('SIGKILL');
  await gone;
  while (at.node.git.waits.size > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  t.match(await requests(), [{ state: { kind: 'pending' } }]);
  while ((await refusals()).length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  t.match((await refusals())[1], { waitEnded: 'client-left' });
});

void t.test('a key that is revoked during the wait lets nothing go on', async (t) => {
  const { git, address, waited, at, dev, lead } = await aWaitingDeveloper(t);
  const clone = git.start(['clone', '-q', address('app.git'), 'app']);
  const id = await waited(1);
  const { store } = at.node;
  const [key] = await store.credentialsOf(dev.principal.id);
  await store.revokeCredential(dev.principal.id, key?.id ?? '', { type: 'credential.revoked', body: {} });
  await lead.ssh.run(`approve ${id}`);
  t.match(await clone.finished, {
    code: 128,
    stderr: /fatal: remote error: sluice: your key .* is not registered here/,
  });
});
