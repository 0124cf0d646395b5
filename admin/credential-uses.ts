/** Notes when and from where api credentials are used, for their owners to see; no call waits for it or fails by it. */
import type { Credential } from '../gateway/store/records.ts';
import type { Store } from '../gateway/store/store.ts';
import { ignoreAway } from '../gateway/store/store-error.ts';

/** Of one credential this node notes a use at most this often, so that a loop of calls is no loop of writes. */
const notedEachMs = 5 * 60_000;
/** A use after one that could not be written is tried this much later. */
const triedAgainMs = 10_000;
/** Beyond it the credential noted longest ago is forgotten, and noted once more. */
const notedAtMost = 2_000;

/** Takes a use that was just authenticated. @param at store time */
export type NoteUse = (credential: Pick<Credential, 'hash' | 'kind'>, at: number, address: string) => void;

/** Makes the notes of one node. */
export function credentialUses(deps: {
  readonly store: Pick<Store, 'noteUse'>;
  /** Monotonic milliseconds. */
  readonly clock: () => number;
  readonly onFailed: (error: unknown) => void;
}): NoteUse {
  const { store, clock, onFailed } = deps;
  /** By hash, from when a use is written again; the last noted stands last. */
  const quietUntil = new Map<string, number>();

  return ({ hash, kind }, at, from) => {
    // git's own uses are in the audit.
    if (kind !== 'api' || (quietUntil.get(hash) ?? Number.NEGATIVE_INFINITY) > clock()) return;
    quietUntil.delete(hash);
    const [oldest] = quietUntil.keys();
    if (oldest !== undefined && quietUntil.size >= notedAtMost) quietUntil.delete(oldest);
    quietUntil.set(hash, clock() + notedEachMs);
    store
      .noteUse(hash, { at, from })
      .catch((error: unknown) => {
        if (quietUntil.has(hash)) quietUntil.set(hash, clock() + triedAgainMs);
        return ignoreAway(error);
      })
      .catch(onFailed);
  };
}
