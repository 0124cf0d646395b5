/** Where things stand in a walk. */
import type { GrantWalk, RequestWalk, WalkPlace } from './store.ts';

/** Whether a walk goes from what ends or lapses first to the last; else it begins with the newest. */
export function isUpward({ kind }: RequestWalk | GrantWalk): boolean {
  return kind === 'open' || kind === 'pending-critical' || kind === 'pending-other';
}

/** Negative where `a` comes first on the walk, 0 for one and the same place. */
export function orderOnWalk(walk: RequestWalk | GrantWalk, a: WalkPlace, b: WalkPlace): number {
  const sign = isUpward(walk) ? 1 : -1;
  return sign * (a.at - b.at || (a.id < b.id ? -1 : Number(a.id > b.id)));
}
