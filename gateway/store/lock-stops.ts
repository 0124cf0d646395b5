/** Which locks stop an operation. */
import type { Lock, Right } from './records.ts';

interface LockAsk {
  readonly principalId: string;
  readonly repository: string;
  readonly right: Right;
}

/** Whether the lock is on this principal or repository at all, lapsed, excepted and other-right ones included. */
export function isOn(lock: Lock, ask: Omit<LockAsk, 'right'>): boolean {
  switch (lock.on.kind) {
    case 'principal':
      return lock.on.principalId === ask.principalId;
    case 'repository':
      return lock.on.repository === ask.repository;
    case 'upstream':
      return ask.repository.startsWith(`${lock.on.upstream}/`);
    case 'everything':
      return true;
  }
}

/** Whether the lock stops this operation at `now`, the store's time. A lock on `push` lets a fetch pass, and the other way round. */
export function stops(lock: Lock, ask: LockAsk, now: number): boolean {
  return (
    isOn(lock, ask) &&
    (lock.right === undefined || lock.right === ask.right) &&
    !lock.except.includes(ask.principalId) &&
    (lock.until === undefined || lock.until > now)
  );
}
