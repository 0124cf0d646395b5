/** Entries of access: who asked, who answered, what was granted and how it ended, who signed in, what was locked. */
import { Type } from 'typebox';
import {
  At,
  Basis,
  Count,
  Door,
  entryOf,
  fromStore,
  Id,
  oneOf,
  Right,
  Scope,
  Text,
  Word,
} from './entry-parts.ts';

const request = { ...fromStore, requestId: Id };
/** Where it was said; absent: on the page or by the API. */
const said = { door: Type.Optional(Door) };
const narrowed = {
  durationMs: Type.Optional(Count),
  refs: Type.Optional(Type.Array(Text)),
  comment: Type.Optional(Text),
};

export const RequestCreated = entryOf('request.created', {
  ...request,
  principalId: Id,
  scopes: Type.Array(Scope),
  durationMs: Count,
  reason: Text,
  decideBy: At,
  /** The grant whose end it asks to move. */
  extends: Type.Optional(Id),
  critical: Type.Boolean(),
  rule: Type.Optional(Text),
  ...said,
  address: Type.Optional(Type.String()),
  basis: Type.Optional(Basis),
});

/** One approver's answer, whether it decided the request or not. */
export const RequestAnswered = entryOf('request.answered', {
  ...request,
  by: Id,
  verdict: oneOf('approve', 'deny'),
  ...narrowed,
  /** The version of the request that the answer saw. */
  version: Type.Optional(Count),
  ...said,
});

export const RequestApproved = entryOf('request.approved', {
  ...request,
  principalId: Id,
  /** Nobody when the policy approved by itself. */
  approvers: Type.Array(Id),
  automatic: Type.Optional(Type.Boolean()),
  grantIds: Type.Array(Id),
  ...narrowed,
});

export const RequestDenied = entryOf('request.denied', {
  ...request,
  principalId: Id,
  by: Id,
  comment: Type.Optional(Text),
  ...said,
});

export const RequestWithdrawn = entryOf('request.withdrawn', { ...request, principalId: Id });

/** An answer that changed nothing: refused, or the same person's same answer again. */
export const RequestAttempted = entryOf('request.attempted', {
  ...request,
  by: Id,
  verdict: oneOf('approve', 'deny'),
  /** Why it was refused, or `repeated`. */
  outcome: Word,
  ...said,
});

/** Nobody decided in time. */
export const RequestLapsed = entryOf('request.lapsed', {
  ...request,
  principalId: Type.Optional(Id),
  decideBy: Type.Optional(At),
});

const grant = { ...fromStore, grantId: Id, requestId: Type.Optional(Id), principalId: Id };

export const GrantIssued = entryOf('grant.issued', {
  ...grant,
  scope: Scope,
  issuedAt: At,
  endsAt: At,
  latestEndsAt: At,
  version: Count,
  rule: Text,
  critical: Type.Boolean(),
  approvers: Type.Array(Id),
  policy: Type.Optional(Type.String()),
});

export const GrantExtended = entryOf('grant.extended', {
  ...grant,
  endsAt: At,
  version: Count,
  approvers: Type.Array(Id),
  policy: Type.Optional(Type.String()),
});

/** Done again after the store went back to before it; the entry of the first time stands too. */
const reapplied = Type.Optional(Type.Boolean());

export const GrantRevoked = entryOf('grant.revoked', {
  ...grant,
  by: Id,
  reason: Text,
  ...said,
  reapplied,
  /** When it was revoked at first, by the store's time; with `reapplied` alone. */
  revokedAt: Type.Optional(At),
});

/** The grant reached its end. `principalId` is absent when its record could not be read any more. */
export const GrantExpired = entryOf('grant.expired', {
  ...grant,
  principalId: Type.Optional(Id),
  endsAt: Type.Optional(At),
});

export const SignInOpened = entryOf('sign-in.opened', {
  ...fromStore,
  principalId: Id,
  address: Type.Optional(Type.String()),
  client: Type.Optional(Text),
  groups: Type.Optional(Type.Array(Text)),
  authenticatedAt: Type.Optional(At),
  endsAt: Type.Optional(At),
});

export const SignInClosed = entryOf('sign-in.closed', {
  ...fromStore,
  principalId: Type.Optional(Id),
  reason: Type.Optional(Word),
  address: Type.Optional(Type.String()),
  /** The lock that came with it, where its person was locked out. */
  lockId: Type.Optional(Id),
});

export const SignInRefused = entryOf('sign-in.refused', {
  reason: Word,
  address: Type.String(),
  client: Type.Optional(Text),
  principalId: Type.Optional(Id),
  detail: Type.Optional(Text),
  count: Type.Optional(Count),
});

/** Somebody signed in at the link that a terminal shows, and was shown the code. */
export const SignInLinkOpened = entryOf('sign-in.link-opened', {
  ...fromStore,
  principalId: Id,
  /** The fingerprint of the terminal's key, and where the terminal is. */
  shown: Type.String(),
  terminal: Type.String(),
  /** Where the browser is. */
  address: Type.String(),
});

/** A code that was not it, or a key that cannot be theirs: nothing was bound. */
export const SignInLinkRefused = entryOf('sign-in.link-refused', {
  principalId: Id,
  shown: Type.String(),
  terminal: Type.String(),
  reason: Word,
});

export const CredentialIssued = entryOf('credential.issued', {
  ...fromStore,
  credentialId: Id,
  principalId: Id,
  kind: Word,
  scopes: Type.Optional(Type.Array(Word)),
  name: Text,
  /** The first characters of the secret, by which people tell credentials apart. */
  shown: Type.Optional(Type.String()),
  endsAt: At,
  /** The SSH certificate of an organisation that it stands for. */
  certificate: Type.Optional(
    Type.Object({ authority: Type.String(), serial: Type.String({ pattern: '^[0-9]{1,20}$' }), keyId: Text }),
  ),
  /** `sign-in-link` for a key that was bound at a terminal; absent for what its owner made. */
  origin: Type.Optional(Word),
});

export const CredentialRevoked = entryOf('credential.revoked', {
  ...fromStore,
  credentialId: Id,
  principalId: Id,
  /** Who ended it; absent when it ended with a sign-in or a person. */
  by: Type.Optional(Id),
  reason: Type.Optional(Word),
  lockId: Type.Optional(Id),
  reapplied,
});

export const LockMade = entryOf('lock.made', {
  ...fromStore,
  lockId: Id,
  on: Type.Object({
    kind: oneOf('principal', 'repository', 'upstream', 'everything'),
    principalId: Type.Optional(Id),
    repository: Type.Optional(Text),
    upstream: Type.Optional(Id),
  }),
  right: Type.Optional(Right),
  except: Type.Array(Id),
  reason: Text,
  by: Id,
  until: Type.Optional(At),
  /** The person's next sign-in lifts it. */
  untilSignIn: Type.Optional(Type.Boolean()),
  reapplied,
});

export const LockLifted = entryOf('lock.lifted', {
  ...fromStore,
  lockId: Id,
  by: Id,
  reason: Type.Optional(Text),
  reapplied,
});

/** A signed call of another system was taken. */
export const HookReceived = entryOf('hook.received', {
  hook: Word,
  /** The sender's own id of the call. */
  webhookId: Text,
  address: Type.String(),
  outcome: oneOf('locked-out', 'unknown-subject'),
  issuer: Text,
  subject: Type.Optional(Text),
  principalId: Type.Optional(Id),
  lockId: Type.Optional(Id),
});
