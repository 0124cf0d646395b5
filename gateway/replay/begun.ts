/** The beginning of a grant or a lock, as the entry of it says. */
import type { EntryOf } from '../audit/entry.ts';
import type { Lock } from '../store/records.ts';
import type { EntryPlace, GrantHistory } from './history-records.ts';
import { textOf } from './text-of.ts';

/** A grant as it was issued. */
export function grantBegun(entry: EntryOf<'grant.issued'>, place: EntryPlace): GrantHistory {
  const {
    grantId,
    requestId = '',
    principalId,
    scope,
    issuedAt,
    endsAt,
    latestEndsAt,
    version,
    rule,
    critical,
    approvers,
  } = entry;
  const repository = textOf(scope.repository);
  const store = entry.store ?? '';
  return {
    store,
    issued: {
      id: grantId,
      requestId,
      principalId,
      scope: { repository, right: scope.right, refs: scope.refs.map(textOf), kinds: scope.kinds },
      issuedAt,
      endsAt,
      latestEndsAt,
      version,
      rule: textOf(rule),
      critical,
      approvers,
    },
    storeSeq: entry.storeSeq ?? 0,
    place,
    policy: entry.policy,
    extended: [],
    revoked: undefined,
  };
}

/** A lock as it was made. */
export function lockBegun({
  lockId,
  on,
  right,
  except,
  reason,
  by,
  until,
  untilSignIn,
  storeAt = 0,
}: EntryOf<'lock.made'>): Lock {
  return {
    id: lockId,
    on: lockedOn(on),
    ...(right === undefined ? {} : { right }),
    except,
    reason: textOf(reason),
    by,
    createdAt: storeAt,
    ...(until === undefined ? {} : { until }),
    ...(untilSignIn === true ? { untilSignIn } : {}),
  };
}

function lockedOn(on: EntryOf<'lock.made'>['on']): Lock['on'] {
  switch (on.kind) {
    case 'principal':
      return { kind: 'principal', principalId: on.principalId ?? '' };
    case 'repository':
      return { kind: 'repository', repository: textOf(on.repository ?? '') };
    case 'upstream':
      return { kind: 'upstream', upstream: on.upstream ?? '' };
    case 'everything':
      return { kind: 'everything' };
  }
}
