/** Issues a credential to a person who is signed in: its end, where it was made, and a last look whether they are still here. */
import type { Credential, MadeIn } from '../store/records.ts';
import type { EventDraft, OutboxEvent, Store } from '../store/store.ts';
import { lockoutsOf } from './endings.ts';

export interface CredentialIssuing {
  readonly store: Store;
  readonly settle: (events: readonly OutboxEvent[]) => Promise<void>;
  readonly settleInForce: (events: readonly OutboxEvent[]) => Promise<unknown>;
  newCredentialId(): string;
  /** Kinds of credential that end with the sign-in they were made in. */
  endWithSignIn(): readonly Credential['kind'][];
}

/** Whom it is for, and where they are signed in. */
export interface CredentialOwner {
  readonly principalId: string;
  readonly madeIn: MadeIn | undefined;
  /** When that sign-in ends, where it is one of ours. */
  readonly signInEndsAt: number | undefined;
}

export type NewCredential = Pick<Credential, 'kind' | 'scopes' | 'name' | 'hash' | 'shown' | 'origin'> & {
  readonly lifeMs: number;
  /** It ends by then, in the store's time, however long its life may be. */
  readonly notAfter?: number;
  readonly certificate?: CertificateOfCredential;
};

/** The organisation's certificate that a credential stands for. */
export type CertificateOfCredential = Readonly<Record<'authority' | 'serial' | 'keyId', string>>;

/**
 * `taken`: its hash is a live credential's already. `too-many`: the owner has as many as a person may. `signed-out`: they were
 * signed out or locked out meanwhile, and what was made is ended again.
 */
export type IssueOutcome = Credential | 'taken' | 'too-many' | 'signed-out';

/** Live credentials of one person, keys included. */
export const credentialsAtMost = 100;

/** Rejects with a `StoreError`, and when the audit cannot be written: then it is not to be used. */
export async function issueCredential(
  needs: CredentialIssuing,
  owner: CredentialOwner,
  { lifeMs, notAfter = Number.POSITIVE_INFINITY, certificate, origin, ...asked }: NewCredential,
): Promise<IssueOutcome> {
  const { store } = needs;
  const { principalId, madeIn } = owner;
  const [own, now] = await Promise.all([store.credentialsOf(principalId), store.now()]);
  if (own.length >= credentialsAtMost) return 'too-many';
  const ends = needs.endWithSignIn().includes(asked.kind);
  const latest = ends ? (owner.signInEndsAt ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY;
  const credential: Credential = {
    ...asked,
    id: needs.newCredentialId(),
    principalId,
    createdAt: now,
    endsAt: Math.min(now + lifeMs, notAfter, latest),
    ...(madeIn === undefined ? {} : { madeIn }),
    ...(origin === undefined ? {} : { origin }),
  };
  const { value, events } = await store.issueCredential(
    credential,
    credentialIssued(credential, certificate),
  );
  if (value === undefined) return 'taken';
  await needs.settle(events);
  // Made first, then looked, as a sign-in is: whoever ends this person's credentials sees it, or is seen here.
  if (await isStillHere(store, owner)) return value;
  const why = { principalId, reason: 'locked-out', credentialId: credential.id };
  const { events: undone } = await store.revokeCredential(
    principalId,
    credential.id,
    { type: 'credential.revoked', body: why },
    'locked-out',
  );
  await needs.settleInForce(undone);
  return 'signed-out';
}

/** `credential.issued`. */
function credentialIssued(
  { id: credentialId, principalId, kind, scopes, name, shown, endsAt, origin }: Credential,
  certificate: CertificateOfCredential | undefined,
): EventDraft {
  return {
    type: 'credential.issued',
    body: {
      ...{ credentialId, principalId, kind, scopes, name, shown, endsAt },
      ...(origin === undefined ? {} : { origin }),
      ...(certificate === undefined ? {} : { certificate }),
    },
  };
}

/** Whether the owner has not been signed out or locked out meanwhile. */
export async function isStillHere(
  store: Pick<Store, 'locks' | 'signInsOf'>,
  { principalId, madeIn }: CredentialOwner,
): Promise<boolean> {
  if ((await lockoutsOf(store, principalId)).length > 0) return false;
  const signInHash = madeIn?.signInHash;
  if (signInHash === undefined) return true;
  return (await store.signInsOf(principalId)).some(({ hash }) => hash === signInHash);
}
