/** Refusals on their way into the log: equal ones of a minute become one entry with a count, so that nobody can fill the disk by asking. */
import type { EntryOf } from './entry.ts';

export interface RefusalFolding {
  /** A known principal was refused: the first is written at once, its likes within the minute are counted. */
  refused(entry: EntryOf<'operation.refused'>): void;
  /** Nobody known was refused: counted by address and reason. */
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
  onFailed(error: unknown): void;
  after?(ms: number, work: () => void): () => void;
}

/** Equal refusals are one entry for this long. */
const foldMs = 60_000;
/** Different refusals kept apart at a time; beyond it they are counted together. */
const mostKept = 10_000;

interface Fold {
  entry: EntryOf<'operation.refused'> | EntryOf<'door.refused'>;
  /** Refusals since the entry that was written at once. */
  count: number;
  firstAt: number;
  lastAt: number;
}

export function foldRefusals(needs: FoldingNeeds): RefusalFolding {
  const { append, now, onFailed, after = onTimer } = needs;
  const folds = new Map<string, Fold>();
  const writing = new Set<Promise<unknown>>();

  const write = (entry: Fold['entry']): void => {
    const written: Promise<unknown> = append(entry)
      .catch(onFailed)
      .finally(() => writing.delete(written));
    writing.add(written);
  };
  const close = (key: string): void => {
    const fold = folds.get(key);
    folds.delete(key);
    if (fold === undefined || fold.count === 0) return;
    const { count, firstAt, lastAt } = fold;
    write({ ...fold.entry, count, firstAt, lastAt });
  };
  /** @param atOnce whether the first of its kind is written right away */
  const fold = (wanted: string, entry: Fold['entry'], atOnce: boolean, together: Fold['entry']): void => {
    const at = now();
    let key = wanted;
    let kept = entry;
    if (!folds.has(key) && folds.size >= mostKept) {
      key = `${entry.type} together`;
      kept = together;
    }
    const known = folds.get(key);
    if (known !== undefined) {
      if (known.count === 0) known.firstAt = at;
      known.count += 1;
      known.lastAt = at;
      return;
    }
    const first = atOnce && key === wanted;
    if (first) write(entry);
    folds.set(key, { entry: kept, count: first ? 0 : 1, firstAt: at, lastAt: at });
    after(foldMs, () => close(key));
  };

  return {
    refused(entry) {
      const { principalId, repository, right, reason, door, address, grantId, lockId } = entry;
      const key = JSON.stringify([
        principalId,
        repository,
        right,
        reason,
        door,
        address,
        grantId,
        lockId,
        entry.updates,
      ]);
      const {
        repository: _repository,
        updates: _updates,
        basis: _basis,
        grantId: _grant,
        lockId: _lock,
        ...bare
      } = entry;
      fold(key, entry, true, bare);
    },
    knocked({ door, address }, reason) {
      const at = now();
      const entry: EntryOf<'door.refused'> = {
        type: 'door.refused',
        door,
        address: address.address,
        reason,
        count: 1,
        firstAt: at,
        lastAt: at,
      };
      const { address: _address, ...bare } = entry;
      fold(JSON.stringify(['door', door, address.address, reason]), entry, false, {
        ...bare,
        reason: 'many',
      });
    },
    async flush() {
      for (const key of [...folds.keys()]) close(key);
      while (writing.size > 0) await Promise.all(writing);
    },
  };
}

function onTimer(ms: number, work: () => void): () => void {
  const timer = setTimeout(work, ms).unref();
  return () => clearTimeout(timer);
}
