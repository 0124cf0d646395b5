import { execFileSync } from 'node:child_process';
import { chmod, rename, rm, writeFile } from 'node:fs/promises';
import t from 'tap';
import { openSecrets, readIntegrityKey } from '../../config/secrets.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';

void t.test(
  'a secret file is read anew when it changed, and its last value kept while it is empty',
  async (t) => {
    const directory = await temporaryDirectory(t);
    const path = `${directory}/secret`;
    await writeFile(path, 'one\n', { mode: 0o600 });
    const warnings: string[] = [];
    const secrets = openSecrets({ onWarning: (message) => warnings.push(message), env: { SLUICE_X: 'env' } });

    t.equal(await secrets.read({ kind: 'file', path }), 'one');
    await writeFile(`${directory}/next`, 'two\n', { mode: 0o600 });
    await rename(`${directory}/next`, path);
    t.equal(await secrets.read({ kind: 'file', path }), 'two');
    await writeFile(path, '');
    t.equal(await secrets.read({ kind: 'file', path }), 'two');
    t.equal(warnings.length, 1);
    t.equal(await secrets.read({ kind: 'env', name: 'SLUICE_X' }), 'env');
    await t.rejects(secrets.read({ kind: 'env', name: 'SLUICE_Y' }), { code: 'CONFIG_SECRET' });
    await t.rejects(secrets.read({ kind: 'file', path: `${directory}/none` }), { code: 'CONFIG_SECRET' });
  },
);

void t.test('a file that others can read is told once, and used all the same', async (t) => {
  const path = `${await temporaryDirectory(t)}/secret`;
  await writeFile(path, 'hunter2\r\n');
  await chmod(path, 0o644);
  const warnings: string[] = [];
  const secrets = openSecrets({ onWarning: (message) => warnings.push(message) });

  t.equal(await secrets.read({ kind: 'file', path }), 'hunter2');
  t.equal(await secrets.read({ kind: 'file', path }), 'hunter2');
  t.match(warnings, [/mode 644/]);
  t.equal(warnings.length, 1);
});

void t.test('what is no secret file is refused, and no error holds its content', async (t) => {
  const directory = await temporaryDirectory(t);
  await writeFile(`${directory}/empty`, '\n\n', { mode: 0o600 });
  await writeFile(`${directory}/long`, 'hunter2'.repeat(10_000), { mode: 0o600 });
  execFileSync('mkfifo', [`${directory}/fifo`]);
  const secrets = openSecrets();
  for (const name of ['empty', 'long', 'fifo', '.', 'absent', 'a\u0000b']) {
    const error: unknown = await secrets
      .read({ kind: 'file', path: `${directory}/${name}` })
      .catch((thrown) => thrown);
    t.match(error, { code: 'CONFIG_SECRET' }, JSON.stringify(name));
    t.notMatch(String(error), /hunter2/);
  }
});

void t.test('a file that vanished keeps its last value until it is back', async (t) => {
  const path = `${await temporaryDirectory(t)}/secret`;
  await writeFile(path, 'one', { mode: 0o600 });
  const secrets = openSecrets();
  t.equal(await secrets.read({ kind: 'file', path }), 'one');
  await rm(path);
  t.equal(await secrets.read({ kind: 'file', path }), 'one');
  await writeFile(path, 'two', { mode: 0o600 });
  t.equal(await secrets.read({ kind: 'file', path }), 'two');
});

void t.test('an integrity key is 64 hex digits and nothing else', async (t) => {
  const read = (value: string) =>
    readIntegrityKey(openSecrets({ env: { SLUICE_KEY: value } }), { kind: 'env', name: 'SLUICE_KEY' });
  t.equal((await read('0F'.repeat(32))).length, 32);
  for (const value of ['0f'.repeat(31), '0f'.repeat(33), 'x'.repeat(64), 'hunter2']) {
    const error: unknown = await read(value).catch((thrown) => thrown);
    t.match(error, { code: 'CONFIG_SECRET' });
    t.notMatch(String(error), new RegExp(value));
  }
});
