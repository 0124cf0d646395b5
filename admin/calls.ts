/** Every call of the API on one screen: address, shapes, and what its caller must hold. */
import Type, { type TSchema } from 'typebox';
import type { CredentialScope } from '../gateway/store/records.ts';
import {
  AuditCounts,
  AuditCountsQuery,
  AuditPage,
  AuditQuery,
  ReplayAnswer,
  ReplayQuery,
  SignedOff,
  SignOff,
} from './schemas/audit.ts';
import { AccessReport } from './schemas/audit-report.ts';
import { Verified } from './schemas/audit-verify.ts';
import {
  CredentialList,
  CredentialView,
  IssuedCredential,
  ListedCredential,
  NewCredential,
  RevokedCredential,
} from './schemas/credentials.ts';
import { Extension, GrantFilter, GrantList, GrantView, Revocation, RevokeAnswer } from './schemas/grants.ts';
import { ByToken, KeyLinkCode, KeyLinkView } from './schemas/key-links.ts';
import { KeyList, KeyView, NewKey, RevokedKey } from './schemas/keys.ts';
import { LiftAnswer, Lifting, LockAnswer, LockList, LockView, NewLock } from './schemas/locks.ts';
import { CanAnswer, CanQuery, Health, Me } from './schemas/me.ts';
import { NodeView, Now } from './schemas/now.ts';
import {
  CutAnswer,
  CutOrder,
  OperationFilter,
  OperationList,
  OperationView,
  Running,
} from './schemas/operations.ts';
import { EndedOperation, OwnOperations, OwnOperationsQuery } from './schemas/own-operations.ts';
import { Answerers, Person } from './schemas/people.ts';
import { Problem } from './schemas/problem.ts';
import { reference } from './schemas/reference.ts';
import {
  Approval,
  Denial,
  NewRequest,
  Nothing,
  RequestFilter,
  RequestList,
  RequestView,
  ScopeView,
} from './schemas/requests.ts';
import { Rule, RuleList, RuleQuery } from './schemas/rules.ts';
import { CertificateView, NewCertificate } from './schemas/ssh-certificates.ts';
import { LoggedIn, Login, LoginCode, LoginLeft, LoginTicket, NewLogin } from './schemas/ssh-logins.ts';

/**
 * What a caller must hold for a call; holding one of those listed is enough.
 * A scope: `api` credentials that carry it, sign-ins and ID tokens. `git`: credentials of that kind.
 * `sign-in`: a browser's sign-in or an ID token, no credential (a secret cannot mint secrets). `nothing`: nobody need be known.
 */
export type Need = CredentialScope | 'git' | 'sign-in' | 'nothing';

/** One call as it stands in the table. */
export interface Call {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly needs: readonly Need[];
  readonly tag: string;
  readonly summary: string;
  readonly status: 200 | 201;
  /** What it changes is in force before its audit entry is durable: answered with 202 and `recorded: false` while it is not. */
  readonly inForceAtOnce?: true;
  readonly params?: TSchema;
  readonly query?: TSchema;
  readonly body?: TSchema;
  readonly answer: TSchema;
}

const ById = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) });

