/** Follows one chain line by line and stops at the first that cannot be in an honest log. */
import { proofOf } from './checkpoint.ts';
import { LineError, noHash, parseLine, type SealedEntry } from './line.ts';
import type { CrossChecks } from './verify-events.ts';
import type { CountedSegment } from './verify-files.ts';
import { type Witnesses, whyNotSigned } from './verify-witnesses.ts';

/** Something that cannot be in an honest log. Lines count from 1, offsets are bytes. */
export interface VerifyFault {
  readonly file: string;
  readonly line: number;
  readonly offset: number;
  readonly what: string;
}

/** Bytes behind the last entry that counts: a write that was never acknowledged. */
export interface VerifiedTear {
  readonly file: string;
  readonly offset: number;
  readonly bytes: number;
}

/** A checkpoint in the chain itself, signed by a key given. */
export interface VerifiedCheckpoint {
  /** Its own number; what it proves is all before it. */
  readonly seq: number;
  readonly key: string;
}

/** A walk through the segments of one chain. */
export class ChainWalk {
  readonly #checks: CrossChecks;
  readonly #witnesses: Witnesses;
  readonly #claims: ReturnType<Witnesses['of']>;
  /** How many lines may stand behind the last signed checkpoint; it says so itself. */
  #every = Number.POSITIVE_INFINITY;
  #unsigned = 0;
  #segment: CountedSegment | undefined;
  #line = 0;
  /** Bytes of the segment that were read. */
  #read = 0;
  /** The chain's beginning is not here: its last entry that is not, and the fault that is until something says that it was deleted. */
  #missing: { readonly lastSeq: number; readonly lastHash: string; readonly fault: VerifyFault } | undefined;
  /** The last line was the last of a segment closed in order. */
  isClosed = false;
  entries = 0;
  firstSeq = 0;
  lastSeq = 0;
  lastAt = 0;
  hash = noHash;
  readonly tears: VerifiedTear[] = [];
  /** Checkpoints in the chain, and how many of them a key given has signed. */
  checkpoints = 0;
  signed = 0;
  lastSigned: VerifiedCheckpoint | undefined;
  fault: VerifyFault | undefined;

  constructor(chain: string, checks: CrossChecks, witnesses: Witnesses) {
    this.#checks = checks;
    this.#witnesses = witnesses;
    this.#claims = witnesses.of(chain);
  }

  /** The lines of this segment come next. */
  enter(segment: CountedSegment): void {
    this.#segment = segment;
    this.#line = 0;
    this.isClosed = false;
  }

  /** So many bytes of the segment were read. */
  leave(bytes: number): void {
    this.#read = bytes;
  }

  /** A file as a whole is not the segment that it is to be. */
  differs(file: string, what: string): void {
    this.fault ??= { file, line: 1, offset: 0, what };
  }

  /** No more comes. */
  end(): void {
    this.fault ??= this.#missing?.fault;
  }

  /** The next line of the segment is not what belongs here. */
  bad(offset: number, what: string): void {
    this.fault ??= { file: this.#segment?.path ?? '', line: this.#line + 1, offset, what };
  }

  /** Bytes that do not count stand from `offset` to the end of the segment's file. */
  tear(offset: number, bytes: number): void {
    if (bytes <= 0) return;
    if (this.isClosed) this.bad(offset, `stands behind the last line of a closed segment (${bytes} bytes)`);
    else this.tears.push({ file: this.#segment?.path ?? '', offset, bytes });
  }

  /** The chain ends before what a witness attests. */
  cutOff(what: string): void {
    this.bad(this.#read, what);
  }

  line(bytes: Buffer, offset: number): void {
    let entry: SealedEntry;
    try {
      entry = parseLine(bytes);
    } catch (error) {
      if (!(error instanceof LineError)) throw error;
      this.bad(offset, error.message);
      return;
    }
    const wrong = this.#wrong(entry) ?? this.#disproved(entry, bytes);
    if (wrong !== undefined) {
      this.bad(offset, wrong);
      return;
    }
    if (this.entries === 0) this.#begin(entry, offset);
    this.#noteDeleted(entry);
    this.entries += 1;
    this.#line += 1;
    this.lastSeq = entry.seq;
    this.lastAt = entry.at;
    this.hash = entry.hash;
    this.isClosed = entry.type === 'segment.closed';
  }

  #begin({ seq, prev }: SealedEntry, offset: number): void {
    this.firstSeq = seq;
    if (seq === 1) return;
    const what = `is entry ${seq}: entries 1 to ${seq - 1} are not here, and no segment.deleted says that they were deleted`;
    const fault = { file: this.#segment?.path ?? '', line: 1, offset, what };
    this.#missing = { lastSeq: seq - 1, lastHash: prev, fault };
  }

  #noteDeleted({ type, lastSeq, lastHash }: SealedEntry): void {
    const missing = this.#missing;
    if (type !== 'segment.deleted' || missing === undefined) return;
    if (lastSeq === missing.lastSeq && lastHash === missing.lastHash) this.#missing = undefined;
  }

  #wrong(entry: SealedEntry): string | undefined {
    const segment = this.#segment;
    if (entry.chain !== segment?.chain) return `belongs to chain ${entry.chain}`;
    if (this.isClosed) return 'stands behind the last line of a closed segment';
    const isBeginning = this.entries === 0 && entry.seq > 1;
    const expected = isBeginning ? entry.seq : this.lastSeq + 1;
    if (entry.seq > expected) return `is entry ${entry.seq}: ${entry.seq - expected} before it are not here`;
    if (entry.seq < expected) return `is entry ${entry.seq} where ${expected} belongs`;
    if (entry.prev !== this.hash && !isBeginning)
      return `names another entry before it than entry ${this.lastSeq}`;
    const opens = entry.type === 'segment.opened';
    if (this.#line === 0 && (!opens || entry.segment !== segment.segment)) {
      return `does not open segment ${segment.segment}`;
    }
    if (this.#line > 0 && opens) return 'opens a segment inside of another';
    return this.#checks.note(entry);
  }

  /** What signatures and witnesses have against an entry. */
  #disproved(entry: SealedEntry, bytes: Buffer): string | undefined {
    const claim = this.#claims.get(entry.seq)?.find(({ hash }) => hash !== entry.hash);
    if (claim !== undefined) return `is not the entry ${entry.seq} that ${claim.by} attests`;
    if (entry.type === 'audit.checkpoint') {
      this.checkpoints += 1;
      const proof = proofOf(entry, bytes, this.#witnesses.keys);
      if (proof === 'forged') return whyNotSigned(proof);
      if (proof === 'signed') {
        this.signed += 1;
        this.lastSigned = { seq: entry.seq, key: String(entry.key) };
        this.#every = typeof entry.every === 'number' ? entry.every : this.#every;
        this.#unsigned = 0;
        this.#witnesses.noteHeads(entry);
        return undefined;
      }
    }
    this.#unsigned += 1;
    if (this.#unsigned <= this.#every) return undefined;
    return `is the ${this.#unsigned}th entry without a checkpoint of a key given; the last one promised another within ${this.#every}`;
  }
}
