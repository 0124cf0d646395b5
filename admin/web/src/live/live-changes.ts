/** Keeps the page's lists current: the gateway tells what kind of thing has changed, and what shows such things is read again. */
import type { QueryClient, QueryKey } from '@tanstack/react-query';
import { listen } from './listen.ts';

/** First part of the key of what is read of the audit; its own stream tells of what comes. */
export const auditEntriesKey = 'audit-entries';

/** Whether the gateway tells of changes at the moment; lists are read more often while it does not. */
let isTold = false;

/** Between two readings while changes are told: messages between nodes get lost, and some of what is shown changes silently. */
const toldPollMs = 30_000;
/** Between two readings of a list that others may change, while nobody tells. */
const untoldPollMs = 5_000;
/** How often a query is read again by itself; what could not be read is tried again soon. */
export function pollMs({ state }: { readonly state: { readonly status: string } }): number {
  return isTold && state.status !== 'error' ? toldPollMs : untoldPollMs;
}

/** What shows things of a kind. */
const readers: Readonly<Record<string, readonly QueryKey[]>> = {
  requests: [['requests'], ['can']],
  grants: [['grants'], ['requests'], ['can']],
  locks: [['locks'], ['operations'], ['can']],
  operations: [['operations']],
  credentials: [['credentials'], ['keys'], ['key-link']],
  me: [['me'], ['rules'], ['can']],
};

/** What is read again when nobody knows what has changed: everything but the audit's entries, which never do. */
const readable = ({ queryKey }: { readonly queryKey: QueryKey }) => queryKey[0] !== auditEntriesKey;

/**
 * Listens while the tab can be seen, and reads everything again when it is seen once more.
 *
 * @returns what ends the listening
 */
export function listenForChanges(queries: QueryClient): () => void {
  const reading = new Set<string>();
  const again = new Set<string>();
  /** What is being read is not begun anew for each change, or a long list would never be there: it is read once more behind that. */
  const read = (queryKey: QueryKey): void => {
    const name = JSON.stringify(queryKey);
    if (reading.has(name)) return void again.add(name);
    reading.add(name);
    void queries.invalidateQueries({ queryKey }).finally(() => {
      reading.delete(name);
      if (again.delete(name)) read(queryKey);
    });
  };
  const readAll = () => void queries.invalidateQueries({ predicate: readable });
  const stop = listen({
    address: '/api/events',
    on: {
      // What changed before the gateway listened for this page was told to nobody.
      ready() {
        isTold = true;
        readAll();
      },
      changed(data) {
        const { kinds } = data as { readonly kinds: readonly string[] };
        const keys = kinds.map((kind) => readers[kind]);
        if (keys.includes(undefined)) return readAll();
        const each = new Map(keys.flatMap((of) => of ?? []).map((key) => [JSON.stringify(key), key]));
        for (const queryKey of each.values()) read(queryKey);
      },
    },
    onBroken(isRefused) {
      const wasTold = isTold;
      isTold = false;
      // Else the next reading would be as far off as while changes were told.
      if (wasTold || isRefused) readAll();
    },
    onHidden() {
      isTold = false;
    },
  });
  return () => {
    stop();
    isTold = false;
  };
}
