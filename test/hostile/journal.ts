/** What really happened in the store and on the disk, in its order: the oracle's only source beside the host. */
import type { Disk } from '../../gateway/audit/disk.ts';
import { localDisk } from '../../gateway/audit/disk.ts';
import type { OperationState, RunningOperation } from '../../gateway/store/records.ts';
import type { Store } from '../../gateway/store/store.ts';

/** An end of access as the store ordered it. */
export interface Stopped {
  readonly what: string;
  /** Before it was asked for, and after it was answered. */
  readonly askedAt: number;
  /** Its place in the order of the store; undefined for an end that nobody ordered. */
  readonly seq: number;
  /** Of a lock that was lifted. */
  liftedSeq: number | undefined;
  liftedAt: number | undefined;
  /** The operations it found running. */
  readonly touched: readonly OperationState[];
  stops(operation: RunningOperation): boolean;
  /** Whether it may have stopped anything that rests on this grant. */
  concerns(of: {
    readonly principalId: string;
    readonly repository: string;
    readonly grantId: string;
  }): boolean;
}

export interface Passed {
  readonly seq: number;
  /** The store's time. */
  readonly at: number;
}

/** An operation as the store knew it. */
export interface Known {
  readonly operation: RunningOperation;
  /** Every set of grants it was on the books with. */
  readonly grantIds: Set<string>;
  readonly passages: Passed[];
  /** While it moved, by the journal's count. */
  readonly moving: { readonly from: number; to: number }[];
}

export interface Journal {
  /** The next number of the journal's own count. */
  tick(): number;
  readonly operations: ReadonlyMap<string, Known>;
  readonly stopped: Stopped[];
  /** When the `push.released` of an operation was durable. */
  readonly releasedAt: ReadonlyMap<string, number>;
  /** Watches the store itself, below everything that may stand between it and the gateway. */
  watch(store: Store): Store;
  readonly disk: Disk;
}

export function openJournal(): Journal {
  let count = 0;
  const tick = (): number => {
    count += 1;
    return count;
  };
  const operations = new Map<string, Known>();
  const releasedAt = new Map<string, number>();
  const still = (operationId: string, at: number): void => {
    const last = operations.get(operationId)?.moving.at(-1);
    if (last !== undefined) last.to = Math.min(last.to, at);
  };

  return {
    tick,
    operations,
    stopped: [],
    releasedAt,
    watch: (store) => ({
      ...store,
      async enter(operation, seq, how) {
        const entered = await store.enter(operation, seq, how);
        const known = operations.get(operation.id) ?? {
          operation,
          grantIds: new Set(),
          passages: [],
          moving: [],
        };
        operations.set(operation.id, known);
        if (entered !== 'entered') return entered;
        for (const id of operation.grantIds) known.grantIds.add(id);
        const last = known.moving.at(-1);
        if (last === undefined || last.to !== Number.POSITIVE_INFINITY)
          known.moving.push({ from: tick(), to: Number.POSITIVE_INFINITY });
        return entered;
      },
      async passGate(passage) {
        const answer = await store.passGate(passage);
        const passages = operations.get(passage.operationId)?.passages;
        if (answer.kind === 'passed' && passages?.every(({ seq }) => seq !== answer.passed.seq) === true)
          passages.push({ seq: answer.passed.seq, at: answer.passed.at });
        return answer;
      },
      async standStill(operationId, how) {
        still(operationId, tick());
        await store.standStill(operationId, how);
      },
      async leave(operationId) {
        still(operationId, tick());
        await store.leave(operationId);
      },
    }),
    disk: watchedDisk((operationId) => releasedAt.set(operationId, tick())),
  };
}

/** This machine's disk, which takes a turn to sync; tells of each release once it has. */
function watchedDisk(released: (operationId: string) => void): Disk {
  return {
    ...localDisk,
    async create(path) {
      const file = await localDisk.create(path);
      let unsynced: string[] = [];
      return {
        ...file,
        async append(bytes) {
          await file.append(bytes);
          for (const line of bytes.toString('utf8').split('\n'))
            if (line.includes('"type":"push.released"'))
              unsynced.push((JSON.parse(line) as { operationId: string }).operationId);
        },
        async sync() {
          const written = unsynced;
          unsynced = [];
          // What is promised is an order, and a real sync would cost most of a trial's time.
          await new Promise(setImmediate);
          for (const operationId of written) released(operationId);
        },
      };
    },
  };
}
