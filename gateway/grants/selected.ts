/** Whether a selector of the policy picks a principal. */
import { formatSelector, type Selector } from '../../config/selector.ts';
import type { Principal } from '../store/records.ts';

/** The issuer under which workloads are enrolled, their name being the subject; no provider can have it, since an issuer is an https address. */
export const workloadIssuer = 'sluice:workload';

/** `groups-stale`: only by groups that the provider vouched for too long ago, so signing in again may help. */
export type Selected = 'yes' | 'no' | 'groups-stale';

/**
 * Whether any of the selectors picks the principal at `now`.
 *
 * Identity is issuer + subject; an address matches only when verified, and without regard to case (case H3).
 */
export function selects(
  selectors: readonly Selector[],
  principal: Principal,
  now: number,
  groupsMaxAgeMs: number,
): Selected {
  const areFresh = principal.issuer === workloadIssuer || now - principal.groupsAt <= groupsMaxAgeMs;
  let answer: Selected = 'no';
  for (const selector of selectors) {
    if (!picks(selector, principal)) continue;
    if (selector.kind !== 'group' || areFresh) return 'yes';
    answer = 'groups-stale';
  }
  return answer;
}

function picks(selector: Selector, principal: Principal): boolean {
  switch (selector.kind) {
    case 'group':
      return principal.groups.includes(selector.name);
    case 'email':
      return principal.emailVerified && principal.email?.toLowerCase() === selector.address.toLowerCase();
    case 'sub':
      return principal.issuer === selector.issuer && principal.subject === selector.subject;
    case 'workload':
      return principal.issuer === workloadIssuer && principal.subject === selector.name;
    case 'everyone':
      return true;
  }
}

/** How people read selectors in "waits for …": groups by their bare name, anything that would show an address or a subject as "named approvers". */
export function shownSelectors(selectors: readonly Selector[]): string {
  const shown = selectors.map((selector) =>
    selector.kind === 'group'
      ? selector.name
      : selector.kind === 'everyone' || selector.kind === 'workload'
        ? formatSelector(selector)
        : 'named approvers',
  );
  return [...new Set(shown)].join(' or ');
}
