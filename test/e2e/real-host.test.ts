import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import t from 'tap';
import { makeAppRepository } from '../../gateway/demo/sample-repository.ts';
import { gitClient } from '../servers/git.ts';
import { bigPacks } from './big-packs.ts';
import { aRealHost } from './real-host.ts';

t.setTimeout(600_000);
const execute = promisify(execFile);

const host = await aRealHost(t);
await makeAppRepository(host.repositories);
// Without it no host lets a client of protocol v0 fetch single blobs.
await execute('git', [
  ...['-C', `${host.repositories}/app.git`, 'config', 'uploadpack.allowAnySHA1InWant', 'true'],
]);
await host.grant('app', 'fetch');
const trusting = { caFile: host.site.caFile };

/** Waits until the audit holds an entry. */
async function recorded(matches: (entry: Record<string, unknown>) => boolean) {
  while (true) {
    const found = (await host.node.entries()).find(matches);
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

for (const version of ['0', '1', '2'])
  void t.test(`protocol v${version}: clone, fetch, deepen and unshallow over TLS to the host`, async (t) => {
    const git = await gitClient(t, trusting);
    const v = ['-c', `protocol.version=${version}`];
    const traced = await git.run([...v, 'ls-remote', host.address('app')], {
      env: { GIT_TRACE_PACKET: '1' },
    });
    t.equal(traced.code, 0, traced.stderr);
    t.equal(/< version 2/.test(traced.stderr), version === '2', 'the host answers in the version asked for');

    await git.must([...v, 'clone', '-q', host.address('app'), 'whole']);
    const inWhole = { cwd: `${git.directory}/whole` };
    await git.must([...v, 'fetch', '-q', '--tags'], inWhole);
    await git.must(['fsck', '--strict'], inWhole);
    const commits = (await git.must(['rev-list', '--count', 'HEAD'], inWhole)).trim();

    await git.must([...v, 'clone', '-q', '--depth=1', host.address('app'), 'shallow']);
    const inShallow = { cwd: `${git.directory}/shallow` };
    const depth = async () => (await git.must(['rev-list', '--count', 'HEAD'], inShallow)).trim();
    t.equal(await depth(), '1');
    await git.must([...v, 'fetch', '-q', '--deepen=1'], inShallow);
    t.equal(await depth(), '2');
    await git.must([...v, 'fetch', '-q', '--unshallow'], inShallow);
    t.equal(await depth(), commits);
    await git.must(['fsck', '--strict'], inShallow);
    await recorded((entry) => entry.type === 'operation.started' && entry.protocol === Number(version));
  });

for (const version of ['0', '2'])
  void t.test(
    `protocol v${version}: a clone without blobs fetches them when they are looked at`,
    async (t) => {
      const git = await gitClient(t, trusting);
      const v = ['-c', `protocol.version=${version}`];
      await git.must([
        ...[...v, 'clone', '-q', '--filter=blob:none', '--no-checkout', host.address('app'), 'app'],
      ]);
      const inApp = { cwd: `${git.directory}/app` };
      const missing = async () =>
        (await git.must(['rev-list', '--objects', '--all', '--missing=print'], inApp))
          .split('\n')
          .filter((line) => line.startsWith('?')).length;
      t.ok((await missing()) > 0, 'blobs are not there yet');
      await git.must([...v, 'checkout', '-q', 'main'], inApp);
      t.match(await readFile(`${inApp.cwd}/README.md`, 'utf8'), 'Tide table');
      await git.must([...v, 'log', '-p', '--all'], inApp);
      t.equal(await missing(), 0);
    },
  );

void t.test(
  'pushes that create, update, rewind and delete branches and tags are what the host has and what is recorded',
  async (t) => {
    await host.bare('work');
    await host.grant('work', 'push');
    const git = await gitClient(t, trusting);
    await git.must(['clone', '-q', host.address('work'), 'work']);
    const inWork = { cwd: `${git.directory}/work` };
    const commit = async (text: string): Promise<string> => {
      await git.must(['commit', '-q', '--allow-empty', '-m', text], inWork);
      return (await git.must(['rev-parse', 'HEAD'], inWork)).trim();
    };
    const push = (...refs: string[]) => git.must(['push', '-q', 'origin', ...refs], inWork);

    const first = await commit('first');
    await push('HEAD:refs/heads/main', 'HEAD:refs/heads/fix/a');
    const second = await commit('second');
    await push('HEAD:refs/heads/fix/a');
    await git.must(['tag', 'light'], inWork);
    await git.must(['tag', '-a', 'v1', '-m', 'one', first], inWork);
    const v1 = (await git.must(['rev-parse', 'v1'], inWork)).trim();
    await push('--tags');
    t.strictSame(await host.refs('work'), [
      `refs/heads/fix/a ${second}`,
      `refs/heads/main ${first}`,
      `refs/tags/light ${second}`,
      `refs/tags/v1 ${v1}`,
    ]);
    await push(`+${first}:refs/heads/fix/a`);
    await push(':refs/tags/light', ':refs/heads/fix/a');
    t.strictSame(await host.refs('work'), [`refs/heads/main ${first}`, `refs/tags/v1 ${v1}`]);

    const kinds = (await host.node.entries())
      .filter(({ type, repository }) => type === 'push.commands' && repository === 'hub/work')
      .map(({ updates }) => (updates as { kind: string }[]).map(({ kind }) => kind));
    t.strictSame(kinds, [
      ['create', 'create'],
      ['update'],
      ['create', 'create'],
      ['update'],
      ['delete', 'delete'],
    ]);
  },
);

for (const version of ['0', '2'])
  void t.test(
    `protocol v${version}: a SHA-256 repository is cloned empty, filled, moved and emptied`,
    async (t) => {
      const name = `sha256-v${version}`;
      await host.bare(name, '--object-format=sha256');
      await host.grant(name, 'push');
      const git = await gitClient(t, trusting);
      const v = ['-c', `protocol.version=${version}`];
      const here = { cwd: `${git.directory}/here` };
      await git.must([...v, 'clone', '-q', host.address(name), 'empty']);
      // Cloning from an empty host, git 2.39 makes a SHA-1 repository whatever the host says.
      await git.must(['init', '-q', '-b', 'main', '--object-format=sha256', 'here']);
      await git.must(['remote', 'add', 'origin', host.address(name)], here);
      const commit = async (text: string): Promise<string> => {
        await git.must(['commit', '-q', '--allow-empty', '-m', text], here);
        return (await git.must(['rev-parse', 'HEAD'], here)).trim();
      };
      const first = await commit('first');
      t.equal(first.length, 64);
      await git.must([...v, 'push', '-q', 'origin', 'HEAD:refs/heads/main', 'HEAD:refs/heads/b'], here);
      const second = await commit('second');
      await git.must([...v, 'push', '-q', 'origin', 'HEAD:refs/heads/main'], here);
      await git.must([...v, 'push', '-q', 'origin', `+${first}:refs/heads/main`, ':refs/heads/b'], here);
      t.strictSame(await host.refs(name), [`refs/heads/main ${first}`]);
      await git.must([...v, 'clone', '-q', host.address(name), 'again']);
      t.equal((await git.must(['-C', 'again', 'rev-parse', 'HEAD'])).trim(), first);

      const none = '0'.repeat(64);
      const updates = (await host.node.entries())
        .filter(({ type, repository }) => type === 'push.commands' && repository === `hub/${name}`)
        .flatMap((entry) => entry.updates);
      t.strictSame(updates, [
        { kind: 'create', ref: 'refs/heads/main', oldId: none, newId: first },
        { kind: 'create', ref: 'refs/heads/b', oldId: none, newId: first },
        { kind: 'update', ref: 'refs/heads/main', oldId: first, newId: second },
        { kind: 'delete', ref: 'refs/heads/b', oldId: first, newId: none },
        { kind: 'update', ref: 'refs/heads/main', oldId: second, newId: first },
      ]);
    },
  );

void t.test('packs of 2.5 MB and 300 MB go up and come down in bounded memory (case A4)', async (t) => {
  await host.bare('big');
  await host.grant('big', 'push');
  const git = await gitClient(t, trusting);
  await bigPacks(t, host.node.program.child.pid ?? 0, git, host.address('big'));
  const ended = await recorded(
    (entry) => entry.type === 'operation.ended' && Number(entry.bytesUp) > 300 * 2 ** 20,
  );
  t.match(ended, { outcome: 'completed' });
});
