/** The data types of SSH's wire (RFC 4251 section 5): read with bounds, and written. */
import { formatFault } from './ssh-error.ts';

/** Walks over bytes from front to back; each step throws `PROTOCOL_SSH` when what it expects is not there. */
export class WireReader {
  readonly bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  get offset(): number {
    return this.#at;
  }

  get atEnd(): boolean {
    return this.#at === this.bytes.length;
  }

  /** The next `length` bytes, as a view. */
  take(length: number): Buffer {
    if (length > this.bytes.length - this.#at)
      throw formatFault(`${length} bytes at byte ${this.#at} of ${this.bytes.length} are not there`);
    this.#at += length;
    return this.bytes.subarray(this.#at - length, this.#at);
  }

  byte(): number {
    return this.take(1).readUInt8();
  }

  uint32(): number {
    return this.take(4).readUInt32BE();
  }

  uint64(): bigint {
    return this.take(8).readBigUInt64BE();
  }

  /** A string of at most `limit` bytes, as a view. */
  string(limit: number): Buffer {
    const length = this.uint32();
    if (length > limit)
      throw formatFault(`a string of ${length} bytes at byte ${this.#at - 4} is longer than ${limit}`);
    return this.take(length);
  }

  /** A string that must be printable ASCII: names of algorithms, types and options. */
  name(limit = 64): string {
    const text = this.string(limit).toString('latin1');
    if (!/^[\x21-\x7e]+$/.test(text))
      throw formatFault(`a name before byte ${this.#at} is not printable ASCII`);
    return text;
  }

  /** A string that must be UTF-8 without control characters; it may be empty. */
  text(limit: number): string {
    const bytes = this.string(limit);
    const text = bytes.toString('utf8');
    if (/\p{Cc}/u.test(text) || !Buffer.from(text).equals(bytes))
      throw formatFault(`a text before byte ${this.#at} is not UTF-8 without control characters`);
    return text;
  }

  /** A positive `mpint` in its only form and of at most `limit` bytes, its sign byte taken off. */
  mpint(limit: number): Buffer {
    const bytes = this.string(limit + 1);
    const [first = 0, second = 0] = bytes;
    const isMinimal = first !== 0 || (bytes.length > 1 && second >= 0x80);
    if (bytes.length === 0 || first >= 0x80 || !isMinimal)
      throw formatFault(`the number before byte ${this.#at} is not positive, or not in its shortest form`);
    const magnitude = first === 0 ? bytes.subarray(1) : bytes;
    if (magnitude.length > limit)
      throw formatFault(`the number before byte ${this.#at} is longer than ${limit} bytes`);
    return magnitude;
  }

  /** Throws when anything is left: what nobody reads may be read by somebody else. */
  end(): void {
    if (!this.atEnd)
      throw formatFault(`${this.bytes.length - this.#at} bytes are left behind byte ${this.#at}`);
  }
}

export function wireUint32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

export function wireUint64(value: bigint): Buffer {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
}

export function wireString(value: string | Uint8Array): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  return Buffer.concat([wireUint32(bytes.length), bytes]);
}

/** A positive number, given as big-endian bytes with or without zeros in front. */
export function wireMpint(magnitude: Buffer): Buffer {
  let start = 0;
  while (start < magnitude.length && magnitude[start] === 0) start += 1;
  const bytes = magnitude.subarray(start);
  return wireString((bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes);
}
