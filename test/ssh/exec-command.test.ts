import { execFile } from 'node:child_process';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import t from 'tap';
import { parseExecCommand } from '../../gateway/ssh/exec-command.ts';
import { answerRefusedExec } from '../../gateway/ssh/exec-refusal.ts';
import { quoted, randomOfRun } from '../git/feeding.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';

function nameOf(line: string): string {
  const command = parseExecCommand(line);
  if (command.kind === 'git')
    return `${command.service} ${command.repository.upstream} ${command.repository.path}`;
  return command.kind === 'own' ? `${command.command}|${command.line}` : command.reason;
}

for (const [line, expected] of [
  // The shapes of case C4.
  ["git-upload-pack '/hub/app.git'", 'git-upload-pack hub app'],
  ["git-upload-pack 'hub/app.git'", 'git-upload-pack hub app'],
  ['git-upload-pack /hub/app.git', 'git-upload-pack hub app'],
  ['git-upload-pack "/hub/app.git"', 'git-upload-pack hub app'],
  ["git upload-pack '/hub/app.git'", 'git-upload-pack hub app'],
  ["git-upload-pack 'hub/it'\\''s.git'", "git-upload-pack hub it's"],
  ["git-upload-pack 'hub/wow'\\!'.git'", 'git-upload-pack hub wow!'],
  ["  git-receive-pack  '/hub/a/b.git'  ", 'git-receive-pack hub a/b'],
  ["git  receive-pack '/hub/app'", 'git-receive-pack hub app'],
  ["git-upload-archive '/hub/app.git'", 'git-upload-archive hub app'],
  ["git upload-archive '/hub/app.git'", 'git-upload-archive hub app'],
  ["git-upload-pack '/hub/a b'", 'git-upload-pack hub a b'],
  ['git-upload-pack /hub/a\\ b', 'git-upload-pack hub a b'],
  ["git-upload-pack '/hub/a*b'", 'git-upload-pack hub a*b'],
  ["git-upload-pack '/hub/$(id)'", 'git-upload-pack hub $(id)'],
  ['help', 'help|'],
  ['  help  request', 'help|  request'],
  ['requests --json', 'requests| --json'],
  // Their words are read behind them: no shell is there to which they could mean anything.
  [`request hub/app push --reason it's late; $(id)`, `request| hub/app push --reason it's late; $(id)`],
  ["deny R-1 --reason 'no", "deny| R-1 --reason 'no"],
  ["'help'", 'unknown-command'],
  ['requester', 'unknown-command'],
  // What is not served.
  ['', 'empty'],
  ['   ', 'empty'],
  ["git-upload-pack  'hub/a' 'hub/b'", 'words-behind-repository'],
  ["GIT_PROTOCOL=version=2 git-upload-pack 'hub/app.git'", 'unknown-command'],
  ["git-upload-pack 'hub/app.git'; id", 'shell-syntax'],
  ["git-upload-pack 'hub/app.git' && id", 'shell-syntax'],
  ["git-upload-pack 'hub/app.git' | id", 'shell-syntax'],
  ["git-upload-pack 'hub/app.git' > x", 'shell-syntax'],
  ["git-upload-pack 'hub/app.git' 2>&1", 'shell-syntax'],
  ['git-upload-pack hub/$(id)', 'shell-syntax'],
  ['git-upload-pack "hub/$(id)"', 'shell-syntax'],
  ['git-upload-pack "hub/`id`"', 'shell-syntax'],
  ['git-upload-pack hub/`id`', 'shell-syntax'],
  ['git-upload-pack hub/*', 'shell-syntax'],
  ['git-upload-pack hub/{a,b}', 'shell-syntax'],
  ['git-upload-pack ~root/x', 'shell-syntax'],
  ["git-upload-pack 'hub/it's.git'", 'unfinished-quote'],
  ['git-upload-pack "hub/app', 'unfinished-quote'],
  ['git-upload-pack hub/app\\', 'unfinished-quote'],
  ["git-upload-pack 'hub/app\n'", 'control-character'],
  ["git-upload-pack 'hub/app'\nid", 'control-character'],
  ["git-upload-pack 'hub/app\0'", 'control-character'],
  ["git-upload-pack\t'hub/app'", 'control-character'],
  ["git-upload-pack '--upload-pack=id'", 'option'],
  ["git-upload-pack '-oProxyCommand=id'", 'option'],
  ["git-upload-pack --strict 'hub/app'", 'option'],
  ["git-upload-pack -- 'hub/app'", 'option'],
  ['git-upload-pack', 'no-repository'],
  ["git-upload-pack ''", 'no-repository'],
  ['git upload-pack', 'no-repository'],
  ["git-upload-pack '/../../etc'", 'not-a-repository-name'],
  ["git-upload-pack '~root/x'", 'not-a-repository-name'],
  ["git-upload-pack '/hub/app.git/../secret.git'", 'not-a-repository-name'],
  ["git-upload-pack 'hub'", 'not-a-repository-name'],
  ["git-upload-pack 'hub/\ufffd'", 'not-a-repository-name'],
  ["git-upload-pack 'hub/app;id'", 'not-a-repository-name'],
  [`git-upload-pack '${'a/'.repeat(2_000)}'`, 'not-a-repository-name'],
  [`git-upload-pack '${'a/'.repeat(32_768)}'`, 'too-long'],
  [`id ${'x '.repeat(64)}`, 'too-many-words'],
  ['git-lfs-authenticate /hub/app.git download', 'lfs-authenticate'],
  ['git-lfs-transfer /hub/app.git download', 'lfs-transfer'],
  ['scp -t /tmp', 'file-transfer'],
  ['scp -f x', 'file-transfer'],
  ['rsync --server -e.LsfxC . x', 'file-transfer'],
  ['git-shell', 'unknown-command'],
  ['git', 'unknown-command'],
  ["git -c x=y upload-pack '/hub/app'", 'unknown-command'],
  ["git-upload-pack2 '/hub/app'", 'unknown-command'],
  ["'git-upload-pack' '/hub/app'", 'unknown-command'],
  ["/usr/bin/git-upload-pack '/hub/app'", 'unknown-command'],
  ['GIT-UPLOAD-PACK x', 'unknown-command'],
  ['Help', 'unknown-command'],
  ['bash -i', 'unknown-command'],
] as const)
  void t.test(`${quoted(line.slice(0, 70))} is ${expected}`, async (t) => {
    t.equal(nameOf(line), expected);
  });

