/** Text from outside, as an entry holds it: bounded, and nothing of the original lost that fits. */
import { createHash } from 'node:crypto';

/** A plain string where JSON can hold the original; otherwise what can be read of it beside its bytes. */
export type OutsideText = string | BytesText;

/** Text whose original is not well-formed or is too long. */
export interface BytesText {
  /** What can be read: U+FFFD stands for what is not text. */
  readonly text: string;
  /** Base64 of the original bytes, or of the first `textLimit` when it was cut. */
  readonly bytes: string;
  /** Only when it was cut: bytes of the original, and their SHA-256 in hex. */
  readonly length?: number;
  readonly sha256?: string;
}

/** Bytes of one text that an entry keeps: the longest path of Linux, hence longer than any ref kept as a file. */
export const textLimit = 4096;

/**
 * Takes a text or its bytes as they came.
 *
 * Bytes that are UTF-8 and strings that are well-formed and short stay plain strings. A string with lone surrogates is
 * encoded as if each were a character (Python's `surrogatepass`), so that it can be had back.
 */
export function outsideText(value: string | Uint8Array, limit = textLimit): OutsideText {
  if (typeof value === 'string' && value.length * 3 <= limit && !loneSurrogate.test(value)) return value;
  const bytes = typeof value === 'string' ? bytesOf(value) : Buffer.from(value);
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(0, limit));
  if (bytes.length > limit) {
    return {
      text: text.replace(/\uFFFD+$/u, ''),
      bytes: bytes.subarray(0, limit).toString('base64'),
      length: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    };
  }
  return Buffer.from(text).equals(bytes) ? text : { text, bytes: bytes.toString('base64') };
}

const loneSurrogate = /\p{Surrogate}/u;

function bytesOf(value: string): Buffer {
  if (!loneSurrogate.test(value)) return Buffer.from(value);
  return Buffer.concat(Array.from(value, (character) => surrogateBytes(character) ?? Buffer.from(character)));
}

function surrogateBytes(character: string): Buffer | undefined {
  const unit = character.length === 1 ? character.charCodeAt(0) : 0;
  if (unit < 0xd800 || unit > 0xdfff) return undefined;
  return Buffer.from([0xed, 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f)]);
}

/** Splits a long text of our own, such as the policy, into strings of which none is cut. */
export function pieces(text: string): readonly string[] {
  const size = Math.floor(textLimit / 3);
  const found: string[] = [];
  let piece = '';
  for (const character of text) {
    if (piece.length + character.length > size) {
      found.push(piece);
      piece = '';
    }
    piece += character;
  }
  return [...found, piece];
}
