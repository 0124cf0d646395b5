/** Keeps the page's lists current: the gateway tells what kind of thing has changed, and what shows such things is read again. */
import type { QueryClient, QueryKey } from '@tanstack/react-query';

/** Whether the gateway tells of changes at the moment; lists are read more often while it does not. */
let isTold = false;

/** Between two readings while changes are told: messages between nodes get lost, and some of what is shown changes silently. */
const toldPollMs = 30_000;
/** Between two readings of a list that others may change, while nobody tells. */
const untoldPollMs = 5_000;
/** A stream that was refused, or that a proxy answered for, is asked for again after so long. */
const retryMs = 20_000;

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

/**
 * Listens while the tab can be seen: browsers allow six connections to a host, and a hidden tab would keep one for nothing.
 *
 * @returns what ends the listening
 */
export function listenForChanges(queries: QueryClient): () => void {
  let source: EventSource | undefined;
  let again: ReturnType<typeof setTimeout> | undefined;

  const readAll = () => void queries.invalidateQueries();
  const told = (event: MessageEvent<string>) => {
    const { kinds } = JSON.parse(event.data) as { kinds: readonly string[] };
    const keys = kinds.map((kind) => readers[kind]);
    if (keys.includes(undefined)) return readAll();
    const each = new Map(keys.flatMap((of) => of ?? []).map((key) => [JSON.stringify(key), key]));
    for (const queryKey of each.values()) void queries.invalidateQueries({ queryKey });
  };
  const close = () => {
    clearTimeout(again);
    source?.close();
    source = undefined;
    isTold = false;
  };
  const open = () => {
    close();
    source = new EventSource('/api/events');
    // What changed before the gateway listened for this page was told to nobody.
    source.addEventListener('ready', () => {
      isTold = true;
      readAll();
    });
    source.addEventListener('changed', told);
    source.addEventListener('error', () => {
      const isRefused = source?.readyState === EventSource.CLOSED;
      const wasTold = isTold;
      isTold = false;
      // Else the next reading would be as far off as while changes were told.
      if (wasTold || isRefused) readAll();
      if (isRefused) again = setTimeout(open, retryMs);
    });
  };
  const turn = () => {
    if (document.visibilityState === 'hidden') return close();
    if (source === undefined) open();
  };

  document.addEventListener('visibilitychange', turn);
  turn();
  return () => {
    document.removeEventListener('visibilitychange', turn);
    close();
  };
}
