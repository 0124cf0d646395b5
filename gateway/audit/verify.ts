/** Verifying the log from its files alone: the order, the hashes, and what the entries say of each other. */
import { createReadStream } from 'node:fs';
import { lineLimit, noHash, parseLine, type SealedEntry } from './line.ts';
import { LineSplitter } from './line-splitter.ts';
import { type CountedSegment, segmentsOf } from './verify-files.ts';

/** Something that cannot be in an honest log. Lines count from 1, offsets are bytes. */
export interface VerifyFault {
  readonly file: string;
  readonly line: number;
  readonly offset: number;
  readonly what: string;
}

/** One chain as far as it could be followed. */
export interface VerifiedChain {
  readonly chain: string;
  readonly segments: number;
  readonly entries: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly hash: string;
  /** Operations without an end: still running, or their node died and nobody has adopted them yet. */
  readonly openOperations: readonly string[];
  /** Bytes behind the last entry of the last segment: a write that was never acknowledged. */
  readonly tornBytes: number;
}

export interface Verification {
  readonly chains: readonly VerifiedChain[];
  /** The first of each chain, since what follows one hangs in the air. */
  readonly faults: readonly VerifyFault[];
}

/** Reads every segment below the paths. Rejects only for files that cannot be read. */
export async function verify(paths: readonly string[]): Promise<Verification> {
  const chains: VerifiedChain[] = [];
  const faults: VerifyFault[] = [];
  const events = new StoreEvents();
  for (const segments of await segmentsOf(paths)) {
    const walk = new ChainWalk(events);
    for (const segment of segments)
      if (walk.fault === undefined) await walkSegment(walk, segment, segment === segments.at(-1));
    if (walk.fault !== undefined) faults.push(walk.fault);
    chains.push(walk.result(segments[0]?.chain ?? '', segments.length));
  }
  return { chains, faults };
}

async function walkSegment(walk: ChainWalk, segment: CountedSegment, isLast: boolean): Promise<void> {
  const { path, until } = segment;
  if (until === 0) return;
  const splitter = new LineSplitter(lineLimit);
  walk.enter(segment);
  const options = until === undefined ? {} : { end: until - 1 };
  for await (const chunk of createReadStream(path, {
    ...options,
    highWaterMark: 1_048_576,
  }) as AsyncIterable<Buffer>)
    for (const line of splitter.push(chunk)) {
      if (line.whole) walk.line(line.bytes, line.offset);
      else walk.bad(line.offset, `is longer than ${lineLimit} bytes`);
      if (walk.fault !== undefined) return;
    }
  const tail = splitter.end();
  if (tail === undefined) return;
  if (isLast && until === undefined) walk.torn(tail.bytes.length);
  else walk.bad(tail.offset, 'does not end where the next segment says that this one ended');
}

/** Events of the store, each of which may stand once in all chains; adopted ones may stand twice. */
class StoreEvents {
  readonly #seen = new Map<string, Map<number, 'own' | 'adopted'>>();

  /** @returns what is wrong, if anything */
  note(entry: SealedEntry): string | undefined {
    const { storeSeq, store = '' } = entry;
    if (typeof storeSeq !== 'number') return undefined;
    const key = String(store);
    const seen = this.#seen.get(key) ?? new Map<number, 'own' | 'adopted'>();
    this.#seen.set(key, seen);
    const now = entry.adoptedFrom === undefined ? 'own' : 'adopted';
    const before = seen.get(storeSeq);
    seen.set(storeSeq, before === 'own' ? 'own' : now);
    return before === 'own' && now === 'own' ? `is event ${storeSeq} of the store once more` : undefined;
  }
}

class ChainWalk {
  readonly #events: StoreEvents;
  readonly #open = new Map<string, true>();
  #segment: CountedSegment | undefined;
  #line = 0;
  #entries = 0;
  #first = 0;
  #seq = 0;
  #hash = noHash;
  #torn = 0;
  fault: VerifyFault | undefined;

  constructor(events: StoreEvents) {
    this.#events = events;
  }

  enter(segment: CountedSegment): void {
    this.#segment = segment;
    this.#line = 0;
  }

  bad(offset: number, what: string): void {
    this.fault ??= { file: this.#segment?.path ?? '', line: this.#line + 1, offset, what };
  }

  torn(bytes: number): void {
    this.#torn = bytes;
  }

  line(bytes: Buffer, offset: number): void {
    let entry: SealedEntry;
    try {
      entry = parseLine(bytes);
    } catch (error) {
      this.bad(offset, (error as Error).message);
      return;
    }
    const wrong = this.#wrong(entry);
    if (wrong !== undefined) {
      this.bad(offset, wrong);
      return;
    }
    if (this.#entries === 0) this.#first = entry.seq;
    this.#entries += 1;
    this.#line += 1;
    this.#seq = entry.seq;
    this.#hash = entry.hash;
    this.#follow(entry);
  }

  result(chain: string, segments: number): VerifiedChain {
    return {
      chain,
      segments,
      entries: this.#entries,
      firstSeq: this.#first,
      lastSeq: this.#seq,
      hash: this.#hash,
      openOperations: [...this.#open.keys()],
      tornBytes: this.#torn,
    };
  }

  #wrong(entry: SealedEntry): string | undefined {
    const segment = this.#segment;
    if (entry.chain !== segment?.chain) return `belongs to chain ${entry.chain}`;
    if (entry.seq !== this.#seq + 1)
      return this.#entries === 0
        ? `is entry ${entry.seq}: what came before is not here`
        : `is entry ${entry.seq} where ${this.#seq + 1} belongs`;
    if (entry.prev !== this.#hash) return `names another entry before it than entry ${this.#seq}`;
    if (this.#line === 0 && (entry.type !== 'segment.opened' || entry.segment !== segment.segment))
      return `does not open segment ${segment.segment}`;
    return this.#events.note(entry);
  }

  #follow({ type, operationId }: SealedEntry): void {
    if (typeof operationId !== 'string') return;
    if (type === 'operation.started') this.#open.set(operationId, true);
    else if (type === 'operation.ended') this.#open.delete(operationId);
  }
}
