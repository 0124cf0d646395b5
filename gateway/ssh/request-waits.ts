/** Commands that wait for the answer to a request: told by the store's changes, and by a re-read should one be missed. */
import type { ElevationRequest } from '../store/records.ts';
import type { Store } from '../store/store.ts';

/** How a wait ends. */
export type WaitEnd =
  /** Approved, denied, withdrawn or lapsed. */
  | { readonly kind: 'decided'; readonly request: ElevationRequest }
  /** Nobody answered for as long as the command may wait; the request still waits. */
  | { readonly kind: 'timed-out' }
  /** The client has left. */
  | { readonly kind: 'left' }
  /** This node is about to stop. */
  | { readonly kind: 'stopping' }
  /** Too many wait already, of this person or on this node. */
  | { readonly kind: 'too-many' }
  /** The store knows no such request any more. */
  | { readonly kind: 'gone' };

export interface RequestWaits {
  /** Never rejects: a store that is away is asked again until the time is over. */
  wait(
    request: Pick<ElevationRequest, 'id' | 'principalId'>,
    until: { readonly closed: Promise<void>; readonly mostMs: number },
  ): Promise<WaitEnd>;
  /** Ends all that wait, and all that come later at once; answers how many did. */
  stop(): number;
  readonly size: number;
}

export interface RequestWaitsNeeds {
  readonly store: Pick<Store, 'request' | 'onChange'>;
  bounds(): { readonly maxWaits: number; readonly maxWaitsPerPerson: number };
  /** Runs `work` once `ms` have passed and answers how to call it off. */
  after(ms: number, work: () => void): () => void;
  onTrouble(error: unknown): void;
}

/** What a lost message costs at most. */
export const rereadMs = 5_000;

/** All that wait for one request: they share its reads. */
interface Watched {
  readonly principalId: string;
  readonly enders: Set<(end: WaitEnd) => void>;
  isReading: boolean;
  isStale: boolean;
}

export function keepRequestWaits(needs: RequestWaitsNeeds): RequestWaits {
  const { store, after } = needs;
  const watched = new Map<string, Watched>();
  let size = 0;
  let isStopped = false;
  let callOff: (() => void) | undefined;

  const ended = async (requestId: string): Promise<WaitEnd | undefined> => {
    try {
      const request = await store.request(requestId);
      if (request === undefined) return { kind: 'gone' };
      return request.state.kind === 'pending' ? undefined : { kind: 'decided', request };
    } catch (error) {
      needs.onTrouble(error);
      return undefined;
    }
  };

  const reread = async (requestId: string): Promise<void> => {
    const watch = watched.get(requestId);
    if (watch === undefined) return;
    watch.isStale = true;
    if (watch.isReading) return;
    watch.isReading = true;
    while (watch.isStale) {
      watch.isStale = false;
      const end = await ended(requestId);
      if (end !== undefined) for (const finish of [...watch.enders]) finish(end);
    }
    watch.isReading = false;
  };

  const rereadAll = (): void => {
    for (const requestId of watched.keys()) void reread(requestId);
  };

  const round = (): void => {
    callOff = undefined;
    if (watched.size === 0) return;
    rereadAll();
    callOff = after(rereadMs, round);
  };

  // Of the person's other requests and grants nothing is looked at: each command waits for the request it shows.
  const stopListening = store.onChange((change) => {
    if (change === undefined) rereadAll();
    else if (change.kind === 'request') void reread(change.id);
  });

  const ofPerson = (principalId: string): number => {
    let count = 0;
    for (const watch of watched.values()) if (watch.principalId === principalId) count += watch.enders.size;
    return count;
  };

  return {
    get size() {
      return size;
    },
    wait({ id, principalId }, { closed, mostMs }) {
      if (isStopped) return Promise.resolve({ kind: 'stopping' });
      const { maxWaits, maxWaitsPerPerson } = needs.bounds();
      if (size >= maxWaits || ofPerson(principalId) >= maxWaitsPerPerson)
        return Promise.resolve({ kind: 'too-many' });
      return new Promise((resolve) => {
        const watch = watched.get(id) ?? {
          principalId,
          enders: new Set(),
          isReading: false,
          isStale: false,
        };
        watched.set(id, watch);
        const finish = (end: WaitEnd): void => {
          if (!watch.enders.delete(finish)) return;
          size -= 1;
          if (watch.enders.size === 0) watched.delete(id);
          if (watched.size === 0) {
            callOff?.();
            callOff = undefined;
          }
          stopTimer();
          resolve(end);
        };
        watch.enders.add(finish);
        size += 1;
        const stopTimer = after(mostMs, () => {
          // An answer of this very moment counts.
          void ended(id).then((end) => finish(end ?? { kind: 'timed-out' }));
        });
        callOff ??= after(rereadMs, round);
        void closed.then(() => finish({ kind: 'left' }));
        // It may have been answered before anybody listened.
        void reread(id);
      });
    },
    stop() {
      if (isStopped) return 0;
      isStopped = true;
      stopListening();
      const count = size;
      for (const watch of [...watched.values()])
        for (const finish of [...watch.enders]) finish({ kind: 'stopping' });
      return count;
    },
  };
}
