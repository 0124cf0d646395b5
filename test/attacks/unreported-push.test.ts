import { execFileSync } from 'node:child_process';
import type { Socket } from 'node:net';
import t from 'tap';
import { pktLine } from '../../gateway/git/pkt-line.ts';
import { aGitNode, scopeOf } from '../https/git-node.ts';
import { gitClient } from '../servers/git.ts';
import { rawResponse, startHostileHost } from '../servers/hostile-host.ts';

const zero = '0'.repeat(40);
const advertised = `001f# service=git-receive-pack\n0000${pktLine(`${zero} capabilities^{}\0report-status side-band-64k delete-refs\n`).toString('latin1')}0000`;
const result = 'application/x-git-receive-pack-result';

/** What the host does once it has the whole push; whether it leaves open what became of it. */
const ends: Readonly<Record<string, { answer: (socket: Socket) => void; leavesOpen: boolean }>> = {
  'closes without a word': { answer: (socket) => socket.destroy(), leavesOpen: true },
  'answers 504 for the host behind it': {
    answer: (socket) => socket.end(rawResponse('504 Gateway Time-out')),
    leavesOpen: true,
  },
  'answers a page': {
    answer: (socket) => socket.end(rawResponse('200 OK', { 'Content-Type': 'text/html' }, '<b>done</b>')),
    leavesOpen: true,
  },
  'has nothing to report': {
    answer: (socket) => socket.end(rawResponse('200 OK', { 'Content-Type': result })),
    leavesOpen: true,
  },
  'closes before its report': {
    answer: (socket) =>
      socket.end(rawResponse('200 OK', { 'Content-Type': result, 'Content-Length': '500' })),
    leavesOpen: true,
  },
  'closes inside its report': {
    answer: (socket) =>
      socket.end(
        rawResponse('200 OK', { 'Content-Type': result, 'Content-Length': '500' }, '0030\x01000eunpack ok\n'),
      ),
    leavesOpen: true,
  },
  'refuses the gateway’s credential': {
    answer: (socket) => socket.end(rawResponse('403 Forbidden')),
    leavesOpen: false,
  },
};

for (const [what, { answer, leavesOpen }] of Object.entries(ends))
  void t.test(`a host that has a whole push and ${what}: nobody is told a guess`, async (t) => {
    const host = await startHostileHost(t, async (request, socket) => {
      if (request.method === 'GET')
        return socket.write(
          rawResponse(
            '200 OK',
            { 'Content-Type': 'application/x-git-receive-pack-advertisement' },
            advertised,
          ),
        );
      await request.body();
      return answer(socket);
    });
    const node = await aGitNode(t, { hostUrl: host.url });
    const { principal, secret } = await node.person();
    await node.grant(principal, { scope: scopeOf('app', 'push') });
    const git = await gitClient(t);
    await git.must(['init', '-q', 'app']);
    const inApp = { cwd: `${git.directory}/app` };
    await git.must(['commit', '-q', '--allow-empty', '-m', 'one'], inApp);
    const id = execFileSync('git', ['rev-parse', 'HEAD'], inApp).toString().trim();
    const { code, stderr } = await git.run(
      ['push', node.address(secret, 'app.git'), 'HEAD:refs/heads/x'],
      inApp,
    );
    t.not(code, 0);
    const entries = await node.entries();
    // What the host says when it is asked may be on record behind the end.
    t.match(
      entries.find(({ type }) => type === 'operation.ended'),
      { outcome: 'upstream-failed' },
    );
    const settled = entries.filter(({ type }) => type === 'push.settled');
    if (!leavesOpen) return t.match(settled, [{ updates: [{ outcome: 'refused' }], learnedBy: 'gateway' }]);
    t.match(settled, [{ updates: [{ ref: 'refs/heads/x', oldId: zero, newId: id, outcome: 'unknown' }] }]);
    t.notMatch(stderr, 'nothing was changed');
    if (what !== 'closes inside its report') t.match(stderr, 'did not say what became of it');
    return undefined;
  });

void t.test('a host that is gone by the time of the push has nothing of it, and so it is told', async (t) => {
  const host = await startHostileHost(t, (_, socket) => {
    host.stopListening();
    socket.end(
      rawResponse('200 OK', { 'Content-Type': 'application/x-git-receive-pack-advertisement' }, advertised),
    );
  });
  const node = await aGitNode(t, { hostUrl: host.url });
  const { principal, secret } = await node.person();
  await node.grant(principal, { scope: scopeOf('app', 'push') });
  const git = await gitClient(t);
  await git.must(['init', '-q', 'app']);
  const inApp = { cwd: `${git.directory}/app` };
  await git.must(['commit', '-q', '--allow-empty', '-m', 'one'], inApp);
  const { code, stderr } = await git.run(
    ['push', node.address(secret, 'app.git'), 'HEAD:refs/heads/x'],
    inApp,
  );
  t.not(code, 0);
  t.match(stderr, 'nothing was changed');
  const entries = await node.entries();
  t.match(entries.at(-1), {
    type: 'operation.ended',
    outcome: 'upstream-failed',
    reason: 'upstream-unreachable',
  });
  t.match(
    entries.filter(({ type }) => type === 'push.settled'),
    [{ updates: [{ ref: 'refs/heads/x', outcome: 'cut' }], learnedBy: 'gateway' }],
  );
});
