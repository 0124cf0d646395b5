/** The way to the store, wherever it is now: scripts with a deadline of ours, published changes, and nothing queued while it is away. */
import { StoreError } from '../store-error.ts';
import { addressesText, type StoreAddress } from './address.ts';
import { type Calls, callsOn, type Step } from './calls.ts';
import type { Guard } from './guard.ts';
import { openLink, type Way } from './link.ts';
import { primaryOf } from './primary.ts';
import { channel } from './script.ts';

export interface RedisConnection extends Calls {
  /** Each published message, and `undefined` after a reconnect. */
  onMessage(listener: (message: string | undefined) => void): () => void;
  close(): Promise<void>;
}

/**
 * Opens it; rejects with a `StoreError` when there is no answer in time.
 *
 * @param guard looks at the store before it is used; one that it does not trust is there and not served
 */
export async function openConnection(
  address: StoreAddress,
  onTrouble: (error: unknown) => void,
  { step = async () => undefined, guard }: { step?: Step | undefined; guard?: Guard | undefined } = {},
): Promise<RedisConnection> {
  const { timeoutMs } = address;
  const listeners = new Set<(message: string | undefined) => void>();
  const tell = (message: string | undefined): void => {
    for (const listener of [...listeners]) listener(message);
  };
  let open: { readonly way: Way; readonly calls: Calls; readonly bare: Calls } | undefined;
  let examining: Promise<void> | undefined;
  /** Looks, once for all who wait for it. */
  const examine = (bare: Calls): Promise<void> => {
    examining ??= (guard?.examine(bare) ?? Promise.resolve()).finally(() => {
      examining = undefined;
    });
    return examining;
  };
  let wasOpen = false;
  const link = openLink({
    primary: primaryOf(address),
    access: address,
    channel,
    onMessage: tell,
    async look(way) {
      const bare = callsOn(way, timeoutMs, step);
      const watcher = guard && {
        get trusted() {
          return guard.trusted;
        },
        // What comes late from a server that was left says nothing of this one.
        saw(generation: string, seq: number) {
          if (open?.way !== way) return;
          guard.saw(generation, seq);
          if (guard.trusted === undefined) examine(bare).catch(onTrouble);
        },
      };
      open = { way, calls: callsOn(way, timeoutMs, step, watcher), bare };
      await examining?.catch(() => undefined);
      await examine(bare);
    },
    onOpen() {
      if (wasOpen) tell(undefined);
      wasOpen = true;
    },
    onTrouble,
  });
  /** Those of the way that is open now. */
  const calls = async (what: string): Promise<Calls> => {
    if (open === undefined || link.way !== open.way)
      throw new StoreError('STORE_UNREACHABLE', `there is no connection to the store for ${what}`);
    const { calls, bare } = open;
    if (guard === undefined || guard.trusted !== undefined) return calls;
    await examine(bare);
    if (guard.trusted !== undefined) return calls;
    throw new StoreError('STORE_LOST', `the store is not the one this node knows; ${what} was not asked`);
  };

  try {
    await link.opened(timeoutMs);
  } catch (cause) {
    link.close();
    throw new StoreError('STORE_UNREACHABLE', `no connection to the store at ${addressesText(address)}`, {
      cause,
    });
  }

  return {
    read: async (script, args) => await (await calls(script.name)).read(script, args),
    change: async (script, node, args) => await (await calls(script.name)).change(script, node, args),
    async command(args) {
      if (open === undefined || link.way !== open.way)
        throw new StoreError('STORE_UNREACHABLE', 'there is no connection to the store');
      return await open.bare.command(args);
    },
    onMessage(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      listeners.clear();
      link.close();
    },
  };
}
