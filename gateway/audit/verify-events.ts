/** What entries say of each other across chains: events of the store that count once, and operations that end. */
import { hash } from 'node:crypto';
import type { SealedEntry } from './line.ts';

interface SeenEvent {
  /** 48 bits of a hash over what the entry says of the event. */
  readonly content: number;
  /** The chain that wrote it as its own. */
  owner: string | undefined;
}

/** Everything of a verification that goes across chains. */
export class CrossChecks {
  readonly #events = new Map<string, Map<number, SeenEvent>>();
  readonly #open = new Map<string, string>();
  readonly #endsOnly = new Set<string>();
  #repeated = 0;

  /** Entries that told an event of the store again: by another node after its first died, or by the same after a restart. */
  get repeated(): number {
    return this.#repeated;
  }

  /** Operations of a chain without an end in any chain. */
  openOf(chain: string): readonly string[] {
    return [...this.#open].filter(([, of]) => of === chain).map(([operationId]) => operationId);
  }

  /** @returns what is wrong with an entry, if anything */
  note(entry: SealedEntry): string | undefined {
    const { type, operationId, storeSeq } = entry;
    if (typeof operationId === 'string') this.#noteOperation(type, operationId, entry.chain);
    return typeof storeSeq === 'number' ? this.#noteEvent(entry, storeSeq) : undefined;
  }

  #noteOperation(type: string, operationId: string, chain: string): void {
    if (type === 'operation.started' && !this.#endsOnly.delete(operationId))
      this.#open.set(operationId, chain);
    if (type === 'operation.ended' && !this.#open.delete(operationId)) this.#endsOnly.add(operationId);
  }

  #noteEvent(entry: SealedEntry, storeSeq: number): string | undefined {
    const store = typeof entry.store === 'string' ? entry.store : '';
    const seen = this.#events.get(store) ?? new Map<number, SeenEvent>();
    this.#events.set(store, seen);
    const owner = entry.adoptedFrom === undefined ? entry.chain : undefined;
    const known = seen.get(storeSeq);
    if (known === undefined) {
      seen.set(storeSeq, { content: contentOf(entry), owner });
      return undefined;
    }
    this.#repeated += 1;
    if (known.content !== contentOf(entry))
      return `is event ${storeSeq} of the store once more, and says something else`;
    if (owner !== undefined && known.owner !== undefined && known.owner !== owner) {
      return `is event ${storeSeq} of the store once more: chain ${known.owner} has it too, and neither was adopted`;
    }
    known.owner ??= owner;
    return undefined;
  }
}

function contentOf(entry: SealedEntry): number {
  const {
    v: _v,
    chain: _chain,
    seq: _seq,
    at: _at,
    prev: _prev,
    hash: _hash,
    adoptedFrom: _from,
    ...content
  } = entry;
  return Number.parseInt(hash('sha256', JSON.stringify(content), 'hex').slice(0, 12), 16);
}
