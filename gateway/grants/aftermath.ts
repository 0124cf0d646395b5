/** What became of the operations that a revocation, a lock or an order to cut met: waited for, never guessed. */
import type { OperationPassed, OperationState, RunningOperation } from '../store/records.ts';
import type { Store } from '../store/store.ts';
import { StoreError } from '../store/store-error.ts';
import { inTime, type Pause } from './in-time.ts';

/** Every operation that was touched stands in one of the four lists. */
export interface Aftermath {
  /** Its node has said that no byte moves any more; of a push the host never had the whole. */
  readonly cut: readonly Touched[];
  /** Pushes that had passed the gate before: what their hosts do is what happened. */
  readonly passedBefore: readonly PassedBefore[];
  /** They came to their own end in the same moment. */
  readonly ended: readonly EndedByItself[];
  /** Their nodes have not said in time that they stand still. */
  readonly unconfirmed: readonly Unconfirmed[];
}

export interface Touched {
  readonly operation: RunningOperation;
  readonly node: string;
}

export interface PassedBefore extends Touched {
  readonly passed: OperationPassed;
  /** How it ended, when that is known by now. */
  readonly how?: string;
}

export interface EndedByItself extends Touched {
  /** The outcome, or `gone` when nobody knows any more. */
  readonly how: string;
}

export interface Unconfirmed extends Touched {
  /** The node's last sign of life, store time. */
  readonly nodeSeenAt: number;
  /** By when the transfer ends without hearing of anything: its node loses its grants or its patience for the store. */
  readonly endsBy: number;
}

export interface AftermathNeeds {
  readonly store: Pick<Store, 'stoodStill' | 'operations' | 'grant' | 'onChange'>;
  /** How long transfers go on while the store is silent. */
  storeGraceMs(critical: boolean): number;
  /** Monotonic milliseconds. */
  clock(): number;
  readonly pause: Pause;
}

/** Nodes hear of a change within moments and of a lost message within a second; who revokes waits no longer than this. */
const waitMs = 2_000;
/** A push behind the gate waits for its host: there is nothing to confirm, only perhaps an outcome to add. */
const passedWaitMs = 500;
/** Looking up the ends must not make the answer much later. */
const lookUpMs = 500;
/** Published changes are hints and get lost, so it is asked again this often. */
const askEveryMs = 100;
/** A thousand cut transfers publish a thousand hints. */
const askApartMs = 20;
/** A node's last read may be as much younger than its last sign of life, and its look at the clock as much later than due. */
const graceSlackMs = 2_000;

/** Binds what is waited with; the waiting never rejects for a store that is away, it ends in `unconfirmed`. */
export function createAftermath(
  needs: AftermathNeeds,
): (touched: readonly OperationState[]) => Promise<Aftermath> {
  return async (touched) => {
    const still = await stillness(needs, touched);
    const cut: Touched[] = [];
    const passedBefore: PassedBefore[] = [];
    const ended: EndedByItself[] = [];
    const silent: OperationState[] = [];
    for (const state of touched) {
      const { operation, node, passed } = state;
      const how = still.get(operation.id);
      // A passage that could not be recorded is cut, and then the host never had the trailer.
      if (how === 'cut') cut.push({ operation, node });
      else if (passed !== undefined)
        passedBefore.push({ operation, node, passed, ...(how === undefined ? {} : { how }) });
      else if (how !== undefined) ended.push({ operation, node, how });
      else silent.push(state);
    }
    return { cut, passedBefore, ended, unconfirmed: await bounded(needs, silent) };
  };
}

/** Nothing was running. */
export const nothingRan: Aftermath = { cut: [], passedBefore: [], ended: [], unconfirmed: [] };

/** How each stood still, as far as it did in time. */
async function stillness(
  { store, clock, pause }: AftermathNeeds,
  touched: readonly OperationState[],
): Promise<ReadonlyMap<string, string>> {
  const still = new Map<string, string>();
  for (const { operation, state } of touched) if (state !== 'moving') still.set(operation.id, state.still);
  const open = (): readonly OperationState[] => touched.filter(({ operation }) => !still.has(operation.id));
  const startedAtMs = clock();
  const leftMs = (): number =>
    (open().some(({ passed }) => passed === undefined) ? waitMs : passedWaitMs) - (clock() - startedAtMs);

  let hint = new AbortController();
  const concerned = new Set(touched.map(({ operation }) => operation.id));
  const stopListening = store.onChange((change) => {
    if (change === undefined || (change.kind === 'operation' && concerned.has(change.id))) hint.abort();
  });
  try {
    while (open().length > 0 && leftMs() > 0) {
      hint = new AbortController();
      const asked = store.stoodStill(open().map(({ operation }) => operation.id)).catch(unlessAway);
      const answer = await inTime(leftMs(), asked, pause);
      for (const [id, how] of answer ?? []) still.set(id, how);
      if (open().length === 0) break;
      await pause(Math.max(0, Math.min(askApartMs, leftMs())));
      await pause(Math.max(0, Math.min(askEveryMs - askApartMs, leftMs())), hint.signal);
    }
  } finally {
    stopListening();
  }
  return still;
}

/** Adds by when each ends by itself at the latest, as far as the store can still be asked. */
async function bounded(
  { store, storeGraceMs, pause }: AftermathNeeds,
  silent: readonly OperationState[],
): Promise<readonly Unconfirmed[]> {
  if (silent.length === 0) return [];
  const asking = async () => {
    const ids = new Set(silent.flatMap(({ operation }) => operation.grantIds));
    const [{ operations }, ...standing] = await Promise.all([
      store.operations(),
      ...[...ids].map((id) => store.grant(id)),
    ]);
    return {
      seen: new Map(operations.map(({ operation, nodeSeenAt }) => [operation.id, nodeSeenAt])),
      grants: new Map(standing.flatMap((held) => (held === undefined ? [] : [[held.grant.id, held.grant]]))),
    };
  };
  const known = await inTime(lookUpMs, asking().catch(unlessAway), pause);
  return silent.map(({ operation, node, nodeSeenAt: seenBefore }) => {
    const nodeSeenAt = known?.seen.get(operation.id) ?? seenBefore;
    const grants = operation.grantIds.flatMap((id) => known?.grants.get(id) ?? []);
    const graceMs = storeGraceMs(grants.some(({ critical }) => critical));
    const endsBy = Math.min(nodeSeenAt + graceMs + graceSlackMs, ...grants.map(({ endsAt }) => endsAt));
    return { operation, node, nodeSeenAt, endsBy };
  });
}

/** What was changed is changed, whether or not the store still answers. */
function unlessAway(error: unknown): undefined {
  if (!(error instanceof StoreError)) throw error;
  return undefined;
}
