/** Ways to feed a decoder: whole, cut at every byte, cut at random; and random numbers by a seed that is printed. */
import type { Test } from 'tap';
import { flushPkt, pktLine } from '../../gateway/git/pkt-line.ts';

/** A whole number from 0 up to, not including, `below`. */
export type Random = (below: number) => number;

/** All ways to cut into two, and into single bytes. */
export function* cuts(bytes: Buffer): Iterable<readonly Buffer[]> {
  yield [bytes];
  for (let at = 1; at < bytes.length; at += 1) yield [bytes.subarray(0, at), bytes.subarray(at)];
  yield singles(bytes);
}

/** One byte a piece. */
export function singles(bytes: Buffer): readonly Buffer[] {
  return Array.from(bytes, (_, i) => bytes.subarray(i, i + 1));
}

/** A small generator (mulberry32): the same seed gives the same numbers. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** Random numbers of this run; the seed is printed, and `SEED` repeats a run. */
export function randomOfRun(t: Test): Random {
  const seed = Number(process.env.SEED ?? Date.now() % 0xffffffff);
  t.comment(`SEED=${seed}`);
  return randomOf(seed);
}

export function randomCut(bytes: Buffer, random: Random): readonly Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const size = 1 + random(Math.max(1, Math.min(9000, bytes.length - at)));
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}

/** The same bytes with some of them changed, left out or doubled. */
export function damaged(bytes: Buffer, random: Random): Buffer {
  let now = Buffer.from(bytes);
  for (let i = 0; i <= random(4); i += 1) {
    const at = random(now.length);
    const kind = random(4);
    if (kind === 0) now = Buffer.concat([now.subarray(0, at), now.subarray(at + 1 + random(8))]);
    else if (kind === 1) now = Buffer.concat([now.subarray(0, at + 1), now.subarray(at)]);
    else if (now.length > 0) now[at] = random(256);
    if (now.length === 0) return now;
  }
  return now;
}

/** pkt-lines of these payloads, given as Latin-1. */
export function pkts(...payloads: readonly string[]): Buffer {
  return Buffer.concat(
    payloads.map((payload) =>
      payload === '' ? Buffer.from('0004') : pktLine(Buffer.from(payload, 'latin1')),
    ),
  );
}

/** The same, and a flush behind them. */
export function section(...payloads: readonly string[]): Buffer {
  return Buffer.concat([pkts(...payloads), flushPkt]);
}

/** One pkt of a side-band. */
export function banded(number: number, payload: string | Buffer): Buffer {
  return pktLine(Buffer.concat([Buffer.from([number]), Buffer.from(payload)]));
}

/** A text as ASCII in quotes: a test's name is text for a terminal too, and U+2028 ends its line. */
export function quoted(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
