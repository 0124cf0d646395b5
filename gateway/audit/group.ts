/** A group of entries that becomes durable with one write. */
import { type Place, seal } from './line.ts';

/** Where an entry stands for good. */
export interface Receipt {
  readonly chain: string;
  readonly seq: number;
  readonly hash: string;
}

/** The part of a line that does not depend on its place, or how it is made from that. */
export type LineBody = string | ((place: Place) => string);

/** Lines in their places, and for each its receipt. */
export interface SealedGroup {
  readonly bytes: Buffer;
  /** Each with its newline. */
  readonly lines: readonly string[];
  readonly receipts: readonly Receipt[];
  /** The last receipt, or where the group began when it is empty. */
  readonly head: Receipt;
}

/** Seals bodies one after the other behind `head`. */
export function sealGroup(head: Receipt, bodies: readonly LineBody[]): SealedGroup {
  const { chain } = head;
  const lines: string[] = [];
  const receipts: Receipt[] = [];
  let last = head;
  for (const body of bodies) {
    const place = { chain, seq: last.seq + 1, prev: last.hash };
    const { line, hash } = seal(place, typeof body === 'string' ? body : body(place));
    last = { chain, seq: place.seq, hash };
    lines.push(line);
    receipts.push(last);
  }
  return { bytes: Buffer.from(lines.join(''), 'latin1'), lines, receipts, head: last };
}
