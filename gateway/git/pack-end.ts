/** Finds where a pack ends: where the last 20 (sha256: 32) bytes are the hash of all before them (gitformat-pack). */
import { createHash, type Hash } from 'node:crypto';
import { mostObjects, packHeaderBytes, readObjectCount } from './pack-seal.ts';
import { packFault } from './protocol-error.ts';

/** The repository's hash, as `object-format` names it. */
export type ObjectFormat = 'sha1' | 'sha256';

/** Bytes of a pack's trailer. */
export function trailerBytes(format: ObjectFormat): number {
  return format === 'sha1' ? 20 : 32;
}

/**
 * Keeps back what may be the trailer, hands on the rest, and knows whether the pack is whole.
 *
 * Nothing comes out before the header and a trailer's length behind it are there; the first piece ever is the header,
 * by itself. Of what is kept back a copy is kept, so the caller may use a chunk's memory again once its pieces are sent.
 */
export class PackEnd {
  readonly #hash: Hash;
  readonly #trailerBytes: number;
  readonly #mostObjects: number;
  #held: Buffer = Buffer.alloc(0);
  #came = 0;
  #hasBegun = false;
  /** Of the last byte that came; undefined until somebody asks. */
  #isWhole: boolean | undefined = false;

  /** @param most how many objects the header may count */
  constructor(format: ObjectFormat, most: number = mostObjects) {
    this.#hash = createHash(format);
    this.#trailerBytes = trailerBytes(format);
    this.#mostObjects = most;
  }

  /**
   * Takes the next bytes and returns those that are surely not the last 20 (32), as parts of the chunk.
   *
   * @throws a `ProtocolError` of code `PROTOCOL_PACK`, each time, for a stream that is no pack or counts too many objects
   */
  feed(chunk: Buffer): readonly Buffer[] {
    if (chunk.length === 0) return [];
    this.#came += chunk.length;
    const pieces = this.#hasBegun ? this.#split(chunk) : this.#begin(chunk);
    for (const piece of pieces) this.#hash.update(piece);
    this.#isWhole = this.#hasBegun ? undefined : false;
    return pieces;
  }

  /**
   * Whether what is held back is the hash of everything before it, as of the last byte that came: not with a byte of junk
   * behind the trailer. Computed once a feed, when asked for.
   */
  get isWhole(): boolean {
    this.#isWhole ??= this.#hash.copy().digest().equals(this.#held);
    return this.#isWhole;
  }

  /** What is kept back, the trailer once `isWhole`. */
  get held(): Buffer {
    return this.#held;
  }

  /** How many bytes came. */
  get came(): number {
    return this.#came;
  }

  #begin(chunk: Buffer): readonly Buffer[] {
    const missing = packHeaderBytes + this.#trailerBytes - this.#held.length;
    this.#held = Buffer.concat([this.#held, chunk.subarray(0, missing)]);
    if (this.#held.length >= packHeaderBytes && readObjectCount(this.#held) > this.#mostObjects)
      throw packFault(`its pack counts more than ${this.#mostObjects} objects`);
    if (chunk.length < missing) return [];
    this.#hasBegun = true;
    const header = this.#held.subarray(0, packHeaderBytes);
    this.#held = this.#held.subarray(packHeaderBytes);
    return [header, ...this.#split(chunk.subarray(missing))];
  }

  #split(chunk: Buffer): readonly Buffer[] {
    if (chunk.length === 0) return [];
    const before = this.#held;
    if (chunk.length < this.#trailerBytes) {
      this.#held = Buffer.concat([before.subarray(chunk.length), chunk]);
      return [before.subarray(0, chunk.length)];
    }
    const end = chunk.length - this.#trailerBytes;
    this.#held = Buffer.from(chunk.subarray(end));
    return end === 0 ? [before] : [before, chunk.subarray(0, end)];
  }
}
