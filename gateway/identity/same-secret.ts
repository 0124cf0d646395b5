/** Compares secrets without a time that tells how much of them is right. */
import { createHash, timingSafeEqual } from 'node:crypto';

/** Whether two secrets are equal; takes the same time wherever they differ and whatever their lengths. */
export function isSameSecret(one: string, other: string): boolean {
  return timingSafeEqual(digest(one), digest(other));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
