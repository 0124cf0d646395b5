/** Locking and lifting: an admin stops a person, a repository, an upstream or everything, and lets go again. */
import { lockLifted, lockMade } from '../store/lock-events.ts';
import type { Lock, Principal, Right } from '../store/records.ts';
import { unlessAdmin } from './admin-only.ts';
import type { Aftermath } from './aftermath.ts';
import { checkText } from './ask-checks.ts';
import type { Elevating } from './elevating.ts';
import { isRefusal, type Refusal, refuse } from './refusal.ts';

/** What is to be stopped, by whom, and why. */
export interface LockAsked {
  readonly on: Lock['on'];
  readonly right?: Right;
  /** Principal ids. */
  readonly except: readonly string[];
  readonly reason: string;
  /** Store time; undefined until it is lifted. */
  readonly until?: number;
  readonly by: Principal;
}

/** A lock that stands, and what became of the operations it met. */
export interface LockStands {
  readonly lock: Lock;
  readonly running: Aftermath;
  /** Its entry is durable; otherwise it is in force all the same, and recorded later. */
  readonly recorded: boolean;
}

/** A lock that has ended before its time. */
export interface LockLifted extends Pick<LockStands, 'recorded'> {
  readonly lock: Lock;
}

/** Which lock ends, by whom, and why. */
export interface LiftAsked {
  readonly lockId: string;
  readonly by: Principal;
  readonly reason: string;
}

/** Every decision reads all that concern it. Lock-outs of leavers are not counted: they must not stand in an admin's way. */
const locksAtMost = 500;

/**
 * Makes a lock: new operations are refused from that moment on, running ones cut. Names are checked, since a lock on nobody would
 * look like one. Whoever asks for the same again, not having heard the answer, is told of the lock that stands and of what it
 * met: a second one would go on after the first was lifted.
 */
export async function lock(elevating: Elevating, asked: LockAsked): Promise<LockStands | Refusal> {
  const { store } = elevating;
  const { on, right, except, until, by } = asked;
  const now = await store.now();
  const refused = unlessAdmin('locking', by, elevating.policy(), now);
  if (refused !== undefined) return refused;
  const checked = checkText('the reason', asked.reason);
  if (isRefusal(checked)) return checked;
  if (until !== undefined && until <= now) return refuse('bad-lock', 'the lock would have ended already');
  const named = [...(on.kind === 'principal' ? [on.principalId] : []), ...except];
  const known = await store.principals(named);
  const unknown = named.find((id) => !known.has(id));
  if (unknown !== undefined) return refuse('bad-lock', `nobody is known by the id ${unknown}`);
  const made = (await store.locks()).filter(({ untilSignIn }) => untilSignIn !== true);

  const lock: Lock = {
    id: elevating.newId('L'),
    on,
    ...(right === undefined ? {} : { right }),
    except: [...new Set(except)],
    reason: checked.text,
    by: by.id,
    createdAt: now,
    ...(until === undefined ? {} : { until }),
  };
  const before = made.find((standing) => isSame(standing, lock));
  const met = before && (await store.lockMet(before.id));
  if (before !== undefined && met !== undefined)
    return { lock: before, running: await elevating.aftermath(met.touched), recorded: met.recorded };
  if (made.length >= locksAtMost)
    return refuse('too-many', `there are ${locksAtMost} locks; lift some first`);
  const { value, events } = await store.lock(lock, lockMade(lock));
  const [recorded, running] = await Promise.all([
    elevating.settleInForce(events),
    elevating.aftermath(value.touched),
  ]);
  return { lock: value.lock, running, recorded };
}

/** A span is counted from the moment of the asking, so the ends of two askings for "2h" are as far apart as these. */
const clockSlackMs = 2_000;

/** Whether two locks stop the same, for the same reason, by the same admin, until the same moment or for the same span. */
function isSame(one: Lock, other: Lock): boolean {
  const rest = ({ on, right, except, reason, by }: Lock) =>
    JSON.stringify([on, right ?? '', except.toSorted(), reason, by]);
  if (rest(one) !== rest(other)) return false;
  if (one.until === undefined || other.until === undefined) return one.until === other.until;
  const apartMs = Math.abs(one.until - one.createdAt - (other.until - other.createdAt));
  return one.until === other.until || apartMs <= clockSlackMs;
}

/** Ends a lock now; grants that it stopped open again if they still live. */
export async function lift(
  elevating: Elevating,
  { lockId, by, reason }: LiftAsked,
): Promise<LockLifted | Refusal> {
  const { store } = elevating;
  const refused = unlessAdmin('lifting a lock', by, elevating.policy(), await store.now());
  if (refused !== undefined) return refused;
  const checked = checkText('the reason', reason);
  if (isRefusal(checked)) return checked;
  const { value, events } = await store.lift(lockId, lockLifted(lockId, by.id, checked.text));
  if (value === undefined)
    return refuse('unknown', `there is no lock ${lockId}; it may have ended or been lifted`);
  return { lock: value, recorded: await elevating.settleInForce(events) };
}
