/** Beside a closed segment: which of its parts may hold what is looked for, and what is in them, so that neither finding nor counting reads all. */
import { randomBytes } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { blocksOf } from './compress-segment.ts';
import { type EntryWish, keysOf, wishedKeys } from './entry-filter.ts';
import type { SealedEntry } from './line.ts';
import { segmentSize } from './segment-bytes.ts';
import { firstEntry } from './segment-head.ts';
import { compressedEnd } from './segment-name.ts';
import { type Kind, kindOf } from './time-counts.ts';

/** A part of a segment, of whole lines, and the times of its entries by the node's clock. */
export interface IndexedPart {
  readonly from: number;
  readonly until: number;
  readonly minAt: number;
  readonly maxAt: number;
  /** How many entries of each kind it has. */
  readonly kinds: readonly (readonly [Kind, number])[];
}

export interface SegmentIndex {
  /**
   * The parts in which an entry may stand that is what is wished for, in their order. Of two keys that are alike for the index there is a
   * part too many, never one too few.
   */
  partsFor(wish: EntryWish): readonly IndexedPart[];
}

/** What an index says of the segment it was made of; another segment makes it stale. */
interface Header {
  readonly v: number;
  readonly size: number;
  /** Hash of the first entry. */
  readonly first: string;
  readonly kinds: readonly Kind[];
  /** `counts`: the number of a kind and how often it is there, by turns. */
  readonly parts: readonly (readonly [
    from: number,
    until: number,
    minAt: number,
    maxAt: number,
    counts: readonly number[],
  ])[];
  readonly pairs: number;
}

const version = 2;

/** The name of a segment's index, in the same folder. */
export function indexName(plainName: string): string {
  return `.${plainName}.index`;
}

/** The index of a closed segment; made when it is missing or stale, and kept where the folder can be written. */
export async function segmentIndex(path: string): Promise<SegmentIndex> {
  const plainName = basename(path, compressedEnd);
  const kept = join(dirname(path), indexName(plainName));
  const size = await segmentSize(path);
  const first = (await firstEntry(path))?.hash ?? '';
  const known = await readIndex(kept).catch(() => undefined);
  if (known?.header.size === size && known.header.first === first) return searching(known);
  const made = await madeOf(path, { v: version, size, first });
  await keep(kept, made).catch(() => undefined);
  return searching(made);
}

/** `pairs`: hash of a key and number of a part, one behind the other, sorted. */
interface Index {
  readonly header: Header;
  readonly pairs: Uint32Array;
}

async function madeOf(path: string, about: Pick<Header, 'v' | 'size' | 'first'>): Promise<Index> {
  const parts: Header['parts'][number][] = [];
  const found: number[] = [];
  const kinds = new Map<Kind, number>();
  let from = 0;
  for await (const block of blocksOf(path)) {
    let [minAt, maxAt] = [Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER];
    const keys = new Set<number>();
    const counts = new Map<number, number>();
    for (const line of block.toString('latin1').split('\n')) {
      const entry = jsonOf(line);
      if (entry === undefined) continue;
      minAt = Math.min(minAt, entry.at);
      maxAt = Math.max(maxAt, entry.at);
      for (const key of keysOf(entry)) keys.add(hashOf(key));
      const kind = kindOf(entry);
      const number = kinds.get(kind) ?? kinds.size;
      kinds.set(kind, number);
      counts.set(number, (counts.get(number) ?? 0) + 1);
    }
    for (const key of keys) found.push(key * 2 ** 20 + parts.length);
    parts.push([from, from + block.length, minAt, maxAt, [...counts].flat()]);
    from += block.length;
  }
  const sorted = Float64Array.from(found).sort();
  const pairs = new Uint32Array(sorted.length * 2);
  for (const [i, pair] of sorted.entries()) {
    pairs[2 * i] = Math.floor(pair / 2 ** 20);
    pairs[2 * i + 1] = pair % 2 ** 20;
  }
  return { header: { ...about, kinds: [...kinds.keys()], parts, pairs: sorted.length }, pairs };
}

/** The fields of a line, whether it is as it should be or not: what reads it decides that. */
function jsonOf(line: string): SealedEntry | undefined {
  try {
    const entry = JSON.parse(line) as SealedEntry | null;
    return typeof entry?.at === 'number' && typeof entry.type === 'string' ? entry : undefined;
  } catch {
    return undefined;
  }
}

/** 32 bits of FNV-1a. */
function hashOf(key: string): number {
  let sum = 0x811c9dc5;
  for (let i = 0; i < key.length; i += 1) sum = Math.imul(sum ^ key.charCodeAt(i), 0x01000193);
  return sum >>> 0;
}

function searching({ header, pairs }: Index): SegmentIndex {
  return {
    partsFor(wish) {
      const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = wish;
      const held = wishedKeys(wish).map((key) => new Set(partsWith(pairs, hashOf(key))));
      return header.parts
        .filter(
          ([, , minAt, maxAt], part) => maxAt >= from && minAt < to && held.every((parts) => parts.has(part)),
        )
        .map(([from, until, minAt, maxAt, counts]) => ({
          from,
          until,
          minAt,
          maxAt,
          kinds: pairsOf(counts).map(([kind, count]) => [header.kinds[kind] ?? '', count] as const),
        }));
    },
  };
}

function pairsOf(numbers: readonly number[]): readonly (readonly [number, number])[] {
  return Array.from({ length: numbers.length / 2 }, (_, i) => [numbers[2 * i] ?? 0, numbers[2 * i + 1] ?? 0]);
}

function partsWith(pairs: Uint32Array, key: number): readonly number[] {
  let [low, high] = [0, pairs.length / 2];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((pairs[2 * middle] ?? 0) < key) low = middle + 1;
    else high = middle;
  }
  const parts: number[] = [];
  for (let i = low; pairs[2 * i] === key; i += 1) parts.push(pairs[2 * i + 1] ?? 0);
  return parts;
}

/** One line of JSON, then the pairs, least significant byte first. */
async function keep(path: string, { header, pairs }: Index): Promise<void> {
  const beside = `${path}.${randomBytes(6).toString('hex')}`;
  const bytes = Buffer.alloc(pairs.length * 4);
  for (const [i, value] of pairs.entries()) bytes.writeUInt32LE(value, 4 * i);
  try {
    await writeFile(beside, Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), bytes]), {
      mode: 0o600,
    });
    await rename(beside, path);
  } finally {
    await rm(beside, { force: true });
  }
}

async function readIndex(path: string): Promise<Index | undefined> {
  const bytes = await readFile(path);
  const end = bytes.indexOf(0x0a);
  const header = JSON.parse(bytes.subarray(0, end).toString('latin1')) as Header;
  if (header.v !== version || bytes.length !== end + 1 + header.pairs * 8) return undefined;
  const pairs = new Uint32Array(header.pairs * 2);
  for (let i = 0; i < pairs.length; i += 1) pairs[i] = bytes.readUInt32LE(end + 1 + 4 * i);
  return { header, pairs };
}
