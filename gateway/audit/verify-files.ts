/** The files of a verification in their order: which chain, which segment, and how many bytes of each count. */
import { realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { firstEntry, placeBefore } from './segment-head.ts';
import { listSegments, parseSegmentName, type SegmentFile } from './segment-name.ts';

/** One segment to be read, up to the byte where the chain went on elsewhere. */
export interface CountedSegment extends SegmentFile {
  readonly path: string;
  readonly size: number;
  /** Bytes that count; undefined: to its end. */
  readonly until: number | undefined;
}

type FoundSegment = Omit<CountedSegment, 'until'>;

/** The segments of all paths (folders or single files), by chain and in their order. A file named twice is read once. */
export async function segmentsOf(paths: readonly string[]): Promise<readonly (readonly CountedSegment[])[]> {
  const chains = new Map<string, Map<string, FoundSegment>>();
  for (const path of paths) {
    const files = (await stat(path)).isDirectory()
      ? (await listSegments(path)).map((file) => ({ ...file, path: join(path, file.name) }))
      : [fileAt(path)];
    for (const file of files) {
      const chain = chains.get(file.chain) ?? new Map<string, FoundSegment>();
      const [real, { size }] = await Promise.all([realpath(file.path), stat(file.path)]);
      if (!chain.has(real)) chain.set(real, { ...file, size });
      chains.set(file.chain, chain);
    }
  }
  return await Promise.all(
    [...chains.values()].map((files) =>
      counted([...files.values()].sort((a, b) => a.segment - b.segment || (a.name < b.name ? -1 : 1))),
    ),
  );
}

function fileAt(path: string): SegmentFile & { readonly path: string } {
  const file = parseSegmentName(basename(path));
  if (file === undefined) throw new Error(`${path} is no segment: its name is not CHAIN-NUMBER.jsonl`);
  return { ...file, path };
}

/**
 * A segment that a crash or a full disk ended has bytes behind the last entry that counts; the next segment's first line
 * says where that was.
 */
async function counted(files: readonly FoundSegment[]): Promise<readonly CountedSegment[]> {
  const ends = new Map<number, number>();
  for (const file of files) {
    const after = placeBefore(await firstEntry(file.path));
    if (after === undefined) continue;
    ends.set(after.segment, after.offset);
    for (const { segment } of files)
      if (segment > after.segment && segment < file.segment) ends.set(segment, 0);
  }
  return files.map((file) => ({ ...file, until: ends.get(file.segment) }));
}
