/** A small pack and a large one through a gateway, and how much memory it takes for them. */
import { randomFillSync } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import type { Test } from 'tap';
import type { GitClient } from '../servers/git.ts';

/** Fills files with bytes that do not compress, quickly. */
async function fill(folder: string, files: number, bytes: number): Promise<void> {
  const piece = Buffer.allocUnsafe(bytes);
  for (let i = 0; i < files; i += 1) await writeFile(`${folder}/big${i}`, randomFillSync(piece));
}

const quickly = ['-c', 'core.compression=0', '-c', 'core.bigFileThreshold=1m'];

/**
 * Pushes 2.5 MB and then so much more into an empty repository and clones both; fails where the gateway takes more than the bar of DESIGN §9 above what
 * it had before.
 *
 * @param pid the gateway's
 */
export async function bigPacks(
  t: Test,
  pid: number,
  git: GitClient,
  address: string,
  mebibytes = 300,
): Promise<void> {
  await git.must(['init', '-q', '-b', 'main', 'big']);
  const inBig = { cwd: `${git.directory}/big` };
  await git.must(['remote', 'add', 'origin', address], inBig);
  const commit = async (files: number, bytes: number): Promise<void> => {
    await fill(inBig.cwd, files, bytes);
    await git.must([...quickly, 'add', '.'], inBig);
    await git.must(['commit', '-q', '-m', `${files * bytes} bytes`], inBig);
  };
  const push = (to: string) => git.must([...quickly, 'push', '-q', 'origin', `HEAD:refs/heads/${to}`], inBig);
  const clone = (to: string) => git.must([...quickly, 'clone', '-q', '--bare', address, to]);

  await commit(1, 2_500_000);
  await push('main');
  await clone('small.git');
  await commit(Math.ceil(mebibytes / 20), 20 * 2 ** 20);
  const memory = await memoryOf(pid);
  await push('main');
  const pushed = await memory.aboveIdle();
  await clone('large.git');
  const cloned = await memory.aboveIdle();
  t.comment(
    `${mebibytes} MiB: idle ${memory.idle} MiB; push +${pushed} MiB, push and clone +${cloned} MiB at the peak`,
  );
  t.ok(pushed < 64, `a push takes ${pushed} MiB above idle`);
  t.ok(cloned < 64, `a clone takes ${cloned} MiB above idle`);
  t.equal(
    (await git.must(['-C', 'large.git', 'rev-parse', 'main'])).trim(),
    (await git.must(['rev-parse', 'HEAD'], inBig)).trim(),
  );
}

/** A process's resident memory: what it holds now, and its peak from now on. */
async function memoryOf(pid: number) {
  const of = `/proc/${pid}`;
  const read = async (field: 'VmRSS' | 'VmHWM'): Promise<number> => {
    const [, kilobytes] =
      new RegExp(`${field}:\\s+(\\d+)`).exec(await readFile(`${of}/status`, 'utf8')) ?? [];
    return Math.round(Number(kilobytes) / 1024);
  };
  // Lowers the high-water mark to what is resident (proc(5), clear_refs).
  await writeFile(`${of}/clear_refs`, '5');
  const idle = await read('VmRSS');
  return { idle, aboveIdle: async () => (await read('VmHWM')) - idle };
}
