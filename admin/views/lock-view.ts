/** Locks as admins and auditors see them. */
import type { Lock } from '../../gateway/store/records.ts';
import type { LockView } from '../schemas/locks.ts';
import type { FindPerson } from './people.ts';

/** Everybody a lock names. */
export function peopleOf({ on, except, by }: Lock): readonly string[] {
  return [...(on.kind === 'principal' ? [on.principalId] : []), ...except, by];
}

/** Makes the view. */
export function viewLock(lock: Lock, person: FindPerson): LockView {
  const { id, on, right, except, reason, by, createdAt, until, untilSignIn } = lock;
  return {
    id,
    ...target(on, person),
    ...(right === undefined ? {} : { right }),
    except: except.map(person),
    reason,
    by: person(by),
    createdAt,
    ...(until === undefined ? {} : { until }),
    ...(untilSignIn === undefined ? {} : { untilSignIn }),
  };
}

function target(
  on: Lock['on'],
  person: FindPerson,
): Pick<LockView, 'principal' | 'repository' | 'upstream' | 'everything'> {
  switch (on.kind) {
    case 'principal':
      return { principal: person(on.principalId) };
    case 'repository':
      return { repository: on.repository };
    case 'upstream':
      return { upstream: on.upstream };
    case 'everything':
      return { everything: true };
  }
}
