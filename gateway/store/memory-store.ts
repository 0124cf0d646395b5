/** The in-process store: for one process and for trying things out. Nothing outlives the process. */
import { type Book, newBook } from './memory/book.ts';
import { memoryCredentials } from './memory/credentials.ts';
import { memoryGate } from './memory/gate.ts';
import { memoryGrantWalk } from './memory/grant-walk.ts';
import { memoryGrants } from './memory/grants.ts';
import { memoryHeads } from './memory/heads.ts';
import { memoryKeyLinks } from './memory/key-links.ts';
import { memoryLocks } from './memory/locks.ts';
import { memoryOperations } from './memory/operations.ts';
import { memoryOutbox } from './memory/outbox.ts';
import { memoryPeople } from './memory/people.ts';
import { memoryRefreshes } from './memory/refreshes.ts';
import { memoryReports } from './memory/reports.ts';
import { memoryRequestWalk } from './memory/request-walk.ts';
import { memoryRequests } from './memory/requests.ts';
import { memorySharedEntries } from './memory/shared-entries.ts';
import { memorySignIns } from './memory/sign-ins.ts';
import { memoryStanding } from './memory/standing.ts';
import type { Store } from './store.ts';

/** How to open an in-process store. */
export interface MemoryStoreOptions {
  /** Who claims events in the outbox. */
  readonly nodeId: string;
  /** Epoch ms; the wall clock when not given. Ignored when `book` is given. */
  readonly now?: () => number;
  /** The state to share with other stores of this process, as nodes share one Redis. */
  readonly book?: Book;
}

/** Opens a store over its own state, or over a shared book. */
export function memoryStore({ nodeId, now, book = newBook(now ?? Date.now) }: MemoryStoreOptions): Store {
  const listeners = new Set<Parameters<Store['onChange']>[0]>();
  const stop = (listener: Parameters<Store['onChange']>[0]) => {
    listeners.delete(listener);
    book.listeners.delete(listener);
  };
  return {
    ...memoryStanding(book, nodeId),
    ...memoryPeople(book),
    ...memoryCredentials(book, nodeId),
    ...memorySignIns(book, nodeId),
    ...memoryKeyLinks(book, nodeId),
    ...memoryRefreshes(book),
    ...memoryRequests(book, nodeId),
    ...memoryRequestWalk(book),
    ...memoryGrants(book, nodeId),
    ...memoryGrantWalk(book),
    ...memoryLocks(book, nodeId),
    ...memoryGate(book, nodeId),
    ...memoryOperations(book, nodeId),
    ...memoryOutbox(book, nodeId),
    ...memoryHeads(book),
    ...memorySharedEntries(book),
    ...memoryReports(book),
    onChange(listener) {
      const own: typeof listener = (change) => listener(change);
      listeners.add(own);
      book.listeners.add(own);
      return () => stop(own);
    },
    async close() {
      for (const listener of listeners) stop(listener);
    },
  };
}
