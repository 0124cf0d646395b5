/** Records as tests need them: whole, plausible, and changed where a test says so. */
import { randomBytes } from 'node:crypto';
import type {
  Credential,
  ElevationRequest,
  Grant,
  KeyLink,
  Lock,
  Principal,
  RunningOperation,
  SignIn,
  SignInAttempt,
} from '../../gateway/store/records.ts';
import type { EventDraft, GatePassage } from '../../gateway/store/store.ts';

let count = 0;

/** An id nobody had before in this process, of characters that an id of the gateway can have: no I, L, O, U. */
export function freshId(prefix: string): string {
  count += 1;
  const ofProcess = process.pid.toString(16).toUpperCase().padStart(4, '0');
  return `${prefix}-${ofProcess}${count.toString().padStart(6, '0')}`;
}

/** What a provider says of a person. */
export function aPerson(change: Partial<Principal> = {}): Omit<Principal, 'id' | 'firstSeenAt' | 'groupsAt'> {
  const subject = freshId('s');
  return {
    issuer: 'https://login.example.com',
    subject,
    name: 'Dev Eloper',
    email: `${subject}@example.com`,
    emailVerified: true,
    groups: ['engineering'],
    ...change,
  };
}

/** A pending request for a push to `hub/acme/app`, to be decided within a minute. */
export function aRequest(now: number, change: Partial<ElevationRequest> = {}): ElevationRequest {
  return {
    id: freshId('R'),
    principalId: 'P-DEV',
    scopes: [
      { repository: 'hub/acme/app', right: 'push', refs: ['refs/heads/**'], kinds: ['create', 'update'] },
    ],
    durationMs: 60_000,
    reason: 'fix the build',
    createdAt: now,
    decideBy: now + 60_000,
    critical: false,
    answers: [],
    state: { kind: 'pending' },
    version: 1,
    ...change,
  };
}

/** A grant of the request's first scope, a minute long. */
export function aGrant(request: ElevationRequest, now: number, change: Partial<Grant> = {}): Grant {
  const [scope] = request.scopes;
  if (scope === undefined) throw new TypeError('a request without scopes has no grant');
  return {
    id: freshId('G'),
    requestId: request.id,
    principalId: request.principalId,
    scope,
    issuedAt: now,
    endsAt: now + 60_000,
    latestEndsAt: now + 120_000,
    version: 1,
    rule: 'hub/acme/**',
    critical: false,
    approvers: ['P-LEAD'],
    ...change,
  };
}

/** The request as approved by `by`, with the events a caller writes for it. */
export function approval(
  request: ElevationRequest,
  grants: readonly Grant[],
  now: number,
  by = 'P-LEAD',
): { next: ElevationRequest; events: readonly EventDraft[] } {
  const next: ElevationRequest = {
    ...request,
    answers: [...request.answers, { by, at: now, verdict: 'approve' }],
    state: { kind: 'approved', at: now, grantIds: grants.map((grant) => grant.id) },
    version: request.version + 1,
  };
  return {
    next,
    events: [anEvent('request.approved', { requestId: request.id, by }), ...grants.map(issued)],
  };
}

/** The event a caller writes for a grant it issues. */
export function issued(grant: Grant): EventDraft {
  return anEvent('grant.issued', { grantId: grant.id, endsAt: grant.endsAt });
}

/** An audit event. */
export function anEvent(type: string, body: EventDraft['body'] = {}): EventDraft {
  return { type, body };
}

/** A git credential, an hour long. */
export function aCredential(now: number, change: Partial<Credential> = {}): Credential {
  return {
    id: freshId('C'),
    principalId: 'P-DEV',
    kind: 'git',
    scopes: [],
    name: 'laptop',
    shown: 'slu_g_AbCdEf',
    hash: freshId('c').toLowerCase().padEnd(64, '0'),
    createdAt: now,
    endsAt: now + 3_600_000,
    ...change,
  };
}

/** A sign-in, eight hours long. */
export function aSignIn(now: number, change: Partial<SignIn> = {}): SignIn {
  return {
    hash: freshId('i').toLowerCase().padEnd(64, '0'),
    principalId: 'P-DEV',
    createdAt: now,
    authenticatedAt: now,
    endsAt: now + 8 * 3_600_000,
    csrf: 'c5rf',
    ...change,
  };
}

/** A browser on its way to the provider. */
export function anAttempt(now: number): SignInAttempt {
  return {
    stateHash: freshId('a').toLowerCase().padEnd(64, '0'),
    nonce: 'nonce',
    codeVerifier: 'verifier',
    returnTo: '/ask/hub/acme/app',
    browserHash: 'b'.repeat(64),
    createdAt: now,
  };
}

/** A push to the grant's repository by its holder, resting on it. */
export function anOperation(grant: Grant, change: Partial<RunningOperation> = {}): RunningOperation {
  return {
    id: freshId('O'),
    door: 'https',
    principalId: grant.principalId,
    credentialId: 'C-LAPTOP',
    repository: grant.scope.repository,
    right: 'push',
    grantIds: [grant.id],
    startedAt: grant.issuedAt,
    ...change,
  };
}

/** The operation at the gate with one update. */
export function aPassage(operation: RunningOperation, grant: Grant, decidedAt: number): GatePassage {
  return {
    operationId: operation.id,
    grants: [{ id: grant.id, endsAt: grant.endsAt }],
    decidedAt,
    updates: [{ ref: 'refs/heads/main', oldId: 'a'.repeat(40), newId: 'b'.repeat(40) }],
  };
}

/** A lock on everything. */
export function aLock(now: number, change: Partial<Lock> = {}): Lock {
  return {
    id: freshId('L'),
    on: { kind: 'everything' },
    except: [],
    reason: 'release freeze',
    by: 'P-ADMIN',
    createdAt: now,
    ...change,
  };
}

/** A link that nobody has signed in at yet, a minute long. */
export function aKeyLink(now: number, change: Partial<KeyLink> = {}): KeyLink {
  return {
    hash: randomBytes(32).toString('hex'),
    keyHash: randomBytes(32).toString('hex'),
    fingerprint: 'SHA256:of-a-key',
    address: '192.0.2.1',
    createdAt: now,
    endsAt: now + 60_000,
    stage: { kind: 'open' },
    ...change,
  };
}
