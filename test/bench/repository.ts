/** The generated repository: pseudo-random files in many commits, one pack with a bitmap, the same every time, kept in .cache. */
import { spawn } from 'node:child_process';
import { createCipheriv } from 'node:crypto';
import { once } from 'node:events';
import { access, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isolatedGitEnvironment } from '../servers/git.ts';

/** Where the repositories of a bench are, and what the large one is called. */
export interface BenchRepositories {
  /** Folder of bare repositories, served by the host; pushes make more in it. */
  readonly directory: string;
  /** Name of the large one, without `.git`. */
  readonly name: string;
}

const mebibyte = 1024 * 1024;

/** Size of each file; each commit writes one. */
const fileMebibytes = 2;

/** Makes the repository of that size unless an earlier run left it in `.cache/bench` below the working directory. */
export async function benchRepository(mebibytes: number): Promise<BenchRepositories> {
  const directory = join(process.cwd(), '.cache', 'bench', 'repositories');
  const name = `random-${mebibytes}`;
  const made = join(directory, `${name}.git`);
  if (await exists(made)) return { directory, name };

  console.error(`# making ${made}, ${mebibytes} MiB; later runs find it there`);
  const unfinished = `${made}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  await git(['init', '-q', '--bare', '-b', 'main', unfinished]);
  await fastImport(unfinished, Math.ceil(mebibytes / fileMebibytes));
  // What does not compress is not tried: the pack is random bytes.
  await git(['-C', unfinished, '-c', 'pack.window=0', '-c', 'pack.compression=0', 'repack', '-adbq']);
  await rename(unfinished, made);
  return { directory, name };
}

async function fastImport(repository: string, commits: number): Promise<void> {
  const child = spawn(
    'git',
    ['-C', repository, '-c', 'core.compression=0', '-c', 'pack.compression=0', 'fast-import', '--quiet'],
    { env: isolatedGitEnvironment(repository), stdio: ['pipe', 'inherit', 'inherit'] },
  );
  const ended = once(child, 'close');
  const random = createCipheriv('aes-128-ctr', Buffer.alloc(16, 7), Buffer.alloc(16));
  const zeros = Buffer.alloc(fileMebibytes * mebibyte);
  for (let index = 0; index < commits; index += 1) {
    const text = `Add file ${index}\n`;
    child.stdin.write(
      `commit refs/heads/main\ncommitter Bench <bench@example.com> ${1_700_000_000 + index} +0000\n` +
        `data ${text.length}\n${text}M 100644 inline ${index % 16}/${index}.bin\ndata ${zeros.length}\n`,
    );
    if (!child.stdin.write(random.update(zeros))) await once(child.stdin, 'drain');
    child.stdin.write('\n');
  }
  child.stdin.end('done\n');
  const [code] = await ended;
  if (code !== 0) throw new Error(`git fast-import ended with status ${code}`);
}

/** Runs git to its end. @throws when it fails */
export async function git(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const child = spawn('git', args, {
    env: { ...isolatedGitEnvironment('/nonexistent'), ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`git ${args.join(' ')}: status ${code}\n${stderr}`);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
