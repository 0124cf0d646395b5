/** Refusals of people nobody knows yet, on their way into the audit: equal ones of a minute become one entry with a count. */
import type { EventDraft } from '../gateway/store/store.ts';

/** Notes refusals; nothing here keeps a caller waiting for the disk. */
export interface RefusedSignIns {
  /** `reason` is a word of ours, `detail` a sentence. */
  note(address: string, reason: string, detail?: string): void;
  /** Writes what is counted so far; resolves when it is written or was given up. */
  flush(): Promise<void>;
}

/** What noting works with. */
export interface RefusedSignInsNeeds {
  readonly record: (draft: EventDraft) => Promise<void>;
  readonly onFailed: (error: unknown) => void;
  /** Runs `work` once `ms` have passed and answers how to call it off. */
  readonly after?: (ms: number, work: () => void) => () => void;
}

/** Equal refusals are one entry for this long. */
const foldMs = 60_000;
/** Addresses and reasons kept apart at a time; beyond it they are counted together. */
const mostKept = 1_000;
const longestDetail = 500;

interface Fold {
  readonly address: string;
  readonly reason: string;
  /** Refusals since the entry that was written at once. */
  count: number;
  readonly cancel: () => void;
}

/** Starts noting: the first of its kind is written at once, its likes within the minute are counted. */
export function noteRefusedSignIns({
  record,
  onFailed,
  after = onTimer,
}: RefusedSignInsNeeds): RefusedSignIns {
  const folds = new Map<string, Fold>();
  const writing = new Set<Promise<void>>();

  const write = (body: EventDraft['body']): void => {
    const written: Promise<void> = record({ type: 'sign-in.refused', body })
      .catch(onFailed)
      .finally(() => writing.delete(written));
    writing.add(written);
  };
  const close = (key: string): void => {
    const fold = folds.get(key);
    folds.delete(key);
    if (fold === undefined) return;
    fold.cancel();
    const { address, reason, count } = fold;
    if (count > 0) write({ address, reason, count });
  };

  return {
    note(wantedAddress, reason, detail) {
      const wanted = `${wantedAddress} ${reason}`;
      const isApart = folds.has(wanted) || folds.size < mostKept;
      const address = isApart ? wantedAddress : 'many';
      const key = isApart ? wanted : `many ${reason}`;
      const fold = folds.get(key);
      if (fold !== undefined) {
        fold.count += 1;
        return;
      }
      folds.set(key, { address, reason, count: 0, cancel: after(foldMs, () => close(key)) });
      write({ address, reason, ...(detail === undefined ? {} : { detail: detail.slice(0, longestDetail) }) });
    },
    async flush() {
      for (const key of [...folds.keys()]) close(key);
      await Promise.all(writing);
    },
  };
}

function onTimer(ms: number, work: () => void): () => void {
  const timer = setTimeout(work, ms).unref();
  return () => clearTimeout(timer);
}
