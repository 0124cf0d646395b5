/** What ends with a sign-in and with a person: sign-ins, the credentials bound to them, and a lock on who has left. */
import { lockLifted, lockMade } from '../store/lock-events.ts';
import type { Credential, CredentialEndWhy, Lock, MadeIn, Principal, SignIn } from '../store/records.ts';
import type { Changed, OutboxEvent, Store } from '../store/store.ts';

/** What endings rest on. */
export interface EndingDeps {
  readonly store: Store;
  /** Makes the events durable and acknowledges them. */
  readonly settle: (events: readonly OutboxEvent[]) => Promise<void>;
  /** The same for what is in force already: whether it is durable by now. */
  readonly settleInForce: (events: readonly OutboxEvent[]) => Promise<boolean>;
  readonly newLockId: () => string;
  /** Kinds of credential that end with the sign-in they were made in. */
  readonly endWithSignIn: () => readonly Credential['kind'][];
}

/** What to end of one principal, and what the audit and the people at a prompt are told. */
interface Ending {
  readonly signIn: (signIn: SignIn) => boolean;
  readonly credential: (credential: Credential) => boolean;
  readonly why: Exclude<CredentialEndWhy, 'gone' | 'revoked'>;
  readonly about: { readonly address?: string; readonly lockId?: string };
}

/** How many were ended. */
export interface Ended {
  readonly signIns: number;
  readonly credentials: number;
}

/** Looks again until nothing is left, since something may be made while the rest is ended; never for ever. */
const rounds = 5;

/** Ends sign-ins of a principal and the credentials of bound kinds that were made in them. */
export async function endSignIns(
  deps: EndingDeps,
  principalId: string,
  which: {
    readonly signIn: (signIn: SignIn) => boolean;
    readonly madeIn: (madeIn: MadeIn | undefined) => boolean;
  },
  how: Pick<Ending, 'why' | 'about'>,
): Promise<Ended> {
  const bound = deps.endWithSignIn();
  const events: OutboxEvent[] = [];
  const ended = await end(deps.store, events, principalId, {
    ...how,
    signIn: which.signIn,
    credential: ({ kind, madeIn }) => bound.includes(kind) && which.madeIn(madeIn),
  });
  await deps.settleInForce(events);
  return ended;
}

/**
 * Locks a person out until their next sign-in at the provider, and ends all sign-ins and credentials they have.
 *
 * The lock comes first, so that what slips in while the rest is ended stands under it. Nothing waits for the audit:
 * a full disk must not keep a leaver in.
 */
export async function lockOut(
  deps: EndingDeps,
  { id: principalId }: Pick<Principal, 'id'>,
  { by, reason }: { readonly by: string; readonly reason: string },
): Promise<Ended & { readonly lockId: string }> {
  const { store } = deps;
  const events: OutboxEvent[] = [];
  const lock =
    (await lockoutsOf(store, principalId))[0] ?? (await lockPrincipal(deps, principalId, by, reason, events));
  const ended = await end(store, events, principalId, {
    why: 'locked-out',
    about: { lockId: lock.id },
    signIn: () => true,
    credential: () => true,
  });
  const refresh = await store.refreshOf(principalId);
  if (refresh !== undefined) await store.replaceRefresh(refresh, undefined);
  await deps.settleInForce(events);
  return { ...ended, lockId: lock.id };
}

/** The locks that keep a person out until they sign in again. */
export async function lockoutsOf(store: Pick<Store, 'locks'>, principalId: string): Promise<readonly Lock[]> {
  const locks = await store.locks();
  return locks.filter(
    ({ on, untilSignIn }) =>
      untilSignIn === true && on.kind === 'principal' && on.principalId === principalId,
  );
}

/** Lifts locks that a sign-in has proven to be over. */
export async function liftLockouts(
  { store, settle }: Pick<EndingDeps, 'store' | 'settle'>,
  principalId: string,
  locks: readonly Lock[],
): Promise<void> {
  for (const { id } of locks)
    await settle((await store.lift(id, lockLifted(id, principalId, 'signed in again'))).events);
}

async function lockPrincipal(
  { store, newLockId }: EndingDeps,
  principalId: string,
  by: string,
  reason: string,
  events: OutboxEvent[],
): Promise<Lock> {
  const id = newLockId();
  const on = { kind: 'principal', principalId } as const;
  const lock: Lock = { id, on, except: [], reason, by, createdAt: await store.now(), untilSignIn: true };
  return kept(events, await store.lock(lock, lockMade(lock))).lock;
}

async function end(store: Store, events: OutboxEvent[], principalId: string, ending: Ending): Promise<Ended> {
  const { why, about } = ending;
  let [signIns, credentials] = [0, 0];
  for (let round = 0; round < rounds; round += 1) {
    const open = (await store.signInsOf(principalId)).filter(ending.signIn);
    for (const { hash } of open) {
      const body = { principalId, reason: why, ...about };
      if (kept(events, await store.closeSignIn(hash, { type: 'sign-in.closed', body }))) signIns += 1;
    }
    const live = (await store.credentialsOf(principalId)).filter(ending.credential);
    for (const { id: credentialId } of live) {
      const { lockId } = about;
      const body = { credentialId, principalId, reason: why, ...(lockId === undefined ? {} : { lockId }) };
      const event = { type: 'credential.revoked', body };
      const revoked = kept(events, await store.revokeCredential(principalId, credentialId, event, why));
      if (revoked !== undefined) credentials += 1;
    }
    if (open.length === 0 && live.length === 0) break;
  }
  return { signIns, credentials };
}

function kept<T>(events: OutboxEvent[], changed: Changed<T>): T {
  events.push(...changed.events);
  return changed.value;
}
