/** Looking for entries in many chains: with the index of a closed segment only the parts that may hold them are read. */
import { type EntryWish, entryFilter, wishedKeys } from './entry-filter.ts';
import { lineLimit, type SealedEntry } from './line.ts';
import { LineSplitter } from './line-splitter.ts';
import { linesBackwards } from './lines-backwards.ts';
import { CompressionError, openPlaced, segmentBytes, segmentSize } from './segment-bytes.ts';
import { entryOf } from './segment-head.ts';
import { segmentIndex } from './segment-index.ts';
import { type CountedSegment, segmentsOf } from './verify-files.ts';

/** A place behind a line: which chain, which segment, and the byte. */
export interface QueryPlace {
  readonly chain: string;
  readonly segment: number;
  readonly offset: number;
}

export interface QueryOptions {
  /** Only what stands behind this place. */
  readonly after?: QueryPlace | undefined;
  /** Whether indices are used; without them every line is read. */
  readonly indexed?: boolean;
}

/** An entry with its line and the place behind it. */
export interface FoundEntry {
  readonly entry: SealedEntry;
  readonly line: Buffer;
  readonly place: QueryPlace;
}

/** Entries that were found together. */
export interface QueryStep {
  readonly found: readonly FoundEntry[];
  /** As far as was read: nothing before it is left to be found. */
  readonly place: QueryPlace;
}

/**
 * Gives what is wished for, chain by chain and in the chain's order. Lines that are no entries are passed over, as is what was never
 * acknowledged: `verify` is who names them. What an index says is only where to look.
 *
 * Rejects for files that cannot be read.
 */
export async function* query(
  paths: readonly string[],
  wish: EntryWish,
  { after, indexed = true }: QueryOptions = {},
): AsyncGenerator<QueryStep> {
  const chains = await segmentsOf(paths);
  const sorted = chains.toSorted((a, b) => ((a[0]?.chain ?? '') < (b[0]?.chain ?? '') ? -1 : 1));
  const isSelective = wish.from !== undefined || wish.to !== undefined || wishedKeys(wish).length > 0;
  for (const segments of sorted) {
    for (const segment of segments) {
      if (after !== undefined && isBefore(segment, after)) continue;
      const from = after?.chain === segment.chain && after.segment === segment.segment ? after.offset : 0;
      const useIndex = indexed && isSelective && segment !== segments.at(-1);
      try {
        yield* useIndex ? lookedUp(segment, wish, from) : readThrough(segment, wish, from);
      } catch (error) {
        if (!(error instanceof CompressionError)) throw error;
      }
    }
  }
}

/** The newest of each chain that are wished for, oldest first, and the place behind the chain's last line. */
export async function* newest(
  paths: readonly string[],
  wish: EntryWish,
  limit: number,
): AsyncGenerator<{ readonly found: readonly FoundEntry[]; readonly place: QueryPlace }> {
  for (const segments of await segmentsOf(paths)) {
    const found: FoundEntry[] = [];
    let last: QueryPlace | undefined;
    for (const segment of segments.toReversed()) {
      for await (const { place, entry } of entriesBackwards(segment, wish)) {
        last ??= place;
        if (entry !== undefined) found.unshift(entry);
        if (found.length === limit) break;
      }
      if (found.length === limit) break;
    }
    if (last !== undefined) yield { found, place: last };
  }
}

async function* entriesBackwards(
  { chain, segment, path, size, until = size }: CountedSegment,
  wish: EntryWish,
): AsyncGenerator<{ readonly place: QueryPlace; readonly entry: FoundEntry | undefined }> {
  const { mayHold, holds } = entryFilter(wish);
  for await (const lines of linesBackwards(path, until ?? (await segmentSize(path)), lineLimit)) {
    for (const { bytes, offset } of lines) {
      const place = { chain, segment, offset: offset + bytes.length + 1 };
      const entry = mayHold(bytes) ? entryOf(bytes) : undefined;
      const fits = entry !== undefined && holds(entry);
      yield { place, entry: fits ? { entry, line: Buffer.from(bytes), place } : undefined };
    }
  }
}

function isBefore({ chain, segment }: CountedSegment, after: QueryPlace): boolean {
  return chain < after.chain || (chain === after.chain && segment < after.segment);
}

async function* readThrough(
  segment: CountedSegment,
  wish: EntryWish,
  from: number,
): AsyncGenerator<QueryStep> {
  const { path, size, until = size } = segment;
  const lines = new Lines(segment, wish, from);
  for await (const chunk of segmentBytes(path, { from, until, chunkBytes: 262_144 })) yield lines.push(chunk);
}

async function* lookedUp(segment: CountedSegment, wish: EntryWish, from: number): AsyncGenerator<QueryStep> {
  const index = await segmentIndex(segment.path);
  const parts = index.partsFor(wish).filter(({ until }) => until > from);
  if (parts.length === 0) return;
  const placed = await openPlaced(segment.path);
  try {
    for (const part of parts) {
      const begin = Math.max(part.from, from);
      const end = Math.min(part.until, segment.until ?? part.until);
      if (begin < end) yield new Lines(segment, wish, begin).push(await placed.read(begin, end));
    }
  } finally {
    await placed.close();
  }
}

/** Cuts the bytes from a place on into lines, and keeps those that are wished for. */
class Lines {
  readonly #chain: string;
  readonly #segment: number;
  readonly #filter: ReturnType<typeof entryFilter>;
  readonly #splitter: LineSplitter;
  #offset: number;

  constructor({ chain, segment }: CountedSegment, wish: EntryWish, from: number) {
    this.#chain = chain;
    this.#segment = segment;
    this.#filter = entryFilter(wish);
    this.#splitter = new LineSplitter(lineLimit, from);
    this.#offset = from;
  }

  push(bytes: Buffer): QueryStep {
    const found = this.#splitter.push(bytes).flatMap(({ bytes: line, offset, whole }) => {
      this.#offset = offset + line.length + 1;
      const entry = whole && this.#filter.mayHold(line) ? entryOf(line) : undefined;
      return entry !== undefined && this.#filter.holds(entry) ? [{ entry, line, place: this.#place() }] : [];
    });
    return { found, place: this.#place() };
  }

  #place(): QueryPlace {
    return { chain: this.#chain, segment: this.#segment, offset: this.#offset };
  }
}
