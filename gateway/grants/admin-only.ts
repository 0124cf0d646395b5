/** What only holders of the role admin may do. */
import type { Principal } from '../store/records.ts';
import type { Policy } from './policy.ts';
import { groupsStale, type Refusal, refuse } from './refusal.ts';

/** Undefined when the principal is an admin now; `act` begins the refusal: `locking`, `cutting an operation`. */
export function unlessAdmin(act: string, by: Principal, policy: Policy, now: number): Refusal | undefined {
  const { held, stale } = policy.rolesOf(by, now);
  if (held.has('admin')) return undefined;
  return stale.has('admin') ? groupsStale : refuse('role-missing', `${act} needs the role admin`);
}
