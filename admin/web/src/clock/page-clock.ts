/** The page's one clock and the beat of its countdowns. */
import { useSyncExternalStore } from 'react';
import { serverClock } from './server-clock.ts';

/** Set by every answer of the API. */
export const clock = serverClock(
  () => performance.now(),
  () => Date.now(),
);

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setTimeout> | undefined;
let shown = clock.now();

/** One timer for the whole page, at the full seconds of the server's clock, so that all countdowns step together. */
function beat(): void {
  shown = clock.now();
  for (const listener of listeners) listener();
  timer = listeners.size === 0 ? undefined : setTimeout(beat, 1_000 - (shown % 1_000) + 5);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === undefined) timer = setTimeout(beat, 0);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearTimeout(timer);
    timer = undefined;
  };
}

/** While nothing ticks, the time shown last may be old or from before the first answer. */
function current(): number {
  if (timer === undefined && Math.abs(clock.now() - shown) > 1_000) shown = clock.now();
  return shown;
}

/** The server's time in epoch ms; the component is drawn again every second. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, current);
}

/** The viewer's zone. */
export const viewerZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
