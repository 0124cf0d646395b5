import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t, { type Test } from 'tap';
import { type ChainGap, chainEntries } from '../../gateway/audit/chain-entries.ts';
import { verify } from '../../gateway/audit/verify.ts';
import { programBeside } from '../servers/clone.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';

t.setTimeout(300_000);

/** What writers said, over all of them. */
class Said {
  readonly acknowledged = new Set<number>();
  readonly refused = new Map<number, string>();
  readonly alarms: string[] = [];
  #rest = '';

  take(text: string): void {
    const lines = `${this.#rest}${text}`.split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      const [what, name = '', code = ''] = line.split(' ');
      if (what === 'ok') this.acknowledged.add(Number(name));
      if (what === 'no') this.refused.set(Number(name), code);
      if (what === 'alarm') this.alarms.push(name);
    }
  }

  /** A writer that was killed breaks off in the middle of a line. */
  breakOff(): void {
    this.#rest = '';
  }
}

/** Starts a writer whose numbers begin at `first`; `until` resolves once what was said fits. */
function aWriter(t: Test, directory: string, first: number, said: Said) {
  const child: ChildProcess = spawn(
    process.execPath,
    [...programBeside(import.meta.url, './numbered-writer'), directory, String(first)],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  t.teardown(() => child.kill('SIGKILL'));
  child.stdout?.setEncoding('utf8').on('data', (text: string) => said.take(text));
  const until = async (fits: () => boolean): Promise<void> => {
    while (!fits()) await once(child.stdout as NodeJS.EventEmitter, 'data');
  };
  return {
    until,
    /** So many more entries became durable. */
    more(count: number): Promise<void> {
      const goal = said.acknowledged.size + count;
      return until(() => said.acknowledged.size >= goal);
    },
    tell: (line: string) => void child.stdin?.write(`${line}\n`),
    async end(signal: NodeJS.Signals): Promise<number | null> {
      const closed = once(child, 'close');
      child.kill(signal);
      const [code] = (await closed) as [number | null];
      if (signal === 'SIGKILL') said.breakOff();
      return code;
    },
  };
}

/** A disk of 24 MiB of its own where one can be mounted; `fill` leaves no room on it, and answers how to make room again. */
async function aSmallDisk(t: Test) {
  const directory = join(await temporaryDirectory(t), 'small');
  await mkdir(directory);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', directory], { stdio: 'ignore' });
  } catch {
    return { directory, fill: undefined };
  }
  t.teardown(() => execFileSync('umount', ['-l', directory]));
  return {
    directory,
    async fill() {
      const filler = join(directory, 'filler');
      // It ends with "no space left", which is what it is for.
      await writeFile(filler, Buffer.alloc(24 * 2 ** 20)).catch(() => undefined);
      return () => rm(filler);
    },
  };
}

/** Rotates the directory's segments once, as an operator might who does not know that they rotate by themselves. */
async function logrotate(t: Test, directory: string, how: 'nocreate' | 'copytruncate'): Promise<void> {
  const file = join(await temporaryDirectory(t), 'logrotate');
  await writeFile(`${file}.conf`, `"${directory}/A-*.jsonl" {\n  rotate 9\n  size 1\n  ${how}\n}\n`);
  await promisify(execFile)('/usr/sbin/logrotate', ['--force', '--state', `${file}.state`, `${file}.conf`]);
}

/** The numbers that count, in the order of the chain, and what is missing of it. */
async function readBack(directory: string): Promise<{ numbers: number[]; gaps: ChainGap[] }> {
  const numbers: number[] = [];
  const gaps: ChainGap[] = [];
  for await (const steps of chainEntries([directory]))
    for (const step of steps) {
      if (step.kind === 'gap') gaps.push(step.gap);
      else if (step.entry.alarm === 'numbered') numbers.push(Number(step.entry.count));
    }
  return { numbers, gaps };
}

void t.test(
  'a thousand numbered entries a second, whatever befalls: each that was acknowledged stands once and in order, none that was refused (case K4)',
  async (t) => {
    const small = await aSmallDisk(t);
    const directory = join(small.directory, 'audit');
    const said = new Said();
    const startedAt = performance.now();

    const first = aWriter(t, directory, 0, said);
    await first.more(1_500);
    await logrotate(t, directory, 'nocreate');
    await first.until(() => said.alarms.includes('audit-segment-moved'));
    await first.more(1_000);
    first.tell('slow 60');
    await first.more(1_500);
    first.tell('slow 0');
    first.tell(`back ${3_600_000}`);
    await first.more(1_000);
    t.equal(await first.end('SIGTERM'), 0);

    const second = aWriter(t, directory, 1_000_000, said);
    await second.more(1_000);
    await second.end('SIGKILL');
    t.ok(said.acknowledged.size > 6_000);

    const third = aWriter(t, directory, 2_000_000, said);
    await third.more(500);
    if (small.fill === undefined) t.comment('no tmpfs can be mounted here: the disk is never full');
    else {
      const makeRoom = await small.fill();
      const goal = said.refused.size + 200;
      await third.until(() => said.refused.size >= goal);
      await makeRoom();
      await third.until(() => said.alarms.includes('audit-writable-again'));
    }
    await third.more(1_000);
    t.equal(await third.end('SIGTERM'), 0);
    const seconds = (performance.now() - startedAt) / 1_000;
    t.comment(`${said.acknowledged.size} durable, ${said.refused.size} refused in ${seconds.toFixed(1)} s`);

    const { numbers, gaps } = await readBack(directory);
    t.strictSame(gaps, [], 'no gap');
    t.strictSame(
      numbers,
      [...new Set(numbers)].toSorted((a, b) => a - b),
      'each once, and in order',
    );
    const standing = new Set(numbers);
    t.strictSame(
      [...said.acknowledged].filter((number) => !standing.has(number)),
      [],
      'none is lost',
    );
    t.strictSame(
      [...said.refused.keys()].filter((number) => standing.has(number)),
      [],
      'none was refused',
    );
    t.strictSame(
      [...new Set(said.refused.values())].filter((code) => !/^AUDIT_(UNWRITABLE|OVERLOADED)$/.test(code)),
      [],
    );
    t.match(await verify([directory]), { faults: [], chains: [{ openOperations: [] }] });
  },
);

void t.test(
  'what logrotate loses between copying and truncating is named, and nothing else is lost (case K4)',
  async (t) => {
    const directory = join(await temporaryDirectory(t), 'audit');
    const said = new Said();
    const writer = aWriter(t, directory, 0, said);
    await writer.more(500);
    const truncated = () => said.alarms.filter((kind) => kind === 'audit-segment-truncated').length;
    for (let round = 1; round <= 3; round += 1) {
      await logrotate(t, directory, 'copytruncate');
      await writer.until(() => truncated() >= round);
      await writer.more(500);
    }
    t.equal(await writer.end('SIGTERM'), 0);

    const { numbers, gaps } = await readBack(directory);
    t.strictSame(
      numbers,
      [...new Set(numbers)].toSorted((a, b) => a - b),
      'each once, and in order',
    );
    const standing = new Set(numbers);
    const lost = [...said.acknowledged].filter((number) => !standing.has(number));
    const missing = gaps.reduce((sum, { after, before = after + 1 }) => sum + before - after - 1, 0);
    t.comment(
      `${lost.length} of ${said.acknowledged.size} lost, in ${gaps.length} gaps of ${missing} entries`,
    );
    t.ok(lost.length <= missing, 'as many as the gaps say, or fewer');
    const { faults } = await verify([directory]);
    t.equal(faults.length > 0, gaps.length > 0, 'and verify names them');
  },
);
