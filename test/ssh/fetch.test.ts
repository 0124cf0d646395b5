import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import t from 'tap';
import { randomOf, randomOfRun } from '../git/feeding.ts';
import { startNginxGitHost } from '../servers/nginx-git-host.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';
import { gitOnChannels } from './git-on-channels.ts';
import { daySeconds, firstDay, grow } from './histories.ts';

const execute = promisify(execFile);

async function bare(path: string, ...options: readonly string[]): Promise<void> {
  await execute('git', ['init', '-q', '--bare', '-b', 'main', ...options, path]);
  for (const name of ['allowFilter', 'allowAnySHA1InWant'])
    await execute('git', ['-C', path, 'config', `uploadpack.${name}`, 'true']);
}

for (const version of ['0', '1', '2'])
  void t.test(`protocol v${version}: every kind of fetch gives what the host has`, async (t) => {
    const { node, git, address, execs, resetAll } = await gitOnChannels(t, 'fetch', 'app');
    const host = `${node.directory}/app.git`;
    await bare(host);
    await grow(host, randomOf(7), [
      { branch: 'main', commits: 30, name: 'main' },
      { branch: 'side', commits: 5, name: 'side' },
    ]);
    const url = address('app.git');
    const v = ['-c', `protocol.version=${version}`];
    const clone = async (name: string, ...options: readonly string[]) => {
      await git.must([...v, 'clone', '-q', ...options, url, name]);
      return (...args: readonly string[]) => git.must([...v, ...args], { cwd: `${git.directory}/${name}` });
    };
    const count = async (inClone: (...args: string[]) => Promise<string>) =>
      Number(await inClone('rev-list', '--count', 'HEAD'));
    const all = Number(await git.must(['-C', host, 'rev-list', '--count', 'main']));

    const full = await clone('full');
    await full('fsck', '--strict');
    t.equal(await full('ls-remote', 'origin'), await git.must(['ls-remote', host]));
    t.equal(await count(full), all);

    const shallow = await clone('shallow', '--depth=1');
    t.equal(await count(shallow), 1);
    await shallow('fetch', '-q', '--deepen=2');
    const deeper = await count(shallow);
    t.ok(deeper > 1 && deeper < all, `deepened to ${deeper}`);
    await shallow('fetch', '-q', '--unshallow');
    t.equal(await count(shallow), all);
    await shallow('fsck');

    const since = await clone('since', `--shallow-since=@${firstDay + 20 * daySeconds - 1}`);
    const young = await count(since);
    t.ok(young >= 10 && young < all, `${young} are young enough`);
    const single = await clone('single', '--single-branch', '--branch', 'side');
    t.equal(await single('branch', '-r'), '  origin/side\n');

    const blobless = await clone('blobless', '--filter=blob:none');
    t.match(await blobless('show', '--stat', 'HEAD~3'), 'main/');
    const treeless = await clone('treeless', '--filter=tree:0', '--no-checkout');
    await treeless('log', '-p', '-3', '--format=%H');

    await grow(host, randomOf(8), [{ branch: 'main', on: 'refs/heads/main^0', commits: 3, name: 'later' }]);
    await full('commit', '-q', '--allow-empty', '-m', 'mine');
    await full('fetch', '-q');
    await full('fetch', '-q', '--refetch');
    t.equal(await full('rev-parse', 'origin/main'), await git.must(['-C', host, 'rev-parse', 'main']));
    await full('fsck');

    t.ok(
      execs.every(({ channel }) => channel.exitCode === 0),
      'every command ended with 0',
    );
    resetAll();
    const ended = (await node.entries()).filter(({ type }) => type === 'operation.ended');
    t.equal(ended.length, execs.length, 'one command is one operation');
    t.ok(ended.every((entry) => entry.type === 'operation.ended' && entry.outcome !== 'refused'));
    t.strictSame(node.troubles, []);
  });

for (const format of ['sha1', 'sha256'])
  void t.test(`${format}: an empty repository is cloned`, async (t) => {
    const { node, git, address, execs } = await gitOnChannels(t, 'fetch', 'none');
    await bare(`${node.directory}/none.git`, `--object-format=${format}`);
    for (const version of ['0', '2'])
      await git.must([
        '-c',
        `protocol.version=${version}`,
        'clone',
        '-q',
        address('none.git'),
        `v${version}`,
      ]);
    t.strictSame(
      execs.map(({ channel }) => channel.exitCode),
      [0, 0],
    );
    t.strictSame(node.troubles, []);
  });

void t.test('histories that have diverged are brought together, whatever they are', async (t) => {
  const random = randomOfRun(t);
  const directory = await temporaryDirectory(t);
  const nginx = await startNginxGitHost(t, { directory });
  const { node, git, address } = await gitOnChannels(t, 'fetch', 'app', { hostUrl: nginx.url });
  let rounds = 0;
  for (let i = 0; i < 4; i += 1) {
    const host = `${directory}/app.git`;
    await execute('rm', ['-rf', host]);
    await bare(host);
    await grow(host, random, [{ branch: 'main', commits: 5 + random(60), name: 'common' }]);
    await git.must(['clone', '-q', '--bare', host, `mine${i}`]);
    const mine = { cwd: `${git.directory}/mine${i}` };
    const onMain = { on: 'refs/heads/main^0' };
    await grow(mine.cwd, random, [
      { branch: 'mine', ...onMain, commits: 20 + random(100), name: 'mine' },
      { branch: 'other', ...onMain, commits: 20 + random(100), name: 'other' },
    ]);
    await grow(host, random, [
      { branch: 'theirs', ...onMain, commits: 1 + random(60), name: 'theirs' },
      { branch: 'main', ...onMain, commits: random(5), name: 'more' },
    ]);
    for (const version of ['0', '2']) {
      const into = `refs/v${version}/*`;
      await git.must(
        ['-c', `protocol.version=${version}`, 'fetch', '-q', address('app.git'), `+refs/heads/*:${into}`],
        {
          ...mine,
          env: { GIT_TRACE_PACKET: `${mine.cwd}/trace${version}` },
        },
      );
      const theirs = await git.must(['-C', host, 'rev-parse', 'main', 'theirs']);
      t.equal(
        await git.must(['rev-parse', `refs/v${version}/main`, `refs/v${version}/theirs`], mine),
        theirs,
      );
      for (const ref of ['main', 'theirs'])
        await git.must(['update-ref', '-d', `refs/v${version}/${ref}`], mine);
      await git.must(['reflog', 'expire', '--all', '--expire=now'], mine);
      await git.must(['gc', '-q', '--prune=now'], mine);
    }
    rounds += Number((await execute('grep', ['-c', 'fetch> 0000', `${mine.cwd}/trace0`])).stdout);
    await git.must(['fsck'], mine);
  }
  t.ok(rounds > 8, `protocol v0 took ${rounds} flushes`);
  t.strictSame(node.troubles, []);
});
