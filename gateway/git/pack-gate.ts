/** The gate of a large push: what of its pack may go up now, and the trailer without which the host takes none of it. */
import { createHash, type Hash } from 'node:crypto';
import { type ObjectFormat, PackEnd } from './pack-end.ts';
import { headerOfSealed, mostObjects, sealObject } from './pack-seal.ts';

/**
 * How a pack above the hold limit is kept incomplete for the host until the gate.
 *
 * `seal` changes the pack's hash, so that only the gateway can write a trailer that fits. `hold` only keeps the last
 * 20 (32) bytes back, for a host that refuses a sealed pack: it is weaker, since a client that sends that many bytes of
 * junk behind its trailer lets the host have the whole pack before the gate.
 */
export type GateKind = 'seal' | 'hold';

/**
 * Carries one pack to the host, all but its trailer.
 *
 * The owner sends what `feed` returns, asks `isWhole`, and once that holds stops feeding: the push may then pass, and
 * `trailer` is written when it has. Whatever is fed after that counts as more of the pack, the client's trailer with it:
 * `isWhole` is false again, and a sealed pack like that is one that the host refuses whatever follows.
 */
export class PackGate {
  readonly #end: PackEnd;
  /** The seal's object, and the hash of all that went; undefined for `hold`. */
  readonly #seal: { readonly object: Buffer; readonly hash: Hash } | undefined;
  #went = 0;

  /**
   * @param algorithm as the push's `object-format` says
   * @param seal 24 random bytes, new for each push and shown to nobody; not used by `hold`
   */
  constructor(algorithm: ObjectFormat, kind: GateKind, seal: Buffer) {
    this.#seal = kind === 'seal' ? { object: sealObject(seal), hash: createHash(algorithm) } : undefined;
    this.#end = new PackEnd(algorithm, kind === 'seal' ? mostObjects - 1 : mostObjects);
  }

  /**
   * Takes the next bytes and returns the pieces that may go up now: never the last 20 (32) bytes that came. The pieces
   * share the chunk's memory, so it may be used again once they are sent.
   *
   * @throws a `ProtocolError` of code `PROTOCOL_PACK`, each time, for what is no pack of version 2 or 3
   */
  feed(chunk: Buffer): readonly Buffer[] {
    const came = this.#end.feed(chunk);
    const goes = this.#went === 0 ? this.#sealed(came) : came;
    for (const piece of goes) {
      this.#seal?.hash.update(piece);
      this.#went += piece.length;
    }
    return goes;
  }

  /** Whether what is held back is the hash of everything before it: the pack is whole as of the last byte fed. */
  get isWhole(): boolean {
    return this.#end.isWhole;
  }

  /**
   * The trailer that the host will accept: of a sealed pack the hash of what went up, else the client's.
   *
   * @throws unless `isWhole`: a trailer over half a pack would let the host have it
   */
  trailer(): Buffer {
    if (!this.isWhole) throw new Error('a pack that is not whole has no trailer');
    return this.#seal === undefined ? this.#end.held : this.#seal.hash.copy().digest();
  }

  /** How many bytes came, the client's trailer with them. */
  get bytesCame(): number {
    return this.#end.came;
  }

  /** How many bytes went up, the seal with them and the trailer not. */
  get bytesWent(): number {
    return this.#went;
  }

  /** The pack's first pieces, the header alone in front, with the seal behind it. */
  #sealed(pieces: readonly Buffer[]): readonly Buffer[] {
    const [header, ...others] = pieces;
    if (this.#seal === undefined || header === undefined) return pieces;
    return [headerOfSealed(header), this.#seal.object, ...others];
  }
}
