/** What a cut connection still gets: a moment for the closing text, never for more of the repository. */
import type { Writable } from 'node:stream';

/**
 * No repository byte is handed to a socket later than this after the lease was lost. Promise 2 allows 1 s after the end itself: the
 * rest is for hearing of it, where one lock ends a thousand transfers.
 */
const handOverMs = 700;

/**
 * Resets the connection when what was queued before the cut has not left the process in time, or when the client has
 * not closed within the grace. A reset drops what the kernel still holds: with a slow client that is megabytes. Behind the
 * closing text the connection ends: a balancer keeps it no longer, and no other request is on it when it is reset.
 *
 * @param graceMs 0 resets at once, for critical rules
 */
export function resetAfterGrace(
  response: Writable,
  connection: { readonly closed: Promise<void>; end(): void; reset(): void },
  graceMs: number,
): void {
  if (response.writableFinished) connection.end();
  else response.once('finish', () => connection.end());
  const timers = [
    setTimeout(
      () => {
        if (!response.writableFinished) connection.reset();
      },
      Math.min(handOverMs, graceMs),
    ),
    setTimeout(() => connection.reset(), graceMs),
  ];
  void connection.closed.then(() => timers.forEach(clearTimeout));
}
