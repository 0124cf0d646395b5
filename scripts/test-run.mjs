/** Runs built test files, several at a time, and prints a line a file, then every failure in full. */
import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from './run.mjs';
import { tapReader } from './tap-reading.mjs';

/** Files that run at a time: more than processors, since most wait more than they work. But a browser works all the time. */
const atOnce = { all: 4, withBrowsers: 2 };

/** After being told to end, a file has this long to print which of its tests still ran. */
const endWithinMs = 5_000;

/**
 * @typedef {object} TestFile
 * @property {string} file relative to the clone, as `.ts`
 * @property {string} node the Node that runs it
 * @property {string} on said behind its name, of a Node that is not this one; else empty
 * @property {boolean} hasBrowser whether it starts one
 * @property {number} timeoutSeconds after which it is ended
 */

/**
 * @param {readonly TestFile[]} files in the order in which they are started
 * @returns {Promise<{ passed: number, failed: number, skipped: number }>}
 */
export async function runTests(files) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  const failures = [];
  const browsers = files.filter(({ hasBrowser }) => hasBrowser);
  const others = files.filter(({ hasBrowser }) => !hasBrowser);
  const work = async (take) => {
    for (let next = take(); next !== undefined; next = take()) {
      const name = next.file + next.on;
      const started = performance.now();
      const result = await runFile(next, name);
      for (const key of Object.keys(total)) total[key] += result[key];
      const skipped = result.skipped > 0 ? `, ${result.skipped} skipped` : '';
      const verdict = result.failed > 0 ? `FAIL ${result.failed} of ` : '  ok ';
      const ms = Math.round(performance.now() - started);
      console.log(`${verdict}${result.passed + result.failed} ${name} (${ms} ms${skipped})`);
      if (result.failed > 0) failures.push({ name, blocks: result.failures });
    }
  };
  await Promise.all(
    Array.from({ length: atOnce.all }, (_, at) =>
      work(at < atOnce.withBrowsers ? () => browsers.shift() ?? others.shift() : () => others.shift()),
    ),
  );

  for (const { name, blocks } of failures) {
    console.log(`\n# FAILED in ${name}`);
    for (const block of blocks) console.log(block);
  }
  return total;
}

/** Runs one file; its raw TAP is kept in .cache/test. */
async function runFile({ file, node, timeoutSeconds }, name) {
  const folder = join(root, '.cache/test');
  mkdirSync(folder, { recursive: true });
  const raw = createWriteStream(join(folder, `${name.replaceAll(/[ /]/g, '-')}.tap`));
  const child = spawn(node, ['--enable-source-maps', join(root, 'dist', file.replace(/\.ts$/, '.js'))], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    // tap reads its time from here; it ends a test that takes longer and names it.
    env: { ...process.env, TAP_TIMEOUT: String(timeoutSeconds) },
  });
  const limit = setTimeout(() => child.kill('SIGTERM'), (timeoutSeconds + 5) * 1000);
  const lastLimit = setTimeout(() => child.kill('SIGKILL'), (timeoutSeconds + 5) * 1000 + endWithinMs);
  const ended = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  const read = tapReader();
  const lines = createInterface({ input: child.stdout }).on('line', (line) => {
    raw.write(`${line}\n`);
    read.line(line);
  });
  const allRead = new Promise((resolve) => lines.once('close', resolve));
  const { code, signal } = await ended;
  // What a server that outlived the file still holds open is not waited for.
  const patience = setTimeout(() => child.stdout.destroy(), endWithinMs);
  await allRead;
  for (const timer of [limit, lastLimit, patience]) clearTimeout(timer);
  raw.end();
  return read.end(signal === null ? `ended with status ${code}` : `ended by ${signal}`, code === 0);
}
