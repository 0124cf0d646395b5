import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access } from 'node:fs/promises';
import t, { type Test } from 'tap';
import { root, sluiceProgram } from '../servers/clone.ts';
import { startRedis } from '../servers/redis.ts';

/** Runs the demo, pastes its own story into a shell, and ends it as Ctrl-C does. */
async function told(
  t: Test,
  env: Readonly<Record<string, string>>,
): Promise<{ shown: string; exitCode: number | null; folder: string }> {
  const demo = spawn(process.execPath, [...sluiceProgram, 'demo', '--https-port', '0', '--ssh-port', '0'], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.teardown(() => demo.kill('SIGKILL'));
  let story = '';
  demo.stdout.setEncoding('utf8').on('data', (text: string) => {
    story += text;
  });
  while (!/\necho https:\S+\n/.test(story)) await once(demo.stdout, 'data');
  // The built command is what a user pastes; where there is no build, the sources stand for it.
  const lines = story
    .slice(story.indexOf('# -- for this shell'))
    .replaceAll(`node ${root}/dist/gateway/main.js`, [process.execPath, ...sluiceProgram].join(' '));
  const shell = spawn('bash', ['-s'], { stdio: ['pipe', 'pipe', 'pipe'] });
  let shown = '';
  for (const stream of [shell.stdout, shell.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      shown += text;
    });
  shell.stdin.end(lines);
  await once(shell, 'close');
  demo.kill('SIGINT');
  const [exitCode] = (await once(demo, 'close')) as [number | null];
  return { shown, exitCode, folder: /GIT_SSL_CAINFO=(\S+)\/certs\/ca\.crt/.exec(story)?.[1] ?? '' };
}

/** What the person in front of the shell reads, in this order. */
const expected = [
  /fatal: remote error: sluice: no live grant to fetch demo\/app\nask: https:\/\/localhost:\d+\/ask\/demo\/app\?right=fetch/,
  /R-[0-9A-Z]{10}\n"state":"approved"/,
  /Cloning into 'app'\.\.\./,
  /\* \[new branch\] +HEAD -> demo\n/,
  /sluice: you are .*\n(.*\n)*you may now\n {2}push demo\/app until/,
  /Cloning into 'over-ssh'\.\.\./,
  /\* \[new branch\] +HEAD -> demo-ssh\n/,
  /R-[0-9A-Z]{10}\n"state":"approved"/,
  /remote: sluice: grant G-[0-9A-Z]{10} ended at \d\d:\d\d UTC/,
  /remote: ask again: https:\/\/localhost:\d+\/ask\/demo\/slow\?right=fetch/,
  /remote: access has ended/,
  /fatal: remote error: sluice: grant G-[0-9A-Z]{10} ended at \d\d:\d\d UTC/,
  /complete to \d+ of \d{4}-\d\d-\d\dT[\d:.]+Z \([0-9a-f]{16}…\), attested to \d+ by the anchor /,
];

async function assertStory(t: Test, env: Readonly<Record<string, string>>): Promise<void> {
  const { shown, exitCode, folder } = await told(t, env);
  let rest = shown;
  for (const line of expected) {
    t.match(rest, line, String(line));
    rest = rest.slice((line.exec(rest)?.index ?? 0) + 1);
  }
  t.notMatch(shown, /FAULT/);
  t.equal(exitCode, 0);
  t.ok(folder.startsWith(`${root}/.demo/`));
  await t.rejects(access(folder), 'what it wrote is gone');
}

void t.test(
  'the story of the demo works pasted, and Ctrl-C leaves nothing behind',
  { timeout: 600_000 },
  async (t) => {
    await assertStory(t, {});
  },
);

void t.test('the same story over a real Redis under the minimal user', { timeout: 600_000 }, async (t) => {
  const redis = await startRedis(t);
  await assertStory(t, {
    SLUICE_STORE: `redis://${redis.username}:${redis.password}@127.0.0.1:${redis.port}`,
  });
});
