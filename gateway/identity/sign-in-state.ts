/** The `state` of one trip to the provider: random, and carrying where the browser wanted to go. */
import { randomBytes } from 'node:crypto';
import { localPath } from './local-path.ts';

/** What a callback tells even when its attempt is gone. */
export interface Trip {
  /** A path of this gateway. */
  readonly returnTo: string;
  /** How often this trip was started over by a stale callback. */
  readonly restarts: number;
}

/** Makes a state: 256 random bits, then the trip. It is looked up by its hash, so nobody gains by writing one. */
export function makeState({ returnTo, restarts }: Trip): string {
  const trip = Buffer.from(JSON.stringify([returnTo, restarts])).toString('base64url');
  return `${randomBytes(32).toString('base64url')}.${trip}`;
}

/** Reads the trip of a state that anyone may have written: a path that is not ours stands as the front page. */
export function readTrip(state: string | undefined): Trip {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(state?.split('.')[1] ?? '', 'base64url').toString());
    if (!Array.isArray(parsed)) return { returnTo: '/', restarts: 0 };
    const [path, restarts]: unknown[] = parsed;
    return {
      returnTo: localPath(typeof path === 'string' ? path : undefined) ?? '/',
      restarts: Number.isInteger(restarts) ? Math.max(0, Number(restarts)) : 0,
    };
  } catch {
    return { returnTo: '/', restarts: 0 };
  }
}
