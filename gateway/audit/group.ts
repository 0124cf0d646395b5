/** A group of entries that becomes durable with one write. */
import { seal } from './line.ts';

/** Where an entry stands for good. */
export interface Receipt {
  readonly chain: string;
  readonly seq: number;
  readonly hash: string;
}

/** Lines in their places, and for each its receipt. */
export interface SealedGroup {
  readonly bytes: Buffer;
  readonly receipts: readonly Receipt[];
  /** The last receipt, or where the group began when it is empty. */
  readonly head: Receipt;
}

/** Seals bodies one after the other behind `head`. */
export function sealGroup(head: Receipt, bodies: readonly string[]): SealedGroup {
  const { chain } = head;
  const lines: string[] = [];
  const receipts: Receipt[] = [];
  let last = head;
  for (const body of bodies) {
    const { line, hash } = seal({ chain, seq: last.seq + 1, prev: last.hash }, body);
    last = { chain, seq: last.seq + 1, hash };
    lines.push(line);
    receipts.push(last);
  }
  return { bytes: Buffer.from(lines.join(''), 'latin1'), receipts, head: last };
}
