/** How many entries of each kind there are over time, in stretches that grow until they are few. */
import type { SealedEntry } from './line.ts';

/** Entries of one type, and of one outcome where its type has such a thing. */
export interface KindCount {
  readonly type: string;
  readonly outcome?: string;
  readonly count: number;
}

/** Times in epoch ms, `to` not included. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly kinds: readonly KindCount[];
}

/** All stretches are of one length and begin at its multiples of epoch ms; those without an entry are left out. */
export interface CountedTime {
  readonly spanMs: number;
  readonly stretches: readonly Stretch[];
}

/** Spans that people think in, in ms; each is a multiple of the one before, so that stretches can be put together. Then they double. */
const spans = [
  100, 500, 1_000, 5_000, 10_000, 30_000, 60_000, 300_000, 900_000, 3_600_000, 14_400_000, 43_200_000,
  86_400_000, 604_800_000,
];

/** A type, or a type and an outcome behind a space. */
export type Kind = string;

export function kindOf({ type, outcome }: Pick<SealedEntry, 'type'> & { readonly outcome?: unknown }): Kind {
  return typeof outcome === 'string' && /^[a-z-]{1,32}$/.test(outcome) ? `${type} ${outcome}` : type;
}

/** The type in a kind. */
export function typeOf(kind: Kind): string {
  return kind.split(' ', 1)[0] ?? kind;
}

export class TimeCounts {
  readonly #most: number;
  #spanMs: number;
  #stretches = new Map<number, Map<Kind, number>>();
  #first = Number.POSITIVE_INFINITY;
  #last = Number.NEGATIVE_INFINITY;

  /**
   * @param most stretches from the first entry to the last, those without one included; at least 2
   * @param spanMs the shortest that a stretch may be
   */
  constructor(most: number, spanMs = spans[0] ?? 100) {
    this.#most = most;
    this.#spanMs = spanMs;
  }

  /** Makes the stretches as long as they must be to reach over this time. */
  reach(from: number, to: number): void {
    this.#first = Math.min(this.#first, from);
    this.#last = Math.max(this.#last, to);
    const before = this.#spanMs;
    while (this.#number(this.#last) - this.#number(this.#first) >= this.#most)
      this.#spanMs = longer(this.#spanMs);
    if (this.#spanMs === before) return;
    const counted = this.#stretches;
    this.#stretches = new Map();
    for (const [number, kinds] of counted)
      for (const [kind, count] of kinds) this.#put(number * before, kind, count);
  }

  add(at: number, kind: Kind, count = 1): void {
    this.reach(at, at);
    this.#put(at, kind, count);
  }

  /** What was counted elsewhere, in stretches that are no longer than the shortest here. */
  addCounted({ stretches }: CountedTime): void {
    for (const { from, kinds } of stretches)
      for (const { count, ...kind } of kinds) this.add(from, kindOf(kind), count);
  }

  /** Whether both moments fall into one stretch, as they are now; they will later too. */
  isOneStretch(from: number, to: number): boolean {
    return this.#number(from) === this.#number(to);
  }

  counted(): CountedTime {
    const spanMs = this.#spanMs;
    const sorted = [...this.#stretches].sort(([a], [b]) => a - b);
    return {
      spanMs,
      stretches: sorted.map(([number, kinds]) => ({
        from: number * spanMs,
        to: (number + 1) * spanMs,
        kinds: [...kinds]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([kind, count]) => {
            const [type = '', outcome] = kind.split(' ');
            return { type, ...(outcome === undefined ? {} : { outcome }), count };
          }),
      })),
    };
  }

  #number(at: number): number {
    return Math.floor(at / this.#spanMs);
  }

  #put(at: number, kind: Kind, count: number): void {
    const number = this.#number(at);
    const kinds = this.#stretches.get(number) ?? new Map<Kind, number>();
    kinds.set(kind, (kinds.get(kind) ?? 0) + count);
    this.#stretches.set(number, kinds);
  }
}

function longer(spanMs: number): number {
  return spans.find((span) => span > spanMs) ?? spanMs * 2;
}
