/** Locks: listed for admins and auditors, made and lifted by admins. */
import { parseDuration } from '../../config/quantities.ts';
import { parseId } from '../../gateway/grants/ids.ts';
import { isRefusal } from '../../gateway/grants/refusal.ts';
import type { Lock } from '../../gateway/store/records.ts';
import type { AdminDeps } from '../admin-deps.ts';
import { groupsStale, notFound, Problem } from '../problem.ts';
import { peopleOf, viewLock } from '../views/lock-view.ts';
import { peopleIn, viewRunning } from '../views/operation-view.ts';
import { findPeople } from '../views/people.ts';
import type { Handlers, Input } from './handling.ts';
import { problemOfRefusal } from './refused.ts';

/** The handlers about locks. */
export function lockHandlers(
  deps: Pick<AdminDeps, 'store' | 'policy' | 'config' | 'interventions' | 'canonicalName'>,
): Pick<Handlers, 'listLocks' | 'makeLock' | 'liftLock'> {
  const { store, interventions } = deps;

  return {
    async listLocks({ principal }) {
      const [locks, now] = await Promise.all([store.locks(), store.now()]);
      const { held, stale } = deps.policy().rolesOf(principal, now);
      if (!held.has('admin') && !held.has('auditor')) {
        if (stale.has('admin') || stale.has('auditor')) return groupsStale();
        return new Problem(403, 'role-missing', 'seeing the locks needs the role admin or auditor');
      }
      const { person } = await findPeople(store, locks.flatMap(peopleOf));
      const newestFirst = locks.toSorted((a, b) => b.createdAt - a.createdAt);
      return { now, locks: newestFirst.map((lock) => viewLock(lock, person)) };
    },

    async makeLock({ principal }, { body }) {
      const on = targetOf(body, deps);
      if (on instanceof Problem) return on;
      const except = (body.except ?? []).map((id) => parseId(id, 'P'));
      if (!except.every((id) => id !== undefined)) return badLock('except names no principal by id, P-…');
      const until = body.until === undefined ? undefined : momentOf(body.until, await store.now());
      if (until instanceof Problem) return until;
      const result = await interventions.lock({
        on,
        except,
        reason: body.reason,
        by: principal,
        ...(body.right === undefined ? {} : { right: body.right }),
        ...(until === undefined ? {} : { until }),
      });
      if (isRefusal(result)) return problemOfRefusal(result, store, '/access');
      const { lock, running, recorded } = result;
      const [{ person }, now] = await Promise.all([
        findPeople(store, [...peopleOf(lock), ...peopleIn(running)]),
        store.now(),
      ]);
      return { lock: viewLock(lock, person), running: viewRunning(running, person, now), recorded };
    },

    async liftLock({ principal }, { params, body }) {
      const lockId = parseId(params.id, 'L');
      if (lockId === undefined) return notFound('lock');
      const result = await interventions.lift({ lockId, by: principal, reason: body.reason });
      if (isRefusal(result)) return problemOfRefusal(result, store, '/access');
      const { lock, recorded } = result;
      const { person } = await findPeople(store, peopleOf(lock));
      return { lock: viewLock(lock, person), recorded };
    },
  };
}

/** What the lock is on. A name that nothing has would make a lock that stops nothing and looks as if it did. */
function targetOf(
  { principal, repository, upstream, everything }: Input<'makeLock'>['body'],
  { canonicalName, config }: Pick<AdminDeps, 'canonicalName' | 'config'>,
): Lock['on'] | Problem {
  const given = [principal, repository, upstream, everything].filter((target) => target !== undefined);
  if (given.length !== 1)
    return badLock('a lock is on one of principal, repository, upstream and everything');
  if (principal !== undefined) {
    const principalId = parseId(principal, 'P');
    return principalId === undefined
      ? badLock('principal is the id of a person, P-…; requests, grants and operations name it')
      : { kind: 'principal', principalId };
  }
  if (repository !== undefined) {
    const name = canonicalName(repository);
    return name === undefined
      ? badLock('repository is no name of a repository of a configured upstream, <upstream>/<path>')
      : { kind: 'repository', repository: name };
  }
  if (upstream !== undefined)
    return config().upstreams.has(upstream)
      ? { kind: 'upstream', upstream }
      : badLock('upstream is none of those configured');
  return { kind: 'everything' };
}

/** The moment a lock ends by itself: a time, or a span from now. */
function momentOf(until: number | string, now: number): number | Problem {
  if (typeof until === 'number') return until;
  const text = until.trim();
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/.test(text)) {
    const at = Date.parse(text);
    return Number.isNaN(at) ? badLock('until is no time of the calendar') : at;
  }
  try {
    return now + parseDuration(text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return badLock('until is a time such as 2026-11-25T14:05:00Z, or a span from now such as 2h');
  }
}

function badLock(message: string): Problem {
  return new Problem(400, 'bad-lock', message);
}
