import { spawn } from 'node:child_process';
import { once } from 'node:events';
import t, { type Test } from 'tap';
import type { GitNodeOptions } from '../../https/git-node.ts';
import { anOffice } from './people.ts';

t.setTimeout(180_000);

async function aWait(t: Test, options: GitNodeOptions = {}) {
  const office = await anOffice(t, options);
  const [dev, lead] = [
    await office.somebody('dev', ['developers']),
    await office.somebody('lead', ['leads', 'approvers']),
  ];
  const { git, store } = office.at.node;
  return {
    office,
    dev,
    lead,
    store,
    waits: git.waits,
    asking: (more = '--wait') => dev.ssh.run(`request hub/app fetch --for 1h --reason a fix ${more}`),
    async waited(): Promise<string> {
      while (git.waits.size === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      return (await store.requests({ limit: 1 }))[0]?.id ?? '';
    },
  };
}

void t.test('approved: 0, what was granted on stdout, what was waited for on stderr', async (t) => {
  const { lead, asking, waited, dev } = await aWait(t);
  const asked = asking();
  const id = await waited();
  await lead.ssh.run(`approve ${id}`);
  const run = await asked;
  t.equal(run.code, 0);
  t.match(
    run.stderr,
    /waits for an approver until .*\nits page: .*\nwaiting; whoever leaves ends the wait, not the request\n$/,
  );
  t.match(
    run.stdout,
    new RegExp(`^${id}: fetch hub/app for 1 h\napproved by lead at .*\ngranted until .*: G-\\w+\n$`),
  );
  const [grant = ''] = /G-\w+/.exec(run.stdout) ?? [];
  const extending = dev.ssh.run(`extend ${grant} --for 30m --reason not done --wait --json`);
  await lead.ssh.run(`approve ${await waited()}`);
  const extended = await extending;
  t.equal(extended.code, 0);
  t.match(JSON.parse(extended.stdout), { state: 'approved', extends: grant });
});

void t.test('denied: 4', async (t) => {
  const { lead, asking, waited } = await aWait(t);
  const asked = asking('--wait --json');
  await lead.ssh.run(`deny ${await waited()} --reason not now`);
  const run = await asked;
  t.equal(run.code, 4);
  t.match(JSON.parse(run.stdout), { state: 'denied', comment: 'not now' });
});

void t.test('lapsed: 5', async (t) => {
  const { asking } = await aWait(t, {
    between: (store) => ({
      ...store,
      createRequest: async (request, event) =>
        await store.createRequest({ ...request, decideBy: request.createdAt + 300 }, event),
    }),
  });
  t.match(await asking(), { code: 5, stdout: /lapsed: nobody answered until/ });
});

void t.test('timed out: 6, by the command’s own bound or the node’s; the request still waits', async (t) => {
  const { asking, store } = await aWait(t, { shortened: { maxWaitMs: 500 } });
  t.match(await asking('--wait=200ms'), {
    code: 6,
    stderr: /nobody answered within 200 ms; R-\w+ still waits\n$/,
  });
  t.match(await asking('--wait=1h'), { code: 6, stderr: /nobody answered within 500 ms/ });
  t.match(await store.requests({ limit: 9 }), [{ state: { kind: 'pending' } }]);
});

void t.test('withdrawn: 7', async (t) => {
  const { asking, dev, store, waited } = await aWait(t);
  const asked = asking();
  const request = await store.request(await waited());
  if (request === undefined) throw new Error('no request');
  const next = { ...request, state: { kind: 'withdrawn' as const, at: await store.now() }, version: 2 };
  await store.answerRequest(
    next,
    [],
    [{ type: 'request.withdrawn', body: { requestId: request.id, principalId: dev.principal.id } }],
  );
  t.match(await asked, { code: 7, stdout: /withdrawn at/ });
});

void t.test('too many that wait, and a node that restarts: 75', async (t) => {
  const { asking, waited, waits, dev } = await aWait(t, { limits: 'limits: { maxWaitsPerPerson: 1 }' });
  const asked = asking();
  await waited();
  const second = await dev.ssh.run('request hub/app push --for 1h --reason a fix --wait');
  t.match(second, { code: 75, stderr: /too many commands wait here already; R-\w+ waits without you/ });
  waits.stop();
  t.match(await asked, { code: 75, stderr: /this gateway is restarting; R-\w+ waits without you/ });
});

void t.test('two who approve at once: one did, the other is told who, and the wait ends once', async (t) => {
  const { office, lead, asking, waited } = await aWait(t);
  const other = await office.somebody('other', ['leads', 'approvers']);
  const asked = asking();
  const id = await waited();
  const answers = await Promise.all([lead, other].map(({ ssh }) => ssh.run(`approve ${id}`)));
  t.strictSame(answers.map(({ code }) => code).sort(), [0, 1]);
  t.match(answers.find(({ code }) => code === 1)?.stderr, new RegExp(`${id} was approved by (lead|other)`));
  t.equal((await asked).code, 0);
});

void t.test('who leaves ends the wait, not the request', async (t) => {
  const { dev, store, waited, waits } = await aWait(t);
  const words = 'request hub/app fetch --for 1h --reason a fix --wait';
  const client = spawn('ssh', [...dev.ssh.options, 'git@127.0.0.1', words], {
    env: { PATH: process.env.PATH, HOME: dev.ssh.directory },
    stdio: 'ignore',
  });
  const gone = once(client, 'close');
  const id = await waited();
  client.kill('SIGKILL');
  await gone;
  while (waits.size > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  t.match(await store.request(id), { state: { kind: 'pending' } });
});
