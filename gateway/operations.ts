/** The operations that are open on this node, and which HTTPS request belongs to which. */
import type { EntryOf } from './audit/entry.ts';
import type { Right, RunningOperation } from './store/records.ts';

/** What makes two requests candidates for one operation. */
export interface OperationKey {
  /** By which a request says who sends it; nothing need be read to know it. */
  readonly credentialHash: string;
  readonly repository: string;
  readonly right: Right;
  readonly connectionId: string;
  readonly address: string;
}

/** How an operation ended, as the conductor saw it. */
export type Outcome = Pick<
  EntryOf<'operation.ended'>,
  'outcome' | 'reason' | 'detail' | 'grantId' | 'lockId'
>;

/** One request of an operation: its own id, what it was, what it was answered. */
export interface Exchange {
  readonly id: string;
  readonly what: string;
  status?: number;
}

/** How far an operation got; raised by its requests, never lowered. */
export type Progress = 'advertised' | 'exchanged' | 'complete';

/** One fetch or push, over HTTPS made of several requests. */
export interface OpenOperation {
  readonly id: string;
  readonly key: OperationKey;
  readonly door: 'https' | 'ssh';
  readonly principalId: string;
  readonly credentialId: string;
  readonly openedAt: number;
  /** The grants its last decision rested on, and the store's `seq` in it. */
  grantIds: readonly string[];
  decidedAt: number;
  endsAt: number;
  progress: Progress;
  running: number;
  requests: number;
  bytesUp: number;
  bytesDown: number;
  /** Its requests in their order, the first 200 of them. */
  readonly exchanges: Exchange[];
  /** A request that may be its push is running, or was the push: the next one is another operation's. */
  pushing: boolean;
  /** It has stood before the gate, and with `passed` it went through. */
  gated: boolean;
  passed: boolean;
  /** It was put on the store's books: from then on only the books can say whether it is this node's. */
  entered: boolean;
  /** It was cut, and the store knows. */
  cut: boolean;
  /** How it ended, as its last request saw it; undefined while nothing but discovery happened. */
  outcome: Outcome | undefined;
}

/** An operation that has just been decided: nothing of it has moved yet. */
export function newOperation(
  start: Pick<
    OpenOperation,
    'id' | 'key' | 'door' | 'principalId' | 'credentialId' | 'openedAt' | 'grantIds' | 'decidedAt' | 'endsAt'
  >,
): OpenOperation {
  return {
    ...start,
    progress: 'advertised',
    running: 0,
    requests: 0,
    bytesUp: 0,
    bytesDown: 0,
    exchanges: [],
    pushing: false,
    gated: false,
    passed: false,
    entered: false,
    cut: false,
    outcome: undefined,
  };
}

/** An operation as every node sees it. */
export function onTheBooks(operation: OpenOperation, grantIds: readonly string[]): RunningOperation {
  const { id, door, principalId, credentialId, openedAt, key } = operation;
  const { repository, right } = key;
  return { id, door, principalId, credentialId, repository, right, grantIds, startedAt: openedAt };
}

/** For how long an operation on another connection may still be joined (DESIGN: one operation over HTTPS). */
const joinWithinMs = 60_000;
/** For how long a finished operation waits for another request of its connection. */
const completeLingerMs = 30_000;

/** Why an operation ended, as far as the book knows. */
export type Closing = 'connection-closed' | 'complete' | 'idle' | 'taken-over' | 'stopping';

export interface OperationBook {
  /** The operation a request belongs to; undefined: it opens a new one. An operation has one push. */
  find(key: OperationKey, isPush: boolean): OpenOperation | undefined;
  open(operation: OpenOperation): void;
  /** A request of the operation starts; call `done` when its answer is over. */
  begin(
    operation: OpenOperation,
    connection: { id: string; closed: Promise<void> },
  ): { done(progress: Progress): void };
  live(): readonly OpenOperation[];
  /** Ends one that another node has taken over, once its requests are over; none joins it any more. */
  close(operation: OpenOperation): void;
  closeAll(): void;
}

interface Page {
  readonly operation: OpenOperation;
  readonly connections: Set<string>;
  cancelTimer: () => void;
  /** Nothing joins it any more. */
  closing: boolean;
  ended: boolean;
}

/**
 * Keeps the book.
 *
 * @param onEnd told once for each operation, after its last request is over
 * @param idleMs how long an operation may stay open without a request running
 * @param after runs `work` once `ms` have passed and answers how to call it off
 */
export function openBook(
  onEnd: (operation: OpenOperation, why: Closing) => void,
  idleMs: () => number,
  now: () => number,
  after: (ms: number, work: () => void) => () => void,
): OperationBook {
  const pages = new Map<OpenOperation, Page>();

  const end = (page: Page, why: Closing): void => {
    if (page.ended) return;
    page.ended = true;
    page.cancelTimer();
    pages.delete(page.operation);
    onEnd(page.operation, why);
  };

  const watch = (page: Page, connectionId: string, closed: Promise<void>): void => {
    if (page.connections.has(connectionId)) return;
    page.connections.add(connectionId);
    void closed.then(() => {
      page.connections.delete(connectionId);
      if (page.connections.size === 0 && page.operation.running === 0) end(page, 'connection-closed');
    });
  };

  const rest = (page: Page): void => {
    page.cancelTimer();
    if (page.closing) {
      end(page, 'taken-over');
      return;
    }
    if (page.connections.size === 0) {
      end(page, 'connection-closed');
      return;
    }
    const complete = page.operation.progress === 'complete';
    page.cancelTimer = after(complete ? completeLingerMs : idleMs(), () =>
      end(page, complete ? 'complete' : 'idle'),
    );
  };

  return {
    find(key, isPush) {
      const candidates: OpenOperation[] = [];
      for (const { operation, connections, closing } of pages.values()) {
        const same =
          operation.key.credentialHash === key.credentialHash &&
          operation.key.repository === key.repository &&
          operation.key.right === key.right;
        if (!same || closing || operation.gated || (isPush && operation.pushing)) continue;
        if (connections.has(key.connectionId)) return operation;
        const young = now() - operation.openedAt <= joinWithinMs;
        if (young && operation.key.address === key.address && operation.progress !== 'complete')
          candidates.push(operation);
      }
      return candidates.length === 1 ? candidates[0] : undefined;
    },
    open(operation) {
      pages.set(operation, {
        operation,
        connections: new Set(),
        cancelTimer: () => undefined,
        closing: false,
        ended: false,
      });
    },
    begin(operation, connection) {
      const page = pages.get(operation);
      operation.running += 1;
      operation.requests += 1;
      page?.cancelTimer();
      if (page !== undefined) watch(page, connection.id, connection.closed);
      let over = false;
      return {
        done(progress) {
          if (over) return;
          over = true;
          operation.running -= 1;
          if (rank[progress] > rank[operation.progress]) operation.progress = progress;
          if (page !== undefined && operation.running === 0) rest(page);
        },
      };
    },
    live: () => [...pages.keys()],
    close(operation) {
      const page = pages.get(operation);
      if (page === undefined) return;
      page.closing = true;
      if (operation.running === 0) end(page, 'taken-over');
    },
    closeAll() {
      for (const page of [...pages.values()]) end(page, 'stopping');
    },
  };
}

const rank: Record<Progress, number> = { advertised: 0, exchanged: 1, complete: 2 };
