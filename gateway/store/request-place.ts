/** Where requests stand in a walk. */
import type { RequestPlace, RequestWalk } from './store.ts';

/** Negative where `a` comes first on the walk, 0 for one and the same place. */
export function orderOnWalk({ kind }: RequestWalk, a: RequestPlace, b: RequestPlace): number {
  const sign = kind.startsWith('pending') ? 1 : -1;
  return sign * (a.at - b.at || (a.id < b.id ? -1 : Number(a.id > b.id)));
}
