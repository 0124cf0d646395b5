import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { lockDirectory } from '../../gateway/audit/directory-lock.ts';
import { programBeside } from '../servers/clone.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';

async function holderOf(directory: string): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(join(directory, 'writer.lock'), 'utf8')) as Record<string, unknown>;
}

void t.test('of many who want a directory at once one gets it', async (t) => {
  const directory = await temporaryDirectory(t);
  const asked = await Promise.allSettled(Array.from({ length: 20 }, () => lockDirectory(directory)));
  const got = asked.filter((answer) => answer.status === 'fulfilled');
  t.equal(got.length, 1);
  await got[0]?.value.release();
  t.strictSame(await readdir(directory), [], 'nothing is left behind');
});

void t.test('of many who find a dead lock one gets it', async (t) => {
  const directory = await temporaryDirectory(t);
  const lock = await lockDirectory(directory);
  const holder = await holderOf(directory);
  await lock.release();
  for (let round = 0; round < 40; round += 1) {
    await writeFile(
      join(directory, 'writer.lock'),
      JSON.stringify({ ...holder, nonce: 'dead', started: '1' }),
    );
    const asked = await Promise.allSettled(Array.from({ length: 8 }, () => lockDirectory(directory)));
    const got = asked.filter((answer) => answer.status === 'fulfilled');
    t.equal(got.length, 1);
    await got[0]?.value.release();
    t.strictSame(await readdir(directory), [], 'nothing is left behind');
  }
});

void t.test('who died while clearing a dead lock away holds nobody up', async (t) => {
  const directory = await temporaryDirectory(t);
  const lock = await lockDirectory(directory);
  const holder = await holderOf(directory);
  await lock.release();
  const dead = (nonce: string): string => JSON.stringify({ ...holder, nonce, started: '1' });
  await writeFile(join(directory, 'writer.lock'), dead('first'));
  await writeFile(join(directory, 'writer.lock.clears-first'), dead('second'));
  await writeFile(join(directory, 'writer.lock.clears-second'), dead('third'));
  await (await lockDirectory(directory)).release();
  t.strictSame(await readdir(directory), []);
});

void t.test('the lock of a killed process is taken over', { timeout: 200_000 }, async (t) => {
  const directory = await temporaryDirectory(t);
  const writer = programBeside(import.meta.url, './killed-writer');
  const child = spawn(process.execPath, [...writer, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  await t.rejects(lockDirectory(directory), {
    code: 'AUDIT_LOCKED',
    message: new RegExp(`process ${child.pid}`),
  });
  child.kill('SIGKILL');
  await once(child, 'close');

  await (await lockDirectory(directory)).release();
});

void t.test('the lock of a process that reuses a pid is dead', async (t) => {
  const directory = await temporaryDirectory(t);
  const lock = await lockDirectory(directory);
  const holder = await holderOf(directory);
  await lock.release();
  await writeFile(join(directory, 'writer.lock'), JSON.stringify({ ...holder, nonce: 'x', started: '1' }));
  await (await lockDirectory(directory)).release();
});

void t.test('a holder on another machine lives while its lock is younger than 30 s', async (t) => {
  const directory = await temporaryDirectory(t);
  const path = join(directory, 'writer.lock');
  await writeFile(path, JSON.stringify({ nonce: 'x', pid: 1, started: '1', realm: 'elsewhere' }));
  await t.rejects(lockDirectory(directory), { code: 'AUDIT_LOCKED' });
  const old = new Date(Date.now() - 31_000);
  await utimes(path, old, old);
  await (await lockDirectory(directory)).release();
});

void t.test('giving a lock back leaves the lock of somebody else alone', async (t) => {
  const directory = await temporaryDirectory(t);
  const lock = await lockDirectory(directory);
  await writeFile(
    join(directory, 'writer.lock'),
    JSON.stringify({ nonce: 'other', pid: 1, realm: 'elsewhere' }),
  );
  await lock.release();
  t.match(await holderOf(directory), { nonce: 'other' });
});