void t.test(
  'what begins as a git service is refused in git’s language, whatever is wrong behind it',
  async (t) => {
    for (const line of [
      "git-upload-pack 'x",
      'git-upload-pack a; id',
      'git-upload-pack',
      'git upload-pack \0',
      `git-upload-pack ${'a'.repeat(9_000)}`,
    ])
      t.match(parseExecCommand(line), { kind: 'refused', service: 'git-upload-pack' }, line.slice(0, 40));
    for (const line of ['git-lfs-authenticate x', 'scp -t x', 'id', ''])
      t.notOk('service' in parseExecCommand(line), line);
  },
);

void t.test('every refusal has one line of text, and an exit code that is no success', async (t) => {
  for (const line of [
    '',
    'id',
    'scp',
    'git-lfs-transfer',
    'git-lfs-authenticate',
    'a;b',
    "'",
    '\0',
    'git-upload-pack -x',
  ]) {
    const command = parseExecCommand(line);
    if (command.kind !== 'refused') return t.fail(line);
    const { text, exitCode } = answerRefusedExec(command.reason);
    t.match(text, /^[a-zA-Z][^\n]{20,120}$/, line);
    t.ok(exitCode > 0 && exitCode < 255, line);
  }
});

void t.test(
  'random lines are read without an exception, and a repository never begins with a dash',
  async (t) => {
    const random = randomOfRun(t);
    const parts = [
      'git-upload-pack',
      'git',
      ' ',
      ' ',
      "'",
      "'",
      '"',
      '\\',
      '-',
      '/',
      'hub',
      'app',
      '..',
      '$',
      ';',
      '*',
      '\n',
      'request',
      '!',
      '\ud800',
    ];
    let services = 0;
    for (let i = 0; i < 20_000; i += 1) {
      const line =
        (i % 2 === 0 ? 'git-upload-pack ' : '') +
        Array.from({ length: random(12) }, () => parts[random(parts.length)]).join('');
      const command = parseExecCommand(line);
      if (command.kind !== 'git') continue;
      services += 1;
      const { upstream, path } = command.repository;
      if (/^[-~/]|\.\.|\0|\n/.test(upstream) || /^[-~/]|(^|\/)\.\.(\/|$)|[\0\n]/.test(path))
        t.fail(quoted(line));
    }
    t.ok(services > 0, 'some were repositories');
  },
);

void t.test('what the real git sends by ssh is read as the repository that was meant', async (t) => {
  const directory = await temporaryDirectory(t);
  const [ssh, sent] = [`${directory}/ssh`, `${directory}/sent`];
  // Stands in for ssh and keeps the command, the last of its arguments.
  await writeFile(ssh, `#!/bin/sh\nfor last; do :; done\nprintf %s "$last" > ${sent}\nexit 1\n`);
  await chmod(ssh, 0o755);
  const git = (...args: string[]): Promise<void> =>
    new Promise((resolve) => {
      const env = { PATH: process.env.PATH, HOME: directory, GIT_SSH: ssh, GIT_SSH_VARIANT: 'ssh' };
      execFile('git', args, { env, cwd: directory }, () => resolve());
    });

  for (const [address, expected] of [
    ['ssh://git@gw.test:2222/hub/app.git', 'git-upload-pack hub app'],
    ['git@gw.test:hub/app.git', 'git-upload-pack hub app'],
    ["git@gw.test:hub/it's!.git", "git-upload-pack hub it's!"],
    ['ssh://gw.test/hub/a%20b', 'git-upload-pack hub a b'],
    ['ssh://gw.test/~root/x', 'not-a-repository-name'],
  ] as const) {
    await git('ls-remote', address);
    t.equal(nameOf(await readFile(sent, 'utf8')), expected, address);
  }
  await git('archive', '--remote=ssh://gw.test/hub/app', 'HEAD');
  t.equal(nameOf(await readFile(sent, 'utf8')), 'git-upload-archive hub app');
  await git('init', '-q');
  await git('-c', 'user.name=a', '-c', 'user.email=b', 'commit', '-q', '--allow-empty', '-m', 'c');
  await git('push', 'ssh://gw.test/hub/app', 'HEAD');
  t.equal(nameOf(await readFile(sent, 'utf8')), 'git-receive-pack hub app');
});
