import { execFile } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { startGitHost } from '../../gateway/demo/git-host.ts';
import { makeAppRepository } from '../../gateway/demo/sample-repository.ts';
import { story } from '../../gateway/demo/story.ts';
import { isolatedGitEnvironment } from '../servers/git.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';

const execute = promisify(execFile);

const credentials = { git: 'slu_g_x', api: 'slu_a_x' };

/** The lines that set the shell up, of a story about nothing in particular. */
function preparation(): string {
  const lines = story(
    {
      https: 'https://localhost:1',
      ssh: 'ssh://localhost:3',
      ops: 'http://127.0.0.1:2',
      caFile: '/ca.crt',
      auditDirectory: '/audit',
      auditKeyFile: '/audit.pub',
      checkpointsFile: '/checkpoints.jsonl',
      sshKeyFile: '/key',
      accounts: { developer: credentials, approver: credentials, auditor: credentials, admin: credentials },
    },
    '/root',
  ).split('\n');
  const start = lines.findIndex((line) => line.startsWith('# -- for this shell'));
  return lines.slice(start, lines.indexOf('', start)).join('\n');
}

void t.test('under the story’s settings a credential helper of the person keeps no credential', async (t) => {
  const directory = await temporaryDirectory(t);
  await makeAppRepository(join(directory, 'repositories'));
  const credential = { username: 'git', password: 'secret' };
  const host = await startGitHost({
    directory: join(directory, 'repositories'),
    credentials: { fetch: credential, push: credential },
  });
  t.teardown(() => host.close());
  const clone = async (home: string, before: string) => {
    await mkdir(home);
    await writeFile(join(home, '.gitconfig'), '[credential]\n\thelper = store\n');
    const { GIT_CONFIG_GLOBAL: _, ...env } = isolatedGitEnvironment(home);
    const address = `http://git:secret@127.0.0.1:${host.port}/app`;
    await execute('bash', ['-c', `${before}\ngit clone -q ${address} "$HOME/app"`], { env });
    return (await readdir(home)).toSorted();
  };
  t.strictSame(
    await clone(join(directory, 'careless'), ':'),
    ['.git-credentials', '.gitconfig', 'app'],
    'the helper would keep it',
  );
  t.strictSame(await clone(join(directory, 'story'), preparation()), ['.gitconfig', 'app']);
});
