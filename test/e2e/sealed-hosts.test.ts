import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import t, { type Test } from 'tap';
import { aWorkshop, pushedRef, stateOf, type Workshop } from '../git/pack-makers.ts';
import { cutOff, passed } from '../git/sealing.ts';
import { isolatedGitEnvironment } from '../servers/git.ts';
import { startNginxGitHost } from '../servers/nginx-git-host.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';

t.setTimeout(600_000);

const execute = promisify(execFile);
const programs = fileURLToPath(new URL('clients/', import.meta.url));

/** A host with one repository that has `base`. */
interface Host {
  readonly repository: string;
  /** Gives the host these bodies of pushes, one after the other, and returns all that it answers. */
  take(requests: readonly Buffer[]): Promise<string>;
}

async function behindNginx(t: Test, workshop: Workshop): Promise<Host> {
  const directory = await temporaryDirectory(t);
  const repository = workshop.host(`${directory}/app.git`);
  const { port } = await startNginxGitHost(t, { directory });
  const post = (body: Buffer): Promise<string> =>
    new Promise((resolve, reject) => {
      const request = httpRequest({
        host: '127.0.0.1',
        port,
        path: '/app.git/git-receive-pack',
        method: 'POST',
        headers: {
          'content-type': 'application/x-git-receive-pack-request',
          'transfer-encoding': 'chunked',
        },
      });
      request.on('response', (response) => resolve(text(response))).on('error', reject);
      request.end(body);
    });
  return {
    repository,
    async take(requests) {
      let said = '';
      for (const body of requests) said += await post(body);
      return said;
    },
  };
}

/** Gitolite as sshd starts it for the key of `admin`; its hooks decide who may push. */
async function gitolite(t: Test, workshop: Workshop): Promise<Host> {
  const home = await temporaryDirectory(t);
  const env = { ...isolatedGitEnvironment(home), USER: 'git' };
  execFileSync('gitolite', ['setup', '-a', 'admin'], { env, cwd: home, stdio: 'ignore' });
  const repository = `${home}/repositories/testing.git`;
  for (const args of [
    ['config', 'transfer.fsckObjects', 'true'],
    ['fetch', '-q', workshop.directory, 'base:refs/heads/base'],
    ['symbolic-ref', 'HEAD', 'refs/heads/base'],
  ])
    execFileSync('git', ['-C', repository, ...args], { env });
  const session = {
    env: {
      ...env,
      SSH_CONNECTION: '127.0.0.1 1 127.0.0.1 22',
      SSH_ORIGINAL_COMMAND: "git-receive-pack 'testing'",
    },
    cwd: home,
  };
  return {
    repository,
    take: (requests) =>
      Promise.resolve(
        requests
          .map((input) => spawnSync('/usr/share/gitolite3/gitolite-shell', ['admin'], { ...session, input }))
          .map(({ stdout }) => stdout.toString('latin1'))
          .join(''),
      ),
  };
}

const jars = ['org.eclipse.jgit', 'slf4j-api', 'slf4j-nop', 'javaewah', 'jsch'].map(
  (name) => `/usr/share/java/${name}.jar`,
);
/** JGit is looked at where it is installed with a JDK. */
const hasJgit = jars.every(existsSync) && existsSync('/usr/bin/javac');

async function jgit(t: Test, workshop: Workshop, over: 'http' | 'ssh'): Promise<Host> {
  const home = await temporaryDirectory(t);
  const classPath = [...jars, home].join(':');
  await execute('javac', ['-cp', classPath, '-d', home, `${programs}JgitReceivePack.java`]);
  const repository = workshop.host();
  return {
    repository,
    async take(requests) {
      const files = requests.map((_, i) => `${home}/request-${i}`);
      for (const [i, body] of requests.entries()) await writeFile(files[i] ?? '', body);
      const java = ['-XX:TieredStopAtLevel=1', `-Duser.home=${home}`, '-cp', classPath, 'JgitReceivePack'];
      const { stdout } = await execute('java', [...java, over, repository, ...files], {
        encoding: 'latin1',
        env: { PATH: process.env.PATH, HOME: home },
      });
      return stdout;
    },
  };
}

const hosts = [
  ['git http-backend behind nginx', false, behindNginx],
  ['gitolite', false, gitolite],
  ...(['http', 'ssh'] as const).map(
    (over) =>
      [
        `JGit over ${over}`,
        hasJgit ? false : 'it is not installed',
        (t: Test, workshop: Workshop) => jgit(t, workshop, over),
      ] as const,
  ),
] as const;

for (const [name, skip, make] of hosts) {
  void t.test(
    `${name} takes a sealed push once its trailer is there, and nothing of it before`,
    { skip },
    async (t) => {
      const workshop = await aWorkshop(t, 'sha1');
      const host = await make(t, workshop);
      const push = workshop.push('large', ['--thin', '--delta-base-offset']);
      t.ok(push.pack.length > 2 ** 20, 'it is larger than 1 MiB');
      const git = (...args: readonly string[]): string =>
        execFileSync('git', ['-C', host.repository, ...args], { encoding: 'utf8' }).trim();

      const refs = git('for-each-ref');
      const cut = cutOff(workshop, push.pack, 2).map(([, bytes]) => workshop.request(push, bytes));
      const before = stateOf(host.repository);
      const said = await host.take(cut);
      t.notMatch(said, 'unpack ok');
      t.equal(said.match(/unpack (?!ok)/g)?.length, cut.length, 'it says of each that it is broken');
      t.equal(git('for-each-ref'), refs);
      t.strictSame(stateOf(host.repository), before, 'nothing is left behind');

      const answer = await host.take([workshop.request(push, passed(workshop, 'seal', [push.pack]))]);
      t.match(answer, 'unpack ok');
      t.match(answer, `ok ${pushedRef}`);
      t.equal(git('rev-parse', pushedRef), push.newId);
      t.equal(git('fsck', '--strict', '--no-dangling', '--no-progress'), '');
    },
  );

  void t.test(`${name} takes a sealed push of many deltas`, { skip }, async (t) => {
    const workshop = await aWorkshop(t, 'sha1');
    const host = await make(t, workshop);
    const push = workshop.push('many', ['--thin', '--delta-base-offset']);
    t.match(
      await host.take([workshop.request(push, passed(workshop, 'seal', [push.pack]))]),
      `ok ${pushedRef}`,
    );
    const fsck = ['-C', host.repository, 'fsck', '--strict', '--no-dangling', '--no-progress'];
    t.equal(execFileSync('git', fsck, { encoding: 'utf8' }), '');
  });
}
