/** Whether a provider says of a principal what it said before. */
import type { Principal } from './records.ts';

/** Compares what others may decide by or see: name, e-mail and groups, not when they were last vouched for. */
export function isSameProfile(a: Profile, b: Profile): boolean {
  return JSON.stringify(shown(a)) === JSON.stringify(shown(b));
}

type Profile = Pick<Principal, 'name' | 'email' | 'emailVerified' | 'groups'>;

function shown({ name, email, emailVerified, groups }: Profile): unknown {
  return [name, email, emailVerified, groups];
}
