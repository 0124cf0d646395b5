/** Copies this node's newest audit entries to the store, so that an auditor at any node can read them. The files are the log: nobody waits for a copy. */
import type { AuditLog } from './audit/log.ts';
import { newestLines } from './audit/newest-lines.ts';
import { pause } from './pause.ts';
import type { SharedEntry } from './store/records.ts';
import { sharedBytesAtMost } from './store/spans.ts';
import type { Store } from './store/store.ts';

export interface EntrySharing {
  /** Shares what is left, once, and ends. */
  stop(): Promise<void>;
}

/** Entries that become durable within this time go together. */
const gatherMs = 200;
/** After a failure the store is left alone for so long. */
const retryMs = 2_000;
/** A longer line, such as a policy of thousands of rules, is not shared and shows as missing. */
const lineBytesAtMost = 64 * 1024;
const batchBytes = 128 * 1024;
const batchEntries = 100;

/**
 * Follows the log's files, and begins where the store's copy ends: what a node did not share before it died is made up for. What the
 * store would drop at once is not read: after a long outage the copy has a hole.
 */
export function shareEntries(needs: {
  readonly store: Pick<Store, 'shareEntries' | 'sharedChains'>;
  readonly audit: Pick<AuditLog, 'chain' | 'head' | 'onDurable'>;
  readonly directory: string;
  readonly onTrouble: (error: unknown) => void;
}): EntrySharing {
  const { store, audit, directory, onTrouble } = needs;
  const { chain } = audit;
  let shared: number | undefined;
  let isWanted = true;
  let running: Promise<void> | undefined;
  const stopping = new AbortController();

  const round = async (): Promise<void> => {
    const { seq: upTo } = audit.head();
    if (shared === undefined) {
      const known = (await store.sharedChains()).find((kept) => kept.chain === chain)?.toSeq ?? 0;
      // Beyond what there is: the chain went back, or it is forged. The store begins anew with what comes.
      shared = known > upTo ? 0 : known;
    }
    const lines = await newestLines(directory, { behind: shared, upTo, bytes: sharedBytesAtMost });
    const short = lines.filter(({ line }) => line.length <= lineBytesAtMost);
    for (const batch of batchesOf(short)) {
      await store.shareEntries(chain, batch);
      shared = batch.at(-1)?.seq ?? shared;
    }
    shared = upTo;
  };
  const run = async (): Promise<void> => {
    while (isWanted && !stopping.signal.aborted) {
      await pause(gatherMs, stopping.signal);
      isWanted = false;
      try {
        await round();
      } catch (error) {
        isWanted = true;
        onTrouble(error);
        await pause(retryMs, stopping.signal);
      }
    }
    running = undefined;
  };
  const wake = (): void => {
    isWanted = true;
    if (!stopping.signal.aborted) running ??= run();
  };
  const stopListening = audit.onDurable(wake);
  wake();
  return {
    async stop() {
      stopListening();
      stopping.abort();
      await running;
      await round().catch(onTrouble);
    },
  };
}

function batchesOf(lines: readonly SharedEntry[]): readonly (readonly SharedEntry[])[] {
  const batches: SharedEntry[][] = [];
  let bytes = 0;
  for (const line of lines) {
    const last = batches.at(-1);
    if (last === undefined || last.length >= batchEntries || bytes + line.line.length > batchBytes) {
      batches.push([line]);
      bytes = line.line.length;
    } else {
      last.push(line);
      bytes += line.line.length;
    }
  }
  return batches;
}
