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

/** Makes a lock: new operations are refused from that moment on, running ones cut. Names are checked, since a lock on nobody would look like one. */
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
  if (made.length >= locksAtMost)
    return refuse('too-many', `there are ${locksAtMost} locks; lift some first`);

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
  const { value, events } = await store.lock(lock, lockMade(lock));
  const [recorded, running] = await Promise.all([
    elevating.settleInForce(events),
    elevating.aftermath(value.touched),
  ]);
  return { lock: value.lock, running, recorded };
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
