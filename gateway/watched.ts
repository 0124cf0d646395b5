/** What operators watch of a node: counts of its last hours in short stretches, and how its Git hosts answered. Pure but for the clock it is given. */
import type { FigureStretch, Figures, UpstreamReport } from './store/records.ts';
import { stretchMs } from './store/spans.ts';

/** Six hours: a small record. */
const stretchesAtMost = 72;
/** Hosts that a report tells of; no configuration has near as many. */
const upstreamsAtMost = 200;

/** Counts as it goes. */
export interface Watched {
  count(what: keyof Figures, by?: number): void;
  /** A Git host answered what it was asked. */
  answered(upstream: string): void;
  /** It did not; `kind` is the trouble's. */
  troubled(upstream: string, kind: string): void;
  /** The last six hours, oldest first. */
  stretches(): readonly FigureStretch[];
  /** What is known of these hosts since the start. */
  upstreams(names: Iterable<string>): readonly UpstreamReport[];
  /** Takes over what an earlier process of this node counted. */
  goOnFrom(stretches: readonly FigureStretch[]): void;
}

const none: Figures = { bytesUp: 0, bytesDown: 0, operations: 0, refusals: 0, cuts: 0 };

/** @param now epoch ms */
export function watched(now: () => number): Watched {
  const stretches = new Map<number, { -readonly [K in keyof FigureStretch]: number }>();
  const hosts = new Map<string, Omit<UpstreamReport, 'name'>>();
  const beginOf = (at: number): number => Math.floor(at / stretchMs) * stretchMs;
  const oldest = (): number => beginOf(now()) - (stretchesAtMost - 1) * stretchMs;
  const open = (at: number) => {
    const stretch = stretches.get(at) ?? { at, ...none };
    if (!stretches.has(at)) {
      stretches.set(at, stretch);
      for (const before of stretches.keys()) if (before < oldest()) stretches.delete(before);
    }
    return stretch;
  };
  return {
    count(what, by = 1) {
      open(beginOf(now()))[what] += by;
    },
    answered(upstream) {
      hosts.set(upstream, { ...hosts.get(upstream), answeredAt: now() });
    },
    troubled(upstream, kind) {
      hosts.set(upstream, { ...hosts.get(upstream), trouble: { at: now(), kind } });
    },
    stretches: () =>
      [...stretches.values()].filter(({ at }) => at >= oldest()).toSorted((a, b) => a.at - b.at),
    upstreams: (names) => [...names].slice(0, upstreamsAtMost).map((name) => ({ name, ...hosts.get(name) })),
    goOnFrom(earlier) {
      for (const { at, ...figures } of earlier) {
        if (at < oldest() || at > now() || at !== beginOf(at)) continue;
        const stretch = open(at);
        for (const what of Object.keys(none) as (keyof Figures)[]) stretch[what] += figures[what];
      }
    },
  };
}
