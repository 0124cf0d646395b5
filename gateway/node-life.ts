/** This node's place in the store's books of running operations: its sign of life, and the ends of what dead processes left. */
import type { EntryOf } from './audit/entry.ts';
import { OperationEnded } from './audit/operation-entries.ts';
import { outsideText } from './audit/outside-text.ts';
import type { OpenOperation } from './operations.ts';
import { type SettledUpdate, settledEntry } from './recorder.ts';
import type { Promised, TenureKeeper } from './relay/tenure.ts';
import type { OperationState, PassedUpdate } from './store/records.ts';
import type { Store } from './store/store.ts';

export interface NodeLifeNeeds {
  /** This node's name in the store. */
  readonly node: string;
  readonly store: Pick<Store, 'beat' | 'adoptOperations' | 'leave'>;
  live(): readonly OpenOperation[];
  /** Whether this process runs the operation, or is about to record its end. */
  isOurs(operationId: string): boolean;
  record(entry: EntryOf<'operation.ended' | 'push.settled'>): Promise<unknown>;
  /** What became of a push that had passed the gate. */
  inquire(repository: string, updates: readonly PassedUpdate[]): Promise<readonly SettledUpdate[]>;
  onTrouble(error: unknown): void;
  readonly tenure: Pick<TenureKeeper, 'confirmed'>;
  /** By when this node is still, once it is silent. */
  promised(): Promised;
  /** Monotonic milliseconds. */
  clock(): number;
  /** Runs `work` once after so long; answers how to call it off. */
  after(ms: number, work: () => void): () => void;
}

export interface NodeLife {
  stop(): Promise<void>;
}

/** A revoker waits for nodes that live: they say so this often. */
const beatEveryMs = 1_000;
/** Bytes are told with every so many-th beat. */
const progressEvery = 5;
/** Operations of silent nodes are looked for with every so many-th beat. */
const adoptEvery = 5;

/** Starts at once with what this node's earlier process left behind. */
export function keepNodeLife(needs: NodeLifeNeeds): NodeLife {
  const { store } = needs;
  let cancel: () => void = () => undefined;
  let stopped = false;
  let ownAreDone = false;
  let working: Promise<void> = Promise.resolve();

  const adopt = async (): Promise<void> => {
    for (;;) {
      const left = await store.adoptOperations(!ownAreDone);
      for (const state of left) if (!needs.isOurs(state.operation.id)) await endLeftOperation(needs, state);
      if (left.length < 100 || stopped) break;
    }
    ownAreDone = true;
  };
  const beat = async (count: number): Promise<void> => {
    const told = count % progressEvery === 0 ? needs.live() : [];
    const promised = needs.promised();
    const sentAtMs = needs.clock();
    await store.beat(
      told.map(({ id, bytesUp, bytesDown }) => ({ id, bytesUp, bytesDown })),
      promised.silentMs,
    );
    needs.tenure.confirmed(sentAtMs, promised);
  };
  const round = (count: number): void => {
    const beating = beat(count).catch(needs.onTrouble);
    // A slow inquiry at a host must not silence the node.
    if (count % adoptEvery === 0) working = working.then(adopt).catch(needs.onTrouble);
    void beating.then(() => {
      if (!stopped) cancel = needs.after(beatEveryMs, () => round(count + 1));
    });
  };
  round(0);

  return {
    async stop() {
      stopped = true;
      cancel();
      await working;
    },
  };
}

/** Writes the end that a dead process did not write; a push that had passed the gate is settled by asking its host. */
async function endLeftOperation(needs: NodeLifeNeeds, state: OperationState): Promise<void> {
  const { operation, passed } = state;
  const { id, principalId, repository, right, grantIds, startedAt } = operation;
  const how = state.state === 'moving' ? 'interrupted' : state.state.still;
  if (passed !== undefined && how === 'interrupted') {
    const updates = await needs.inquire(repository, passed.updates);
    await needs.record(settledEntry({ id, principalId, key: { repository } }, updates, 'inquiry'));
  }
  await needs.record({
    type: 'operation.ended',
    operationId: id,
    principalId,
    repository: outsideText(repository),
    right,
    outcome: isOutcome(how) ? how : 'interrupted',
    grantIds,
    bytesUp: state.bytesUp,
    bytesDown: state.bytesDown,
    startedAt,
    ...(state.node === needs.node ? {} : { adoptedFrom: state.node }),
  });
  await needs.store.leave(id);
}

const outcomes: ReadonlySet<string> = new Set(OperationEnded.properties.outcome.enum);

function isOutcome(word: string): word is EntryOf<'operation.ended'>['outcome'] {
  return outcomes.has(word);
}
