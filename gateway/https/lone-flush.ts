/** Looking at a push's body before anything is decided: is it git's probe, and how does its client want to be answered? */
import type { IncomingMessage } from 'node:http';
import { holdUpTo } from '../relay/body.ts';

/** Whether the body is exactly `0000`; reads nothing of bodies that say they are longer. */
export async function isLonePush(request: IncomingMessage): Promise<boolean> {
  if (request.headers['content-length'] !== '4') return false;
  try {
    const held = await holdUpTo(request, 4, () => undefined);
    return Buffer.concat(held.chunks).toString('latin1') === '0000';
  } catch {
    return false;
  }
}
