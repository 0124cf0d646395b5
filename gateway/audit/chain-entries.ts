/** The entries of whole chains in their order, each checked against the one before it: what replay and the reports read. */
import { LineError, lineLimit, noHash, parseLine, type SealedEntry } from './line.ts';
import { LineSplitter } from './line-splitter.ts';
import { segmentBytes } from './segment-bytes.ts';
import { type CountedSegment, segmentsOf } from './verify-files.ts';

/** A place where a chain does not go on as it should: what stood there is not known. */
export interface ChainGap {
  readonly chain: string;
  /** The last entry before it; 0 where the chain does not begin with its first. */
  readonly after: number;
  /** The entry it goes on with; undefined when it does not. */
  readonly before: number | undefined;
  /** The hash that the entry it goes on with names of the one before it. */
  readonly prev?: string;
  readonly what: string;
  /** `segment.deleted` entries of the chain say of all that stood there that it was deleted when its time of keeping was over. */
  readonly isDeleted?: true;
}

/** One step through a chain. */
export type ChainStep =
  | { readonly kind: 'entry'; readonly entry: SealedEntry }
  | { readonly kind: 'gap'; readonly gap: ChainGap };

/**
 * Follows every chain below the paths, one after the other, and goes on behind what is missing or was changed: `verify` says all
 * that is wrong with a log, this says between which entries something is.
 *
 * Rejects for files that cannot be read.
 */
export async function* chainEntries(paths: readonly string[]): AsyncGenerator<readonly ChainStep[]> {
  for (const segments of await segmentsOf(paths)) {
    const follower = new ChainFollower(segments[0]?.chain ?? '');
    for (const segment of segments) {
      for await (const lines of linesOf(segment)) yield lines.flatMap((line) => follower.line(line));
    }
    const rest = follower.end();
    if (rest.length > 0) yield rest;
  }
}

async function* linesOf({ path, size, until = size }: CountedSegment): AsyncGenerator<readonly Buffer[]> {
  const splitter = new LineSplitter(lineLimit);
  for await (const chunk of segmentBytes(path, { until })) {
    yield splitter.push(chunk).map(({ bytes }) => bytes);
  }
}

/** Keeps where a chain stands. */
class ChainFollower {
  readonly #chain: string;
  #seq = 0;
  #hash: string | undefined = noHash;
  #unread: string | undefined;

  constructor(chain: string) {
    this.#chain = chain;
  }

  /** The entry, with a gap in front of it where it does not join the one before. */
  line(bytes: Buffer): readonly ChainStep[] {
    let entry: SealedEntry;
    try {
      entry = parseLine(bytes);
    } catch (error) {
      if (!(error instanceof LineError)) throw error;
      this.#unread ??= error.message;
      return [];
    }
    const what = this.#whyNotNext(entry);
    const steps: ChainStep[] = what === undefined ? [] : [this.#gap(entry.seq, what, entry.prev)];
    this.#unread = undefined;
    this.#seq = entry.seq;
    this.#hash = entry.hash;
    return [...steps, { kind: 'entry', entry }];
  }

  /** What could not be read at the chain's end. */
  end(): readonly ChainStep[] {
    return this.#unread === undefined ? [] : [this.#gap(undefined, this.#unread)];
  }

  #whyNotNext({ chain, seq, prev }: SealedEntry): string | undefined {
    if (this.#unread !== undefined) return this.#unread;
    if (chain !== this.#chain) return `an entry of ${chain} stands in it`;
    if (seq > this.#seq + 1) return `entries ${this.#seq + 1} to ${seq - 1} are missing`;
    if (seq <= this.#seq) return `entry ${seq} stands behind entry ${this.#seq}`;
    return prev === this.#hash
      ? undefined
      : `entry ${seq} does not follow the entry ${this.#seq} that stands here`;
  }

  #gap(before: number | undefined, what: string, prev?: string): ChainStep {
    const follows = prev === undefined ? {} : { prev };
    return { kind: 'gap', gap: { chain: this.#chain, after: this.#seq, before, ...follows, what } };
  }
}
