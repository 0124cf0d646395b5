/** Refusals on their way into the log: equal ones of a minute become one entry with a count, so that nobody can fill the disk by asking. */
import { hash } from 'node:crypto';
import type { EntryOf } from './entry.ts';
import { StrangerCounts } from './stranger-counts.ts';

export interface RefusalFolding {
  /** A known principal was refused: the first is written at once, its likes within the minute are counted. */
  refused(entry: EntryOf<'operation.refused'>): void;
  /** Nobody known was refused: counted by network and reason, written once a minute. */
  knocked(
    origin: { readonly door: 'https' | 'ssh'; readonly address: { readonly address: string } },
    reason: string,
  ): void;
  /** Writes what is counted; resolves when it is durable or was given up. */
  flush(): Promise<void>;
}

export interface FoldingNeeds {
  append(entry: EntryOf<'operation.refused'> | EntryOf<'door.refused'>): Promise<unknown>;
  now(): number;
  /** Told when a count could not be written; it is kept and written later. */
  onFailed(error: unknown): void;
  /** Runs `work` once `ms` have passed and answers how to call it off. */
  after?(ms: number, work: () => void): () => void;
}

type Refusal = EntryOf<'operation.refused'>;

/** Equal refusals are one entry for this long. */
const foldMs = 60_000;
/** Kinds of refusal of one principal told apart within a minute; the rest is counted by reason. */
const kindsOfOne = 200;
/** Kinds of refusal told apart in all. */
const kindsOfAll = 10_000;

interface Fold {
  /** Without what was decided and on which updates: the entry that was written at once has them. */
  readonly entry: Refusal;
  /** Refusals since the entry that was written at once. */
  count: number;
  firstAt: number;
  lastAt: number;
}

/** Starts folding. What is counted and not written yet is lost when the process is killed. */
export function foldRefusals(needs: FoldingNeeds): RefusalFolding {
  const { append, now, onFailed, after = onTimer } = needs;
  const folds = new Map<string, Fold>();
  const kinds = new Map<string, number>();
  const strangers = new StrangerCounts();
  let isCountingStrangers = false;
  let isFlushing = false;
  const writing = new Set<Promise<unknown>>();

  const write = (entry: Refusal | EntryOf<'door.refused'>, keep: () => void): void => {
    const written: Promise<unknown> = append(entry)
      .catch((error: unknown) => {
        onFailed(error);
        if (!isFlushing) keep();
      })
      .finally(() => writing.delete(written));
    writing.add(written);
  };

  const close = (key: string): void => {
    const fold = folds.get(key);
    if (fold === undefined) return;
    folds.delete(key);
    const { entry, count, firstAt, lastAt } = fold;
    const left = (kinds.get(entry.principalId) ?? 1) - 1;
    if (left === 0) kinds.delete(entry.principalId);
    else kinds.set(entry.principalId, left);
    const counted = { ...entry, count, firstAt, lastAt };
    if (count > 0) write(counted, () => add(key, counted));
  };
  const open = (key: string, entry: Refusal, count: number): void => {
    const { basis: _basis, updates: _updates, ...kept } = entry;
    folds.set(key, { entry: kept, count, firstAt: entry.firstAt, lastAt: entry.lastAt });
    kinds.set(entry.principalId, (kinds.get(entry.principalId) ?? 0) + 1);
    after(foldMs, () => close(key));
  };
  /** Counts without writing: likes of a known refusal, and what could not be written. */
  const add = (key: string, entry: Refusal): void => {
    const fold = folds.get(key);
    if (fold === undefined) {
      open(key, entry, entry.count);
      return;
    }
    fold.firstAt = fold.count === 0 ? entry.firstAt : Math.min(fold.firstAt, entry.firstAt);
    fold.lastAt = Math.max(fold.lastAt, entry.lastAt);
    fold.count += entry.count;
  };

  const closeStrangers = (): void => {
    isCountingStrangers = false;
    for (const counted of strangers.take()) write(counted, () => addStrangers(counted));
  };
  const addStrangers = (counted: EntryOf<'door.refused'>): void => {
    strangers.add(counted);
    if (isCountingStrangers) return;
    isCountingStrangers = true;
    after(foldMs, closeStrangers);
  };

  return {
    refused(given) {
      const entry = { ...given, count: 1, firstAt: now(), lastAt: now() };
      const isRoom = (kinds.get(entry.principalId) ?? 0) < kindsOfOne && folds.size < kindsOfAll;
      const key = keyOf(entry);
      if (folds.has(key)) add(key, entry);
      else if (isRoom) {
        open(key, entry, 0);
        write(entry, () => add(key, entry));
      } else {
        const rest = bare(entry);
        add(keyOf(rest), rest);
      }
    },
    knocked({ door, address }, reason) {
      const at = now();
      const { address: text } = address;
      addStrangers({ type: 'door.refused', door, address: text, reason, count: 1, firstAt: at, lastAt: at });
    },
    async flush() {
      isFlushing = true;
      for (const key of [...folds.keys()]) close(key);
      closeStrangers();
      while (writing.size > 0) await Promise.all(writing);
      isFlushing = false;
    },
  };
}

/** Of a fixed size, whatever the refusal holds. */
function keyOf(entry: Refusal): string {
  const { principalId, repository, right, reason, door, address, grantId, lockId, updates } = entry;
  const { requestId, waitEnded } = entry;
  const likes =
    repository === undefined
      ? [principalId, reason]
      : [
          ...[principalId, repository, right, reason, door, address],
          ...[grantId, lockId, requestId, waitEnded, updates],
        ];
  return hash('sha256', JSON.stringify(likes), 'base64');
}

/** What is left when one principal is refused in too many ways to name each: who, why, how often; the address is the first one's. */
function bare({ type, principalId, reason, door, address, count, firstAt, lastAt }: Refusal): Refusal {
  return { type, principalId, reason, door, address, count, firstAt, lastAt };
}

function onTimer(ms: number, work: () => void): () => void {
  const timer = setTimeout(work, ms).unref();
  return () => clearTimeout(timer);
}
