/** Heads of audit chains in the store: this node's is kept there, and a node whose files are behind theirs does not start. */
import { AuditError } from './audit/audit-error.ts';
import type { ChainHead } from './audit/checkpoint.ts';
import type { Store } from './store/store.ts';
import { StoreError } from './store/store-error.ts';

/** What an operator says at the start to go on from files that are behind: `CHAIN:SEQ`, where they end. */
export function placeOf({ chain, seq }: Pick<ChainHead, 'chain' | 'seq'>): string {
  return `${chain}:${seq}`;
}

/** What comparing a chain's end with the store says; `what` is to be put on record. */
export type HeadCompared =
  | { readonly kind: 'not-behind' }
  /** Its files are behind, and an operator said that it is to go on. */
  | { readonly kind: 'accepted'; readonly what: string }
  /** The store was lost, so that nothing it says counts: to be compared once it is back. */
  | { readonly kind: 'not-compared' };

/**
 * Compares where a chain ends in its files with what the store knows of it.
 *
 * @param accepted the place from which an operator said that it is to go on
 * @throws AuditError `AUDIT_ROLLED_BACK`
 */
export async function mustNotBeBehind(
  store: Pick<Store, 'heads'>,
  head: ChainHead,
  accepted: string | undefined,
): Promise<HeadCompared> {
  const heads = await store.heads().catch((error: unknown) => {
    // Of a store that is not the one this node knows nothing counts, and nothing is served from it until an operator accepts it.
    if (error instanceof StoreError && error.code === 'STORE_LOST') return undefined;
    throw error;
  });
  if (heads === undefined) return { kind: 'not-compared' };
  const what = whyBehind(heads, head);
  if (what === undefined) return { kind: 'not-behind' };
  if (accepted === placeOf(head)) return { kind: 'accepted', what };
  throw new AuditError(
    'AUDIT_ROLLED_BACK',
    `audit.rolled-back: ${what}: entries were lost, or older files were put in their place. Put the newer files back, or set audit.directory to a new one and keep this for the auditors; ` +
      `to go on from here all the same, which is put on record, start once with --accept-rolled-back-audit ${placeOf(head)}`,
  );
}

/** What the store knows of a chain that its files do not have; undefined when they have it all. */
function whyBehind(heads: readonly ChainHead[], head: ChainHead): string | undefined {
  const known = heads.find(({ chain }) => chain === head.chain);
  if (known === undefined || known.seq < head.seq) return undefined;
  if (known.seq === head.seq && known.hash === head.hash) return undefined;
  return `the files of chain ${head.chain} end with entry ${head.seq}, and the store knows entry ${known.seq} of it (${known.hash.slice(0, 16)}…)`;
}

export interface HeadsKeeping {
  /** How far other chains are, as the store said last. */
  readonly others: () => readonly ChainHead[];
  stop(): Promise<void>;
}

/** A comparison that could not be made at the start. */
export interface LeftToCompare {
  /** Where the chain ended then. */
  readonly head: ChainHead;
  /** Hears of it once it is made, before the store is told anything; `behind` says what the files lack. */
  onCompared(behind: string | undefined): void;
}

/** Puts on record what came of it. */
export function headCompared(
  alarm: (kind: string, message: string) => void,
  log: { info(message: string): void },
): LeftToCompare['onCompared'] {
  return (behind) => {
    if (behind === undefined) log.info('the store is back, and the audit files are as new as it knows');
    else
      alarm(
        'audit-rolled-back',
        `this node began while the store was lost, and ${behind}: stop it, and start it again on the newer files, or on a new audit.directory`,
      );
  };
}

const everySecond = 1_000;
/** Rounds from one look at the heads of others to the next. */
const lookEvery = 10;
/** Heads that a checkpoint carries, at the most. */
const othersAtMost = 100;

/**
 * Tells the store each second how far this node's chain is, if it moved, and asks how far the others are. A round that fails is made up
 * for by the next one.
 */
export function keepHeads(
  store: Pick<Store, 'keepHead' | 'heads'>,
  own: () => ChainHead,
  onTrouble: (error: unknown) => void,
  left?: LeftToCompare,
  everyMs = everySecond,
): HeadsKeeping {
  let toCompare = left;
  let others: readonly ChainHead[] = [];
  let told = 0;
  let rounds = 0;
  let running = Promise.resolve();
  const round = async (): Promise<void> => {
    if (toCompare !== undefined) {
      const behind = whyBehind(await store.heads(), toCompare.head);
      toCompare.onCompared(behind);
      toCompare = undefined;
    }
    const { chain, seq, hash } = own();
    if (seq !== told) await store.keepHead({ chain, seq, hash });
    told = seq;
    if (rounds % lookEvery === 0) {
      const heads = await store.heads();
      others = heads.filter((head) => head.chain !== chain).slice(-othersAtMost);
    }
    rounds += 1;
  };
  let isRunning = false;
  const begin = (): void => {
    if (isRunning) return;
    isRunning = true;
    running = round()
      .catch(onTrouble)
      .finally(() => {
        isRunning = false;
      });
  };
  begin();
  const timer = setInterval(begin, everyMs).unref();
  return {
    others: () => others,
    async stop() {
      clearInterval(timer);
      await running;
      await round().catch(onTrouble);
    },
  };
}
