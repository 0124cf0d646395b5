/** Logs as tests need them: written by the real writer, read back as lines. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EntryOf } from '../../gateway/audit/entry.ts';
import { bodyOf, noHash, seal } from '../../gateway/audit/line.ts';
import { type AuditLog, type AuditLogOptions, openAuditLog } from '../../gateway/audit/log.ts';
import type { Ending } from '../servers/ending.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';

export interface TestLog {
  readonly directory: string;
  readonly log: AuditLog;
  readonly alarms: string[];
}

export async function aLog(t: Ending, options: Partial<AuditLogOptions> = {}): Promise<TestLog> {
  const directory = options.directory ?? (await temporaryDirectory(t));
  const alarms: string[] = [];
  const log = await openAuditLog({
    directory,
    nodeId: 'test',
    onAlarm: ({ kind }) => alarms.push(kind),
    ...options,
  });
  t.teardown(() => log.close());
  return { directory, log, alarms };
}

/** An alarm of a node: the smallest entry with a number in it. */
export function anAlarm(count: number): EntryOf<'node.alarm'> {
  return { type: 'node.alarm', node: 'test', alarm: 'numbered', message: `number ${count}`, count };
}

/** The segments of a directory, in order. */
export async function segmentPaths(directory: string): Promise<string[]> {
  return (await readdir(directory))
    .filter((name) => name.endsWith('.jsonl') && name.startsWith('A-'))
    .sort()
    .map((name) => join(directory, name));
}

export async function linesOf(directory: string): Promise<string[]> {
  const texts = await Promise.all((await segmentPaths(directory)).map((path) => readFile(path, 'utf8')));
  return texts.flatMap((text) => text.split('\n').filter((line) => line !== ''));
}

/** Whole numbers below `under` from a seed (mulberry32), so that a failed run can be had again. */
export function seeded(seed: number): (under: number) => number {
  let state = seed >>> 0;
  return (under) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % under;
  };
}

/** A chain written by hand, whole in itself. */
export function chainOf(
  chain: string,
  entries: readonly ({ type: string } & Record<string, unknown>)[],
): string {
  let prev = noHash;
  const opened = { type: 'segment.opened', segment: 1, node: 'x' };
  return [opened, ...entries]
    .map((entry, i) => {
      const sealed = seal({ chain, seq: i + 1, prev }, bodyOf(1, entry));
      prev = sealed.hash;
      return sealed.line;
    })
    .join('');
}

/** A directory of chains written by hand. */
export async function chains(
  t: Ending,
  of: Readonly<Record<string, Parameters<typeof chainOf>[1]>>,
): Promise<string> {
  const directory = await temporaryDirectory(t);
  for (const [chain, entries] of Object.entries(of)) {
    await writeFile(`${directory}/${chain}-00000001.jsonl`, chainOf(chain, entries));
  }
  return directory;
}
