/** Runs test files with tap and prints a line a file, then every failure in full. */
import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from './run.mjs';
import { tapReader } from './tap-reading.mjs';

/** Seconds after which tap ends a test file that still runs. */
const fileTimeoutSeconds = { unit: 240, e2e: 900 };

/**
 * @param {string} title shown above the run; also the name of its raw TAP in .cache/test
 * @param {keyof typeof fileTimeoutSeconds} kind
 * @param {readonly string[]} files
 * @param {{ node?: string, jobs?: number }} [options] `node` is the Node to run with, this one by default; three files at a time, since most wait as much as they work
 * @returns {Promise<{ passed: number, failed: number, skipped: number }>}
 */
export async function runTap(title, kind, files, { node = process.execPath, jobs = 3 } = {}) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  if (files.length === 0) return total;
  console.log(`\n# ${title}: ${files.length} files`);
  const failures = [];
  const read = tapReader((file) => {
    total.passed += file.passed;
    total.failed += file.failed;
    total.skipped += file.skipped;
    const skipped = file.skipped > 0 ? `, ${file.skipped} skipped` : '';
    const verdict = file.failed > 0 ? `FAIL ${file.failed} of ` : '  ok ';
    console.log(`${verdict}${file.passed + file.failed} ${file.name} (${Math.round(file.ms)} ms${skipped})`);
    if (file.failed > 0) failures.push({ name: file.name, blocks: file.failures });
  });

  const status = await tap(title, kind, files, node, jobs, read);

  for (const { name, blocks } of failures) {
    console.log(`\n# FAILED in ${name}`);
    for (const block of blocks) console.log(block);
  }
  if (status !== 0 && total.failed === 0) {
    console.log(`# tap ended with status ${status} though no test failed`);
    total.failed = 1;
  }
  return total;
}

/** Runs tap over the files and feeds each line of its output to `read`; resolves to its exit status. */
async function tap(title, kind, files, node, jobs, read) {
  mkdirSync(join(root, '.cache/test'), { recursive: true });
  const raw = createWriteStream(join(root, '.cache/test', `${title.replaceAll(' ', '-')}.tap`));
  const options = ['--reporter=tap', `--jobs=${jobs}`, `--timeout=${fileTimeoutSeconds[kind]}`];
  const child = spawn(node, ['node_modules/tap/dist/esm/run.mjs', 'run', ...options, ...files], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
  for await (const line of createInterface({ input: child.stdout })) {
    raw.write(`${line}\n`);
    read(line);
  }
  raw.end();
  return ended;
}
