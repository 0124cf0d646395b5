/** The files of a verification in their order: which chain, which segment, and how many bytes of each count. */
import { realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { firstEntry, placeBefore } from './segment-head.ts';
import { compressedEnd, inOrder, listSegments, parseSegmentName, type SegmentFile } from './segment-name.ts';

/** One segment to be read, up to the byte where the chain went on elsewhere. */
export interface CountedSegment extends SegmentFile {
  readonly path: string;
  /** Bytes it had when it was listed; undefined for a compressed one, which grows no more. */
  readonly size: number | undefined;
  /** The same segment by its name in other folders, such as an archive. */
  readonly copies: readonly string[];
  /** Bytes that count; undefined: to its end. */
  readonly until: number | undefined;
}

interface FoundSegment extends Omit<CountedSegment, 'until' | 'copies'> {
  readonly copies: string[];
}

/**
 * The segments of all paths (folders or single files), by chain and in their order. A file named twice is read once, and so is one
 * that lies in two folders under the same name.
 */
export async function segmentsOf(paths: readonly string[]): Promise<readonly (readonly CountedSegment[])[]> {
  const chains = new Map<string, Map<string, FoundSegment>>();
  for (const path of paths) {
    const files = (await stat(path)).isDirectory()
      ? (await listSegments(path)).map((file) => ({ ...file, path: join(path, file.name) }))
      : [fileAt(path)];
    for (const file of files) {
      const found = await present(file);
      if (found === undefined) continue;
      const chain = chains.get(file.chain) ?? new Map<string, FoundSegment>();
      const real = await realpath(found.path);
      const same = [...chain.values()].find(({ plainName }) => plainName === found.plainName);
      if (same === undefined) chain.set(real, found);
      else if (!chain.has(real)) same.copies.push(found.path);
      chains.set(file.chain, chain);
    }
  }
  return await Promise.all([...chains.values()].map((files) => counted([...files.values()].sort(inOrder))));
}

/** The file, also when it was compressed since it was listed; undefined when it was deleted since. */
async function present(file: SegmentFile & { readonly path: string }): Promise<FoundSegment | undefined> {
  for (const end of file.name === file.plainName ? ['', compressedEnd] : ['']) {
    const [name, path] = [`${file.name}${end}`, `${file.path}${end}`];
    try {
      const { size } = await stat(path);
      return { ...file, name, path, size: name === file.plainName ? size : undefined, copies: [] };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return undefined;
}

function fileAt(path: string): SegmentFile & { readonly path: string } {
  const file = parseSegmentName(basename(path));
  if (file === undefined) throw new Error(`${path} is no segment: its name is not CHAIN-NUMBER.jsonl`);
  return { ...file, path };
}

/**
 * A segment that a crash or a full disk ended has bytes behind the last entry that counts; the next segment's first line
 * says where that was. Where a segment was copied and its file truncated under the writer, what the file got then is behind that
 * place too: it does not begin as the segment does, and the copy does.
 */
async function counted(files: readonly FoundSegment[]): Promise<readonly CountedSegment[]> {
  const ends = new Map<number, number>();
  const whole = new Set<FoundSegment>();
  for (const file of files) {
    const first = await firstEntry(file.path);
    if (first?.type === 'segment.opened') whole.add(file);
    const after = placeBefore(first);
    if (after === undefined) continue;
    ends.set(after.segment, after.offset);
    for (const { segment } of files)
      if (segment > after.segment && segment < file.segment) ends.set(segment, 0);
  }
  const begun = new Set([...whole].map(({ segment }) => segment));
  return files.map((file) => {
    const until = ends.get(file.segment);
    const isLeftBehind = until !== undefined && begun.has(file.segment) && !whole.has(file);
    return { ...file, until: isLeftBehind ? 0 : until };
  });
}
