/** pkt-lines: git's framing, a length of four hex digits before each payload (gitprotocol-common). */
import { ProtocolError } from './protocol-error.ts';

/** The longest pkt-line, its length digits included. */
export const longestPkt = 65_520;
/** The longest payload. */
export const longestPayload = longestPkt - 4;

export const flushPkt: Buffer = Buffer.from('0000');
export const delimPkt: Buffer = Buffer.from('0001');
export const responseEndPkt: Buffer = Buffer.from('0002');

/** Frames one payload. Throws a RangeError when it is too long, or empty: an empty one may be read but SHOULD NOT be sent. */
export function pktLine(payload: string | Uint8Array): Buffer {
  const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
  if (bytes.length === 0 || bytes.length > longestPayload)
    throw new RangeError(`a pkt-line carries 1 to ${longestPayload} bytes, not ${bytes.length}`);
  const pkt = Buffer.allocUnsafe(bytes.length + 4);
  pkt.write((bytes.length + 4).toString(16).padStart(4, '0'), 'latin1');
  pkt.set(bytes, 4);
  return pkt;
}

/** What stands between two boundaries of a stream. */
export type Pkt =
  | { readonly kind: 'data'; readonly payload: Buffer }
  | { readonly kind: 'flush' }
  | { readonly kind: 'delim' }
  | { readonly kind: 'response-end' };

/**
 * Reads the four hex digits at `at`; what they say is the pkt's whole length, or 0, 1, 2 for the special ones. 4 is an empty
 * payload, which git sends for an empty push option.
 * Throws a `ProtocolError` for anything else; `offset` is where the stream stands, for its text.
 */
export function pktLength(bytes: Buffer, at: number, offset: number): number {
  let length = 0;
  for (let i = at; i < at + 4; i += 1) {
    const byte = bytes[i] ?? 0;
    const digit =
      byte >= 48 && byte <= 57
        ? byte - 48
        : byte >= 97 && byte <= 102
          ? byte - 87
          : byte >= 65 && byte <= 70
            ? byte - 55
            : -1;
    if (digit === -1) {
      const shown = JSON.stringify(bytes.toString('latin1', at, at + 4));
      throw new ProtocolError(
        'PROTOCOL_PKT_LINE',
        `pkt-line length ${shown} at byte ${offset} is not four hex digits`,
      );
    }
    length = length * 16 + digit;
  }
  if (length === 3 || length > longestPkt)
    throw new ProtocolError(
      'PROTOCOL_PKT_LINE',
      `pkt-line length ${length} at byte ${offset} is none a pkt-line can have`,
    );
  return length;
}

/**
 * Takes a stream apart into pkt-lines, holding at most the one that is incomplete.
 *
 * `feed` hands each pkt to `take`; when `take` answers `stop`, the bytes behind that pkt are returned untouched, and
 * nothing may be fed any more: that throws.
 */
export class PktLineReader {
  readonly #take: (pkt: Pkt) => 'go-on' | 'stop';
  #held: Buffer[] = [];
  #heldBytes = 0;
  /** Length of the pkt that is incomplete; 0 while its digits are. */
  #wanted = 0;
  #offset = 0;
  #stopped = false;

  constructor(take: (pkt: Pkt) => 'go-on' | 'stop') {
    this.#take = take;
  }

  /** Bytes taken as whole pkts so far. */
  get offset(): number {
    return this.#offset;
  }

  /** True between two pkts. */
  get atBoundary(): boolean {
    return this.#heldBytes === 0;
  }

  feed(chunk: Buffer): Buffer | undefined {
    if (this.#stopped) throw new Error('pkt-lines are fed to a reader that has stopped');
    let at = 0;
    while (at < chunk.length) {
      const needed = (this.#wanted === 0 ? 4 : this.#wanted) - this.#heldBytes;
      if (chunk.length - at < needed) {
        this.#hold(chunk.subarray(at));
        return undefined;
      }
      if (this.#wanted === 0) {
        const digits = this.#join(chunk.subarray(at, at + needed));
        at += needed;
        const length = pktLength(digits, 0, this.#offset);
        if (length < 4) {
          this.#offset += 4;
          const kind = length === 0 ? 'flush' : length === 1 ? 'delim' : 'response-end';
          if (this.#stop({ kind })) return chunk.subarray(at);
        } else if (length === 4) {
          this.#offset += 4;
          if (this.#stop({ kind: 'data', payload: Buffer.alloc(0) })) return chunk.subarray(at);
        } else {
          this.#wanted = length;
          this.#hold(digits);
        }
        continue;
      }
      const pkt = this.#join(chunk.subarray(at, at + needed));
      at += needed;
      this.#wanted = 0;
      this.#offset += pkt.length;
      if (this.#stop({ kind: 'data', payload: pkt.subarray(4) })) return chunk.subarray(at);
    }
    return undefined;
  }

  #stop(pkt: Pkt): boolean {
    this.#stopped = this.#take(pkt) === 'stop';
    return this.#stopped;
  }

  #hold(bytes: Buffer): void {
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
    // Many tiny chunks of one pkt must not become many tiny buffers.
    if (this.#held.length > 64) this.#held = [Buffer.concat(this.#held)];
  }

  #join(last: Buffer): Buffer {
    if (this.#heldBytes === 0) return last;
    const joined = Buffer.concat([...this.#held, last]);
    this.#held = [];
    this.#heldBytes = 0;
    return joined;
  }
}
