/** Reads of the audit on their way into it: equal ones of ten minutes become one entry with a count, so that a page left open does not fill the log. */
import type { EntryOf } from './entry.ts';
import { outsideText } from './outside-text.ts';

type AuditRead = EntryOf<'audit.read'>;

export interface ReadFolding {
  /** Somebody reads: the first such read is durable when it resolves, or was told of to `onFailed`; its likes are counted. */
  read(principalId: string, what: AuditRead['what'], asked: string): Promise<void>;
  /** Writes what is counted; resolves when it is durable or was given up. */
  flush(): Promise<void>;
}

export interface ReadFoldingNeeds {
  append(entry: AuditRead): Promise<unknown>;
  now(): number;
  /** Told when an entry could not be written; its reads are counted and written later. */
  onFailed(error: unknown): void;
  /** Runs `work` once `ms` have passed and answers how to call it off. */
  after?(ms: number, work: () => void): () => void;
}

const foldMs = 600_000;
/** Kinds of reads told apart; the rest is told apart by person and by what was read, without what was asked for. */
const kindsAtMost = 5_000;
const longestAsked = 1_024;

interface Fold {
  readonly principalId: string;
  readonly what: AuditRead['what'];
  readonly asked: string;
  count: number;
  firstAt: number;
  lastAt: number;
  readonly callOff: () => void;
}

/** Starts folding. What is counted and not written yet is lost when the process is killed. */
export function foldReads({ append, now, onFailed, after = onTimer }: ReadFoldingNeeds): ReadFolding {
  const folds = new Map<string, Fold>();

  const write = ({ principalId, what, asked, count, firstAt, lastAt }: Omit<Fold, 'callOff'>) => {
    const given = asked === '' ? {} : { asked: outsideText(asked, longestAsked) };
    return append({ type: 'audit.read', principalId, what, ...given, count, firstAt, lastAt });
  };
  const close = async (key: string): Promise<void> => {
    const fold = folds.get(key);
    if (fold === undefined) return;
    folds.delete(key);
    fold.callOff();
    if (fold.count > 0) await write(fold).catch(onFailed);
  };

  return {
    async read(principalId, what, asked) {
      const told = folds.size < kindsAtMost ? asked : '';
      const key = JSON.stringify([principalId, what, told]);
      const at = now();
      const known = folds.get(key);
      if (known !== undefined) {
        if (known.count === 0) known.firstAt = at;
        known.count += 1;
        known.lastAt = at;
        return;
      }
      const callOff = after(foldMs, () => void close(key));
      const fold: Fold = { principalId, what, asked: told, count: 0, firstAt: at, lastAt: at, callOff };
      folds.set(key, fold);
      await write({ ...fold, count: 1 }).catch((error: unknown) => {
        fold.count += 1;
        fold.firstAt = at;
        onFailed(error);
      });
    },
    async flush() {
      await Promise.all([...folds.keys()].map(close));
    },
  };
}

function onTimer(ms: number, work: () => void): () => void {
  const timer = setTimeout(work, ms).unref();
  return () => clearTimeout(timer);
}
