/** Runs other programs in this clone, with their output passed through or collected. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

/** The clone's top folder. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Runs a program with its output passed through.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnSyncOptions} [options]
 * @returns {number} its exit status; 127 when it could not be started, 128 + n when signal n ended it
 */
export function run(program, args, options = {}) {
  const done = spawnSync(program, args, { cwd: root, stdio: 'inherit', ...options });
  if (done.error !== undefined) {
    console.error(`${program}: ${done.error.message}`);
    return 127;
  }
  return done.status ?? 128 + constants.signals[done.signal];
}

/**
 * Runs a program that must succeed: prints what it was for and ends this process with its status if it does not.
 *
 * @param {string} purpose shown before the run and when it fails
 * @param {string} program
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnSyncOptions} [options]
 */
export function must(purpose, program, args, options = {}) {
  console.error(`# ${purpose}`);
  const status = run(program, args, options);
  if (status === 0) return;
  console.error(`# ${purpose}: ${program} ended with status ${status}`);
  process.exit(status);
}

/**
 * Starts a script of this folder as a process of its own, so that it works while others do; its output is passed through.
 *
 * @param {string} script
 * @returns {Promise<unknown>} resolves when it has ended, however it did
 */
export async function beside(script) {
  const child = spawn(process.execPath, [`${root}scripts/${script}`], { cwd: root, stdio: ['ignore', 2, 2] });
  await once(child, 'exit');
}

/**
 * Whether a program runs and succeeds; its output is dropped.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @returns {boolean}
 */
export function succeeds(program, args) {
  return spawnSync(program, args, { cwd: root, stdio: 'ignore' }).status === 0;
}
