/** Which published changes a page is told of: the kind alone, and only where its viewer may see such things of others or it is their own. */
import type { Policy } from '../gateway/grants/policy.ts';
import type { Principal } from '../gateway/store/records.ts';
import type { Change } from '../gateway/store/store.ts';
import { isApprover } from './views/visibility.ts';

/** What a page is told has changed: lists of this kind are to be read again. */
export type ChangedKind = 'requests' | 'grants' | 'locks' | 'operations' | 'credentials' | 'me' | 'policy';

const kinds: Readonly<Record<Change['kind'], ChangedKind | undefined>> = {
  request: 'requests',
  grant: 'grants',
  lock: 'locks',
  operation: 'operations',
  credential: 'credentials',
  principal: 'me',
  // A sign-in that ends takes its streams with it: nobody is left to be told.
  'sign-in': undefined,
  // Has a stream of its own.
  audit: undefined,
};

/** What of others somebody's lists may show. */
export type Reach = 'own' | 'asked' | 'all';

/** Who may see nothing of others is not even told that something of theirs has changed. */
export function reachOf(viewer: Principal, policy: Policy, now: number): Reach {
  const { held } = policy.rolesOf(viewer, now);
  if (held.has('admin') || held.has('auditor')) return 'all';
  return isApprover(viewer, policy, now) ? 'asked' : 'own';
}

/** The kind to tell a viewer of, undefined for none. */
export function changedKind(change: Change, viewerId: string, reach: Reach): ChangedKind | undefined {
  const kind = kinds[change.kind];
  if (change.principalId === viewerId) return kind;
  switch (kind) {
    case 'requests':
    case 'grants':
    case 'operations':
      return reach === 'own' ? undefined : kind;
    case 'locks':
      // One on no person stops everybody, whom it is on alone else.
      return reach === 'all' || change.principalId === undefined ? kind : undefined;
    default:
      return undefined;
  }
}
