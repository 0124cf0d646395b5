import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { makeEd25519Key } from '../../certs/host-keys.ts';
import { parseKnownHosts } from '../../gateway/ssh/known-hosts.ts';
import { SshError } from '../../gateway/ssh/ssh-error.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';
import { keygen, keyOf } from './openssh.ts';

const [line, other] = [makeEd25519Key('x').line.trim(), makeEd25519Key('y').line.trim()];
const { blob } = keyOf(line);

const named: readonly (readonly [names: string, host: string, port: number])[] = [
  ['git.test', 'git.test', 22],
  ['GIT.test', 'git.TEST', 22],
  ['a.test,git.test,10.0.0.1', '10.0.0.1', 22],
  ['[git.test]:2222', 'git.test', 2222],
  ['*.test', 'git.test', 22],
  ['g?t.test,!x.test', 'git.test', 22],
  ['::1', '::1', 22],
];
for (const [names, host, port] of named)
  void t.test(`${names} names ${host} at ${port}`, async (t) => {
    const { isPinned } = parseKnownHosts(`# keys\n\n${names} ${line}\n`, host, port);
    t.ok(isPinned(blob));
    t.notOk(isPinned(keyOf(other).blob));
  });

const foreign: readonly (readonly [names: string, host: string, port: number])[] = [
  ['git.test', 'git.test', 2222],
  ['[git.test]:2222', 'git.test', 22],
  ['*.test,!git.test', 'git.test', 22],
  ['git.tes', 'git.test', 22],
  ['git.test', 'gitXtest', 22],
  ['@cert-authority git.test', 'git.test', 22],
];
for (const [names, host, port] of foreign)
  void t.test(`${names} does not name ${host} at ${port}`, async (t) => {
    t.throws(() => parseKnownHosts(`${names} ${line}`, host, port), /^has no key of .*git.?test/);
  });

void t.test('a revoked key is none, whoever else names it', async (t) => {
  const text = `git.test ${line}\n@revoked * ${line}\ngit.test ${other}`;
  const { keys, isPinned } = parseKnownHosts(text, 'git.test', 22);
  t.strictSame([keys.length, isPinned(blob)], [1, false]);
  t.throws(() => parseKnownHosts(`git.test ${line}\n@revoked * ${line}`, 'git.test', 22), SshError);
});

void t.test(
  'a line of the host that cannot be used is told, one of another host is not looked at',
  async (t) => {
    t.throws(() => parseKnownHosts(`git.test ssh-rsa ${line.split(' ')[1]}`, 'git.test', 22), /line 1 says/);
    t.throws(() => parseKnownHosts('git.test ssh-ed25519 AAAA', 'git.test', 22), /line 1 cannot be used/);
    t.ok(parseKnownHosts(`x.test nonsense\ngit.test ${line}`, 'git.test', 22).isPinned(blob));
  },
);

void t.test('a file hashed by ssh-keygen names the same hosts as before', async (t) => {
  const file = join(await temporaryDirectory(t), 'known_hosts');
  await writeFile(file, `git.test ${line}\n`);
  await appendFile(file, `[git.test]:2222 ${other}\n`);
  await keygen('-q', '-H', '-f', file);
  const text = await readFile(file, 'utf8');
  t.match(text, /^\|1\|/);
  t.ok(parseKnownHosts(text, 'git.test', 22).isPinned(blob));
  t.ok(parseKnownHosts(text, 'git.test', 2222).isPinned(keyOf(other).blob));
});
