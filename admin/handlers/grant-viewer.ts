/** Grants as the caller of a handler sees them, with everybody they name. */
import type { StandingGrant } from '../../gateway/store/records.ts';
import type { AdminDeps } from '../admin-deps.ts';
import type { Caller } from '../caller.ts';
import type { GrantView } from '../schemas/grants.ts';
import { peopleOf, viewGrant } from '../views/grant-view.ts';
import { findPeople } from '../views/people.ts';

/** Views of grants, in their order. */
export type ViewGrants = (
  caller: Caller,
  grants: readonly StandingGrant[],
  now: number,
) => Promise<GrantView[]>;

/** Makes views with one look-up for all the people in them. */
export function grantViewer(deps: Pick<AdminDeps, 'store' | 'policy' | 'config'>): ViewGrants {
  return async ({ principal }, grants, now) => {
    const { person } = await findPeople(deps.store, grants.flatMap(peopleOf));
    const { publicUrl } = deps.config();
    const viewing = { viewer: principal, person, policy: deps.policy(), publicUrl, now };
    return grants.map((grant) => viewGrant(grant, viewing));
  };
}
