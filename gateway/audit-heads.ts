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

/** The hash of an entry by its number, from a node's files; undefined where they do not have it, or not any more. */
export type HashAt = (seq: number) => Promise<string | undefined>;

/**
 * Compares a chain as it stands in its files with what the store knows of it: where it ends, and whether the entry that the store knows is
 * there as it knows it, since a node that went on from older files while its store was lost has climbed past that.
 *
 * @param accepted the place from which an operator said that it is to go on
 * @throws AuditError `AUDIT_ROLLED_BACK`
 */
export async function mustNotBeBehind(
  store: Pick<Store, 'heads'>,
  head: ChainHead,
  accepted: string | undefined,
  hashAt: HashAt,
): Promise<HeadCompared> {
  const heads = await store.heads().catch((error: unknown) => {
    // Of a store that is not the one this node knows nothing counts, and nothing is served from it until an operator accepts it.
    if (error instanceof StoreError && error.code === 'STORE_LOST') return undefined;
    throw error;
  });
  if (heads === undefined) return { kind: 'not-compared' };
  const what = await whyBehind(heads, head, hashAt);
  if (what === undefined) return { kind: 'not-behind' };
  if (accepted === placeOf(head)) return { kind: 'accepted', what };
  throw rolledBack(
    `${what}: entries were lost, or older files were put in their place. Put the newer files back, or set audit.directory to a new one and keep this for the auditors; ` +
      `to go on from here all the same, which is put on record, start once with --accept-rolled-back-audit ${placeOf(head)}`,
  );
}

function rolledBack(what: string): AuditError {
  return new AuditError('AUDIT_ROLLED_BACK', `audit.rolled-back: ${what}`);
}

/** What the store knows of a chain that its files do not have; undefined when they have it all. */
async function whyBehind(
  heads: readonly ChainHead[],
  { chain, seq, hash }: ChainHead,
  hashAt: HashAt,
): Promise<string | undefined> {
  const known = heads.find((head) => head.chain === chain);
  if (known === undefined) return undefined;
  const own = known.seq > seq ? noEntry : known.seq === seq ? hash : await hashAt(known.seq);
  if (own === undefined || own === known.hash) return undefined;
  const knows = `the store knows entry ${known.seq} of it (${known.hash.slice(0, 16)}…)`;
  return own === noEntry
    ? `the files of chain ${chain} end with entry ${seq}, and ${knows}`
    : `the files of chain ${chain} have entry ${known.seq} as ${own.slice(0, 16)}…, and ${knows}`;
}

const noEntry = 'none';

export interface HeadsKeeping {
  /** How far other chains are, as the store said last. */
  readonly others: () => readonly ChainHead[];
  stop(): Promise<void>;
}

/** A comparison that could not be made at the start. */
export interface LeftToCompare {
  /** Where the chain ended then. */
  readonly head: ChainHead;
  readonly hashAt: HashAt;
  /** Hears of it once it is made, before the store is told anything; `behind` says what the files lack. Whether the node goes on. */
  onCompared(behind: string | undefined): boolean;
}

/**
 * Puts on record what came of it. A node that is behind does not go on, as it would not have begun, unless an operator said so.
 *
 * @param accepted whether an operator said that it is to go on from where its files ended
 * @param refuse is told why the node has to stop
 */
export function headCompared(needs: {
  readonly alarm: (kind: string, message: string) => void;
  readonly log: { info(message: string): void };
  readonly accepted: boolean;
  readonly refuse: (error: AuditError) => void;
}): LeftToCompare['onCompared'] {
  const { alarm, log, accepted, refuse } = needs;
  return (behind) => {
    if (behind === undefined) {
      log.info('the store is back, and the audit files are as new as it knows');
      return true;
    }
    const what = `this node began while the store was lost, and ${behind}`;
    if (accepted) {
      alarm('audit-rolled-back-accepted', `an operator goes on though ${what}`);
      return true;
    }
    const error = rolledBack(
      `${what}: the node stops. Start it again on the newer files, or on a new audit.directory`,
    );
    alarm('audit-rolled-back', error.message);
    refuse(error);
    return false;
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
  let isRefused = false;
  const round = async (): Promise<void> => {
    // What the store knows of the chain is not to be forgotten for the sake of older files.
    if (isRefused) return;
    if (toCompare !== undefined) {
      const behind = await whyBehind(await store.heads(), toCompare.head, toCompare.hashAt);
      isRefused = !toCompare.onCompared(behind);
      toCompare = undefined;
      if (isRefused) return;
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