/** The table. Requests that change something are the POSTs: they alone need CSRF protection and count against the limits. */
export const calls = {
  createRequest: {
    method: 'POST',
    url: '/api/requests',
    needs: ['request'],
    tag: 'requests',
    summary: 'Ask for access; an identical pending request is returned, not doubled',
    status: 201,
    body: NewRequest,
    answer: reference(RequestView),
  },
  listRequests: {
    method: 'GET',
    url: '/api/requests',
    needs: ['read'],
    tag: 'requests',
    summary: 'Requests the caller may see, critical ones first, then newest first',
    status: 200,
    query: RequestFilter,
    answer: RequestList,
  },
  readRequest: {
    method: 'GET',
    url: '/api/requests/:id',
    needs: ['read'],
    tag: 'requests',
    summary: 'One request',
    status: 200,
    params: ById,
    answer: reference(RequestView),
  },
  approveRequest: {
    method: 'POST',
    url: '/api/requests/:id/approve',
    needs: ['approve'],
    tag: 'requests',
    summary: 'Agree, as asked or narrower',
    status: 200,
    params: ById,
    body: Approval,
    answer: reference(RequestView),
  },
  denyRequest: {
    method: 'POST',
    url: '/api/requests/:id/deny',
    needs: ['approve'],
    tag: 'requests',
    summary: 'Say no, with a comment',
    status: 200,
    params: ById,
    body: Denial,
    answer: reference(RequestView),
  },
  withdrawRequest: {
    method: 'POST',
    url: '/api/requests/:id/withdraw',
    needs: ['request'],
    tag: 'requests',
    summary: 'Take one’s own request back',
    status: 200,
    params: ById,
    body: Nothing,
    answer: reference(RequestView),
  },
  listGrants: {
    method: 'GET',
    url: '/api/grants',
    needs: ['read'],
    tag: 'grants',
    summary: 'Grants the caller may see, those that ended in the last 24 h included',
    status: 200,
    query: GrantFilter,
    answer: GrantList,
  },
  revokeGrant: {
    method: 'POST',
    url: '/api/grants/:id/revoke',
    needs: ['request', 'approve'],
    tag: 'grants',
    summary: 'End a grant now; answers what was running on it',
    status: 200,
    inForceAtOnce: true,
    params: ById,
    body: Revocation,
    answer: RevokeAnswer,
  },
  extendGrant: {
    method: 'POST',
    url: '/api/grants/:id/extend',
    needs: ['request'],
    tag: 'grants',
    summary: 'Ask to move the end of one’s own live grant, under the same rule',
    status: 201,
    params: ById,
    body: Extension,
    answer: reference(RequestView),
  },
  listOperations: {
    method: 'GET',
    url: '/api/operations',
    needs: ['read'],
    tag: 'operations',
    summary: 'Operations on the books of all nodes that the caller may see, newest first',
    status: 200,
    query: OperationFilter,
    answer: OperationList,
  },
  cutOperation: {
    method: 'POST',
    url: '/api/operations/:id/cut',
    needs: ['approve'],
    tag: 'operations',
    summary: 'End one transfer now, on whatever node it runs; answers what became of it (role admin)',
    status: 200,
    inForceAtOnce: true,
    params: ById,
    body: CutOrder,
    answer: CutAnswer,
  },
  listLocks: {
    method: 'GET',
    url: '/api/locks',
    needs: ['read'],
    tag: 'locks',
    summary: 'Locks that stand, newest first (roles admin and auditor)',
    status: 200,
    answer: LockList,
  },
  makeLock: {
    method: 'POST',
    url: '/api/locks',
    needs: ['approve'],
    tag: 'locks',
    summary: 'Stop a person, a repository, an upstream or everything; answers what was running (role admin)',
    status: 201,
    inForceAtOnce: true,
    body: NewLock,
    answer: LockAnswer,
  },
  liftLock: {
    method: 'POST',
    url: '/api/locks/:id/lift',
    needs: ['approve'],
    tag: 'locks',
    summary: 'End a lock now (role admin)',
    status: 200,
    inForceAtOnce: true,
    params: ById,
    body: Lifting,
    answer: LiftAnswer,
  },
  readNow: {
    method: 'GET',
    url: '/api/now',
    needs: ['read'],
    tag: 'operations',
    summary: 'All nodes, the store, hosts and audit, and counts of the last hours (roles admin and auditor)',
    status: 200,
    answer: reference(Now),
  },
  readAudit: {
    method: 'GET',
    url: '/api/audit',
    needs: ['audit'],
    tag: 'audit',
    summary:
      'Audit entries of all nodes by time, oldest first, and how much of each log that was (role auditor)',
    status: 200,
    query: AuditQuery,
    answer: AuditPage,
  },
  countAudit: {
    method: 'GET',
    url: '/api/audit/counts',
    needs: ['audit'],
    tag: 'audit',
    summary: 'How many audit entries of all nodes there are over time, by type and outcome (role auditor)',
    status: 200,
    query: AuditCountsQuery,
    answer: AuditCounts,
  },
  replayAudit: {
    method: 'GET',
    url: '/api/audit/replay',
    needs: ['audit'],
    tag: 'audit',
    summary:
      'Every decision that this node recorded, checked again from its log alone; with `at`, what stood at that moment (role auditor)',
    status: 200,
    query: ReplayQuery,
    answer: ReplayAnswer,
  },
  verifyAudit: {
    method: 'GET',
    url: '/api/audit/verify',
    needs: ['audit'],
    tag: 'audit',
    summary: 'What `sluice audit verify` says of this node’s log, as the node itself finds it (role auditor)',
    status: 200,
    answer: Verified,
  },
  signOffReport: {
    method: 'POST',
    url: '/api/audit/report/sign-off',
    needs: ['audit'],
    tag: 'audit',
    summary: 'Put on record that the access report of a period was reviewed (role auditor)',
    status: 201,
    body: SignOff,
    answer: SignedOff,
  },
  can: {
    method: 'GET',
    url: '/api/can',
    needs: ['git', 'read'],
    tag: 'can',
    summary: 'What would be decided for the caller now, and why',
    status: 200,
    query: CanQuery,
    answer: reference(CanAnswer),
  },
  listRules: {
    method: 'GET',
    url: '/api/rules',
    needs: ['read'],
    tag: 'policy',
    summary: 'The rules that concern the caller, and which of them a repository falls under',
    status: 200,
    query: RuleQuery,
    answer: RuleList,
  },
  listCredentials: {
    method: 'GET',
    url: '/api/credentials',
    needs: ['read'],
    tag: 'credentials',
    summary: 'The caller’s own credentials, without their secrets',
    status: 200,
    answer: CredentialList,
  },
  createCredential: {
    method: 'POST',
    url: '/api/credentials',
    needs: ['sign-in'],
    tag: 'credentials',
    summary: 'Make a credential; its secret is shown this once',
    status: 201,
    body: NewCredential,
    answer: IssuedCredential,
  },
  revokeCredential: {
    method: 'POST',
    url: '/api/credentials/:id/revoke',
    needs: ['request'],
    tag: 'credentials',
    summary: 'End one of one’s own credentials now',
    status: 200,
    inForceAtOnce: true,
    params: ById,
    body: Nothing,
    answer: RevokedCredential,
  },
  listKeys: {
    method: 'GET',
    url: '/api/keys',
    needs: ['read'],
    tag: 'keys',
    summary: 'The caller’s own SSH keys',
    status: 200,
    answer: KeyList,
  },
  registerKey: {
    method: 'POST',
    url: '/api/keys',
    needs: ['sign-in'],
    tag: 'keys',
    summary: 'Register a public key for the SSH door; one that is registered already is refused',
    status: 201,
    body: NewKey,
    answer: reference(KeyView),
  },
  revokeKey: {
    method: 'POST',
    url: '/api/keys/:id/revoke',
    needs: ['request'],
    tag: 'keys',
    summary: 'End one of one’s own SSH keys now, and what runs under it',
    status: 200,
    inForceAtOnce: true,
    params: ById,
    body: Nothing,
    answer: RevokedKey,
  },
  signCertificate: {
    method: 'POST',
    url: '/api/ssh/certificates',
    needs: ['sign-in'],
    tag: 'keys',
    summary:
      'Sign a short SSH certificate over a public key of one’s own; it is listed and ended as keys are',
    status: 201,
    body: NewCertificate,
    answer: reference(CertificateView),
  },
  beginSshLogin: {
    method: 'POST',
    url: '/api/ssh/logins',
    needs: ['nothing'],
    tag: 'keys',
    summary: 'Begin a sign-in from a command line: a link to open in a browser',
    status: 201,
    body: NewLogin,
    answer: Login,
  },
  finishSshLogin: {
    method: 'POST',
    url: '/api/ssh/logins/finish',
    needs: ['nothing'],
    tag: 'keys',
    summary:
      'Finish it, once, with the code that the link’s page shows: a certificate for who signed in there',
    status: 201,
    body: LoginCode,
    answer: LoggedIn,
  },
  leaveSshLogin: {
    method: 'POST',
    url: '/api/ssh/logins/leave',
    needs: ['nothing'],
    tag: 'keys',
    summary: 'Give it up: nobody can sign in at the link any more',
    status: 200,
    body: LoginTicket,
    answer: LoginLeft,
  },
  readKeyLink: {
    method: 'GET',
    url: '/api/key-links/:token',
    needs: ['sign-in'],
    tag: 'keys',
    summary: 'The sign-in link that a terminal shows: which key, where from',
    status: 200,
    params: ByToken,
    answer: reference(KeyLinkView),
  },
  showKeyLinkCode: {
    method: 'POST',
    url: '/api/key-links/:token/code',
    needs: ['sign-in'],
    tag: 'keys',
    summary:
      'Take the link, once; its code, typed at the terminal, makes the key or a certificate over it the caller’s for a while',
    status: 201,
    params: ByToken,
    body: Nothing,
    answer: KeyLinkCode,
  },
  me: {
    method: 'GET',
    url: '/api/me',
    needs: ['read'],
    tag: 'me',
    summary: 'Who is calling, what they may ask for, and the addresses of the doors',
    status: 200,
    answer: reference(Me),
  },
  listOwnOperations: {
    method: 'GET',
    url: '/api/me/operations',
    needs: ['read'],
    tag: 'me',
    summary:
      'The caller’s own fetches and pushes of the last 30 days that are over, and when git last came with which credential',
    status: 200,
    query: OwnOperationsQuery,
    answer: OwnOperations,
  },
  health: {
    method: 'GET',
    url: '/healthz',
    needs: ['nothing'],
    tag: 'health',
    summary: 'The process answers',
    status: 200,
    answer: Health,
  },
} as const satisfies Record<string, Call>;

export type CallName = keyof typeof calls;

/** The shapes that the OpenAPI document names. */
export const namedShapes = [
  AccessReport,
  Person,
  Answerers,
  ScopeView,
  RequestView,
  GrantView,
  OperationView,
  EndedOperation,
  Running,
  NodeView,
  Now,
  LockView,
  CredentialView,
  ListedCredential,
  KeyView,
  CertificateView,
  KeyLinkView,
  Me,
  CanAnswer,
  Rule,
  Problem,
] as const;
