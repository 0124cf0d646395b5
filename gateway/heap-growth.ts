/** How much a gateway's heap may grow before all of it is collected. */
import { constants, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';

/**
 * V8 counts the buffers that packs pass through as growth of the heap. After its first whole collection a calm gateway has
 * some 33 MB left and is allowed little more, so that 25 MB of pack in flight are enough for the next one: 47 whole collections
 * for each GB of a clone, two thirds of its processor time. The same share of a heap that a thousand stalled clones live in
 * would be hundreds of MB of garbage, so it is room in bytes that is given, whatever lives.
 */
const roomBytes = 67_108_864;
/** V8's own bounds, nearly. */
const leastPercent = 20;
const mostPercent = 300;

let watched = false;

/** For the whole process and its life, from the next whole collection on. */
export function letHeapGrow(): void {
  if (watched) return;
  watched = true;
  allow(mostPercent);
  new PerformanceObserver((list) => {
    const whole = list.getEntries().some(isWhole);
    if (whole) allow(percentFor(getHeapStatistics()));
  }).observe({ entryTypes: ['gc'] });
}

/** What a heap may grow by, of what lives in it and of the buffers it holds. */
export function percentFor(left: {
  readonly used_heap_size: number;
  readonly external_memory: number;
}): number {
  const percent = Math.round((100 * roomBytes) / (left.used_heap_size + left.external_memory));
  return Math.min(mostPercent, Math.max(leastPercent, percent));
}

/** Node's types do not know the detail of such an entry. */
function isWhole(entry: PerformanceEntry & { readonly detail?: { readonly kind?: number } }): boolean {
  return entry.detail?.kind === constants.NODE_PERFORMANCE_GC_MAJOR;
}

function allow(percent: number): void {
  setFlagsFromString(`--heap-growing-percent=${percent}`);
}
