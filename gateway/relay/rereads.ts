/** Re-reads for many running transfers at once: no two of one transfer at a time, and no answer worked on for long at a stretch. */
import type { Standing } from '../store/records.ts';

export interface RereadsNeeds<Item> {
  /** One pipelined read, answers in the order of `items`. */
  read(items: readonly Item[]): Promise<readonly Standing[]>;
  /** What an answer means for its transfer. Answers may come out of order; `sentAtMs` tells which is the younger. */
  apply(item: Item, standing: Standing, sentAtMs: number): 'ended' | 'goes-on';
  /** Monotonic milliseconds. */
  clock(): number;
  /** Lets the event loop see to everything else once. */
  rest(): Promise<void>;
  onReadFailed(error: unknown): void;
}

export interface Rereads<Item> {
  /** Reads again for these. One whose read is on its way is read once more when it is back: that one may not know yet. */
  ask(items: readonly Item[]): void;
}

/** Transfers in one read: the answers of more would come in one piece that takes too long to take apart. */
const atOnce = 64;
/** A stretch of work on answers ends after so long, and behind so many ends: closing a transfer is the dearer part. */
const stretchMs = 5;
const endsInAStretch = 16;
/** A read on its way for so long says nothing any more about when the next one is due. */
const overdueMs = 1_000;

export function rereads<Item>(needs: RereadsNeeds<Item>): Rereads<Item> {
  /** When the read on its way was sent, by transfer. */
  const sent = new Map<Item, number>();
  const again = new Set<Item>();
  const answers: { readonly item: Item; readonly standing: Standing; readonly sentAtMs: number }[] = [];
  let working = false;

  const work = async (): Promise<void> => {
    if (working) return;
    working = true;
    let next = 0;
    try {
      while (next < answers.length) {
        const until = needs.clock() + stretchMs;
        for (let ends = 0; ends < endsInAStretch && needs.clock() <= until; ) {
          const answer = answers[next];
          if (answer === undefined) break;
          next += 1;
          if (needs.apply(answer.item, answer.standing, answer.sentAtMs) === 'ended') ends += 1;
        }
        if (next < answers.length) await needs.rest();
      }
    } finally {
      answers.splice(0, next);
      working = false;
    }
  };

  const read = async (items: readonly Item[]): Promise<void> => {
    const sentAtMs = needs.clock();
    for (const item of items) sent.set(item, sentAtMs);
    let standings: readonly Standing[] = [];
    try {
      standings = await needs.read(items);
    } catch (error) {
      needs.onReadFailed(error);
    }
    const due: Item[] = [];
    for (const item of items) {
      if (sent.get(item) !== sentAtMs) continue;
      sent.delete(item);
      if (again.delete(item)) due.push(item);
    }
    ask(due);
    for (const [index, item] of items.entries()) {
      const standing = standings[index];
      if (standing !== undefined) answers.push({ item, standing, sentAtMs });
    }
    await work();
  };

  const inParts = async (items: readonly Item[]): Promise<void> => {
    for (let from = 0; from < items.length; from += atOnce) {
      if (from > 0) await needs.rest();
      void read(items.slice(from, from + atOnce));
    }
  };

  function ask(items: readonly Item[]): void {
    const nowMs = needs.clock();
    const free: Item[] = [];
    for (const item of items) {
      const sentAtMs = sent.get(item);
      if (sentAtMs === undefined || nowMs - sentAtMs >= overdueMs) free.push(item);
      else again.add(item);
    }
    void inParts(free);
  }
  return { ask };
}
