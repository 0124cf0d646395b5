/** Counts refusals before anybody was known: one entry a minute for each network and reason, and never many. */
import type { EntryOf } from './entry.ts';
import { networkOf } from './network.ts';

/** Networks and reasons told apart within a minute; the rest is counted together: 40 MB of entries a day at worst. */
const toldApart = 100;

/** Counts of one minute, in bounded memory whatever strangers do. */
export class StrangerCounts {
  #counts = new Map<string, EntryOf<'door.refused'>>();

  /** Counts, under the network the address belongs to if there is room for one more. */
  add(counted: EntryOf<'door.refused'>): void {
    const { address, ...rest } = counted;
    const own = { ...rest, ...(address === undefined ? {} : { address: networkOf(address) }) };
    const isTold = this.#counts.has(keyOf(own)) || this.#counts.size < toldApart;
    const kept: EntryOf<'door.refused'> = isTold
      ? own
      : { ...rest, reason: 'many-addresses', door: undefined };
    const key = keyOf(kept);
    const known = this.#counts.get(key) ?? { ...kept, count: 0 };
    this.#counts.set(key, {
      ...known,
      count: known.count + kept.count,
      firstAt: Math.min(known.firstAt, kept.firstAt),
      lastAt: Math.max(known.lastAt, kept.lastAt),
    });
  }

  /** Everything counted; begins anew. */
  take(): readonly EntryOf<'door.refused'>[] {
    const taken = [...this.#counts.values()];
    this.#counts = new Map();
    return taken;
  }
}

function keyOf({ door, address, reason }: EntryOf<'door.refused'>): string {
  return JSON.stringify([door, address, reason]);
}
