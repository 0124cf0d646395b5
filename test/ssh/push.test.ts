import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import t from 'tap';
import type { Ending } from '../servers/ending.ts';
import { startNginxGitHost } from '../servers/nginx-git-host.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';
import { gitOnChannels } from './git-on-channels.ts';

const execute = promisify(execFile);

/** A clone of a host's repository, with one commit on `main` there. */
async function aPusher(t: Ending, format: 'sha1' | 'sha256', directory?: string, hostUrl?: string) {
  const served = await gitOnChannels(t, 'push', 'app', hostUrl === undefined ? {} : { hostUrl });
  const { node, git, address } = served;
  const host = `${directory ?? node.directory}/app.git`;
  await execute('git', ['init', '-q', '--bare', '-b', 'main', `--object-format=${format}`, host]);
  for (const name of ['http.receivepack', 'receive.advertisePushOptions', 'receive.advertiseAtomic'])
    await execute('git', ['-C', host, 'config', name, 'true']);
  await execute('git', ['-C', host, 'config', 'receive.shallowUpdate', 'true']);
  await git.must(['init', '-q', '-b', 'main', `--object-format=${format}`, 'app']);
  const inApp = { cwd: `${git.directory}/app` };
  await git.must(['remote', 'add', 'origin', address('app.git')], inApp);
  const commit = async (bytes: number): Promise<void> => {
    await writeFile(`${inApp.cwd}/file`, randomBytes(bytes));
    await git.must(['add', '.'], inApp);
    await git.must(['commit', '-q', '-m', `${bytes} bytes`], inApp);
  };
  const refs = async (): Promise<string> =>
    (await git.must(['for-each-ref', '--format=%(refname:short) %(objectname)'], { cwd: host })).trim();
  return { ...served, host, inApp, commit, refs };
}

for (const [version, format, behind] of [
  ['0', 'sha1', 'nginx'],
  ['1', 'sha1', 'node'],
  ['2', 'sha256', 'node'],
] as const)
  void t.test(
    `protocol v${version}, ${format}, ${behind}: every kind of push does what it says`,
    async (t) => {
      const directory = await temporaryDirectory(t);
      const nginx = behind === 'nginx' ? await startNginxGitHost(t, { directory }) : undefined;
      const { node, git, host, inApp, commit, refs, execs, resetAll } = await aPusher(
        t,
        format,
        nginx && directory,
        nginx?.url,
      );
      const push = (...args: readonly string[]) =>
        git.must(['-c', `protocol.version=${version}`, 'push', '-q', ...args], inApp);
      const at = async (rev: string): Promise<string> => (await git.must(['rev-parse', rev], inApp)).trim();

      await commit(300);
      await push('origin', 'HEAD:refs/heads/main');
      const first = await at('HEAD');
      t.equal(await refs(), `main ${first}`);

      await commit(3_000_000);
      await push('origin', 'HEAD:refs/heads/main');
      const second = await at('HEAD');
      await push('origin', `${first}:refs/heads/known`, `${first}:refs/heads/gone`);
      t.equal(await refs(), `gone ${first}\nknown ${first}\nmain ${second}`, 'an empty pack made two');

      await push('origin', ':refs/heads/gone');
      t.equal(await refs(), `known ${first}\nmain ${second}`, 'one was deleted');
      await push('origin', 'HEAD:refs/heads/main');

      await git.must(['tag', '-a', '-m', 'v1', 'v1'], inApp);
      await commit(20);
      await push('--atomic', '-o', 'ci.skip', 'origin', 'HEAD:refs/heads/both', ':refs/heads/known', 'v1');
      const third = await at('HEAD');
      await git.must(['commit', '-q', '--amend', '-m', 'other'], inApp);
      await push('--force', 'origin', 'HEAD:refs/heads/both');
      t.not(await at('HEAD'), third);
      t.equal(await refs(), `both ${await at('HEAD')}\nmain ${second}\nv1 ${await at('v1')}`);

      await git.must([
        '-c',
        `protocol.version=${version}`,
        'clone',
        '-q',
        '--depth=1',
        'ssh://git@gw.test/hub/app',
        'thin',
      ]);
      await git.must(['commit', '-q', '--allow-empty', '-m', 'thin'], { cwd: `${git.directory}/thin` });
      await git.must(['push', '-q', 'origin', 'HEAD:refs/heads/thin'], { cwd: `${git.directory}/thin` });
      t.match(await refs(), 'thin ');
      await git.must(['fsck', '--no-dangling'], { cwd: host });

      t.ok(
        execs.every(({ channel }) => channel.exitCode === 0),
        'every command ended with 0',
      );
      resetAll();
      const entries = await node.entries();
      const ended = entries.flatMap((entry) => (entry.type === 'operation.ended' ? [entry.outcome] : []));
      const upToDate = ended.filter((outcome) => outcome === 'advertised').length;
      t.strictSame([ended.length, upToDate], [execs.length, 1], 'one command is one operation');
      for (const entry of entries)
        if (entry.type === 'push.settled') t.ok(entry.updates.every(({ outcome }) => outcome === 'applied'));
      t.match(
        entries.find((entry) => entry.type === 'push.commands' && entry.atomic),
        { options: ['ci.skip'] },
      );
      t.strictSame(node.troubles, []);
    },
  );

void t.test('a signed push goes up with its certificate untouched', async (t) => {
  const { node, git, host, inApp, commit, refs, resetAll } = await aPusher(t, 'sha1');
  await execute('git', ['-C', host, 'config', 'receive.certNonceSeed', 'seed']);
  const key = `${git.directory}/key`;
  await execute('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
  await commit(100);
  const signing = ['-c', 'gpg.format=ssh', '-c', `user.signingkey=${key}.pub`];
  await git.must([...signing, 'push', '-q', '--signed', 'origin', 'HEAD:refs/heads/signed'], inApp);
  t.match(await refs(), 'signed ');
  resetAll();
  t.match(
    (await node.entries()).find(({ type }) => type === 'push.commands'),
    { signed: true },
  );
});

void t.test('a client that keeps its side open, as JGit does, is answered where its push ends', async (t) => {
  const { node, git, inApp, commit, refs } = await aPusher(t, 'sha1');
  const open = { ...inApp, env: { EXEC_KEEPS_OPEN: '1' } };
  for (const bytes of [300, 3_000_000]) {
    await commit(bytes);
    await git.must(['push', '-q', 'origin', `HEAD:refs/heads/b${bytes}`], open);
  }
  await git.must(['push', '-q', 'origin', ':refs/heads/b300'], open);
  t.match(await refs(), /^b3000000 \w+$/);
  t.strictSame(node.troubles, []);
});

void t.test('what the host refuses is shown as its own words, and the command ends with 1', async (t) => {
  const { git, host, inApp, commit, execs } = await aPusher(t, 'sha1');
  await commit(100);
  await writeFile(`${host}/hooks/pre-receive`, '#!/bin/sh\necho "no pushes on Saturdays" >&2\nexit 1\n', {
    mode: 0o755,
  });
  const { code, stderr } = await git.run(['push', 'origin', 'HEAD:refs/heads/main'], inApp);
  t.equal(code, 1);
  t.match(stderr, 'remote: no pushes on Saturdays');
  t.match(stderr, '! [remote rejected] HEAD -> main (pre-receive hook declined)');
  t.equal(execs.at(-1)?.channel.exitCode, 1);
});
