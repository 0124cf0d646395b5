/** The files of a verification in their order: which chain, which segment, and how many bytes of each count. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { lineLimit, parseLine, type SealedEntry } from './line.ts';
import { LineSplitter } from './line-splitter.ts';
import { listSegments, parseSegmentName, type SegmentFile } from './segment-name.ts';

/** One segment to be read, up to the byte where the chain went on elsewhere. */
export interface CountedSegment extends SegmentFile {
  readonly path: string;
  /** Bytes that count; undefined: to its end. */
  readonly until: number | undefined;
}

/** The segments of all paths (folders or single files), by chain and in their order. */
export async function segmentsOf(paths: readonly string[]): Promise<readonly (readonly CountedSegment[])[]> {
  const found = new Map<string, (SegmentFile & { readonly path: string })[]>();
  for (const path of paths) {
    const files = (await stat(path)).isDirectory()
      ? (await listSegments(path)).map((file) => ({ ...file, path: join(path, file.name) }))
      : [fileAt(path)];
    for (const file of files) {
      const chain = found.get(file.chain) ?? [];
      if (!chain.some((other) => other.path === file.path)) chain.push(file);
      found.set(file.chain, chain);
    }
  }
  return await Promise.all(
    [...found.values()].map((files) =>
      counted(files.toSorted((a, b) => a.segment - b.segment || (a.name < b.name ? -1 : 1))),
    ),
  );
}

function fileAt(path: string): SegmentFile & { readonly path: string } {
  const file = parseSegmentName(basename(path));
  if (file === undefined)
    throw new Error(
      `${path} is no segment: ${join(dirname(path), basename(path))} is not CHAIN-NUMBER.jsonl`,
    );
  return { ...file, path };
}

/**
 * A segment that a crash or a full disk ended has bytes behind the last entry that counts; the next segment's first line
 * says where that was.
 */
async function counted(
  files: readonly (SegmentFile & { readonly path: string })[],
): Promise<readonly CountedSegment[]> {
  const ends = new Map<number, number>();
  for (const file of files) {
    const first = await firstEntry(file.path);
    const after =
      first?.type === 'segment.opened'
        ? (first.after as { segment: number; offset: number } | undefined)
        : undefined;
    if (after === undefined) continue;
    ends.set(after.segment, after.offset);
    for (const { segment } of files)
      if (segment > after.segment && segment < file.segment) ends.set(segment, 0);
  }
  return files.map((file) => ({ ...file, until: ends.get(file.segment) }));
}

async function firstEntry(path: string): Promise<SealedEntry | undefined> {
  const splitter = new LineSplitter(lineLimit);
  const stream = createReadStream(path) as AsyncIterable<Buffer>;
  for await (const chunk of stream) {
    const [line] = splitter.push(chunk);
    if (line === undefined) continue;
    try {
      return line.whole ? parseLine(line.bytes) : undefined;
    } catch {
      return undefined;
    }
  }
  return undefined;
}
