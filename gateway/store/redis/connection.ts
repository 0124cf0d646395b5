/** The way to the store, wherever it is now: scripts with a deadline of ours, published changes, and nothing queued while it is away. */
import { StoreError } from '../store-error.ts';
import { addressesText, type StoreAddress } from './address.ts';
import { type Calls, callsOn, type Step } from './calls.ts';
import { openLink, type Way } from './link.ts';
import { primaryOf } from './primary.ts';
import { channel } from './script.ts';

export interface RedisConnection extends Calls {
  /** Each published message, and `undefined` after a reconnect. */
  onMessage(listener: (message: string | undefined) => void): () => void;
  close(): Promise<void>;
}

/** Opens it; rejects with a `StoreError` when there is no answer in time. */
export async function openConnection(
  address: StoreAddress,
  onTrouble: (error: unknown) => void,
  step: Step = async () => undefined,
): Promise<RedisConnection> {
  const { timeoutMs } = address;
  const listeners = new Set<(message: string | undefined) => void>();
  const tell = (message: string | undefined): void => {
    for (const listener of [...listeners]) listener(message);
  };
  let open: { readonly way: Way; readonly calls: Calls } | undefined;
  let wasOpen = false;
  const link = openLink({
    primary: primaryOf(address),
    access: address,
    channel,
    onMessage: tell,
    async look(way) {
      open = { way, calls: callsOn(way, timeoutMs, step) };
    },
    onOpen() {
      if (wasOpen) tell(undefined);
      wasOpen = true;
    },
    onTrouble,
  });
  /** Those of the way that is open now. */
  const calls = (what: string): Calls => {
    if (open === undefined || link.way !== open.way)
      throw new StoreError('STORE_UNREACHABLE', `there is no connection to the store for ${what}`);
    return open.calls;
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
    read: async (script, args) => await calls(script.name).read(script, args),
    change: async (script, node, args) => await calls(script.name).change(script, node, args),
    command: async (args) => await calls(args[0] ?? 'a command').command(args),
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
