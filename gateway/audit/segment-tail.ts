/** Where a directory's chain stands when its writer comes back: the last whole entry, and what was left torn behind it. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { AuditError } from './audit-error.ts';
import { lineLimit, noHash, type SealedEntry } from './line.ts';
import { linesBackwards } from './lines-backwards.ts';
import { segmentBytes, segmentSize } from './segment-bytes.ts';
import { entryOf } from './segment-head.ts';
import { listSegments, type SegmentFile } from './segment-name.ts';

/** A place in the files of a chain: the byte behind an entry's newline. */
export interface FilePlace {
  readonly segment: number;
  readonly offset: number;
}

/** Bytes that do not count. */
export interface TornTail extends FilePlace {
  readonly bytes?: number;
  readonly lines?: number;
  readonly sha256?: string;
}

/** Where a chain stands. */
export interface ChainStand {
  readonly chain: string;
  /** Of the last whole entry; 0 and `noHash` when there is none. */
  readonly seq: number;
  readonly hash: string;
  readonly after: FilePlace | undefined;
  readonly torn: readonly TornTail[];
  /** The highest segment number taken. */
  readonly highest: number;
}

/**
 * Reads backwards from the end of the newest segment to the last line that is whole by itself. A broken line with whole ones
 * behind it is therefore never taken for a torn tail: it stays, and `verify` names it.
 *
 * @returns undefined for a directory without segments
 * @throws AuditError `AUDIT_DIRECTORY` when it holds several chains
 */
export async function standOf(directory: string): Promise<ChainStand | undefined> {
  const files = await listSegments(directory);
  const newest = files.at(-1);
  if (newest === undefined) return undefined;
  const other = files.find(({ chain }) => chain !== newest.chain);
  if (other !== undefined) {
    throw new AuditError(
      'AUDIT_DIRECTORY',
      `${directory} holds chains ${other.chain} and ${newest.chain}; a writer's directory holds one`,
    );
  }
  const base = { chain: newest.chain, highest: newest.segment };
  const torn: TornTail[] = [];
  for (const file of files.toReversed()) {
    const last = await lastWhole(join(directory, file.name), file);
    const offset = last?.end ?? 0;
    const tail = await describeTail(join(directory, file.name), { segment: file.segment, offset });
    if (tail.bytes !== 0 || (last === undefined && !file.moved)) torn.unshift(tail);
    if (last === undefined) continue;
    const { seq, hash } = last.entry;
    return { ...base, seq, hash, after: { segment: file.segment, offset }, torn };
  }
  return { ...base, seq: 0, hash: noHash, after: undefined, torn };
}

/** Counts and hashes what lies behind a place; only the place when it cannot be read. */
export async function describeTail(path: string, place: FilePlace): Promise<TornTail> {
  const sum = createHash('sha256');
  let bytes = 0;
  let lines = 0;
  try {
    for await (const chunk of segmentBytes(path, { from: place.offset })) {
      sum.update(chunk);
      bytes += chunk.length;
      for (let at = chunk.indexOf(0x0a); at !== -1; at = chunk.indexOf(0x0a, at + 1)) lines += 1;
    }
  } catch {
    return place;
  }
  return { ...place, bytes, lines, sha256: sum.digest('hex') };
}

async function lastWhole(
  path: string,
  { chain }: SegmentFile,
): Promise<{ readonly entry: SealedEntry; readonly end: number } | undefined> {
  for await (const lines of linesBackwards(path, await segmentSize(path), lineLimit)) {
    for (const { bytes, offset } of lines) {
      const entry = entryOf(bytes);
      if (entry?.chain === chain) return { entry, end: offset + bytes.length + 1 };
    }
  }
  return undefined;
}
