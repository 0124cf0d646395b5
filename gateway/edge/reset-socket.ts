/** Resets a connection whatever state it is in. */
import type { Socket } from 'node:net';

/**
 * Drops what the kernel still holds and resets (RST); harmless on a dead one.
 *
 * A socket in the very moment of its shutdown is closed instead: libuv refuses to reset it (EINVAL), and Node 20 then keeps it
 * open for ever and never tells `close`.
 *
 * @param spoken the socket that is written to, where TLS lies above `raw`
 */
export function resetSocket(raw: Socket, spoken: Socket = raw): void {
  if (raw.destroyed) return;
  const isShuttingDown = spoken.writableEnded && !spoken.writableFinished && spoken.writableLength === 0;
  try {
    if (isShuttingDown) raw.destroy();
    else raw.resetAndDestroy();
  } catch {
    raw.destroy();
  }
}
