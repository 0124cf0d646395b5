/** The records that live in the store: what they hold, and nothing of how they are kept. Times are epoch milliseconds of the store's clock. */
import type { UpdateKind } from '../git/ref-update.ts';

/** `fetch` is always the whole repository; `push` includes `fetch` and is fenced by refs and kinds of update. */
export type Right = 'fetch' | 'push';

/** What a grant covers, or a request asks for. */
export interface Scope {
  /** Canonical name, `<upstream>/<path>`. */
  readonly repository: string;
  readonly right: Right;
  /** Ref patterns a push may touch; empty for `fetch`. */
  readonly refs: readonly string[];
  /** Kinds of update a push may make; empty for `fetch`. */
  readonly kinds: readonly UpdateKind[];
}

/** An authenticated human or machine. Identity is issuer + subject; everything else may change and is only shown or matched. */
export interface Principal {
  /** `P-…`: random, the only name of a person inside the audit chain. */
  readonly id: string;
  readonly issuer: string;
  readonly subject: string;
  readonly name: string | undefined;
  readonly email: string | undefined;
  /** True only when the provider said so; `email:` selectors match verified addresses alone. */
  readonly emailVerified: boolean;
  readonly groups: readonly string[];
  /** When the provider last vouched for `groups`. */
  readonly groupsAt: number;
  readonly firstSeenAt: number;
}

/** What a program proves itself by: a secret, or a key of SSH. Only a SHA-256 of it is kept. */
export interface Credential {
  /** `C-…` */
  readonly id: string;
  readonly principalId: string;
  /** `git`: git paths and `can` only. `api`: the scopes listed. `ssh`: a public key, at the SSH door only. */
  readonly kind: 'git' | 'api' | 'ssh';
  readonly scopes: readonly CredentialScope[];
  readonly name: string;
  /** The first 12 characters of the secret, or the key's fingerprint, for people to tell credentials apart. */
  readonly shown: string;
  /** Lower-case hex SHA-256 of the whole secret, or of a key as `hashKey` makes it. */
  readonly hash: string;
  readonly createdAt: number;
  readonly endsAt: number;
  /** Where the owner made it, so that it can end with that; undefined for one made in no sign-in. */
  readonly madeIn?: MadeIn;
  /** A key that was not registered, but bound by a link that its holder's terminal showed. */
  readonly origin?: 'sign-in-link';
}

/** When and from where a credential was last used, as far as that is noted. */
export interface CredentialUse {
  /** Store time. */
  readonly at: number;
  /** The client's address. */
  readonly from: string;
}

/** The sign-in something was made in: here (`signInHash`), at the provider (its `sid`), or both. */
export interface MadeIn {
  readonly signInHash?: string;
  readonly sid?: string;
}

/** How a credential ended before its time. */
export interface CredentialEnd {
  /** Store time. */
  readonly at: number;
  readonly why: CredentialEndWhy;
}

export type CredentialEndWhy =
  /** Its owner, or somebody who may, ended it. */
  | 'revoked'
  /** The provider ended the sign-in it was made in. */
  | 'provider-logout'
  /** Its owner signed out where it was made. */
  | 'signed-out'
  /** The provider no longer knows its owner. */
  | 'locked-out'
  /** It is not in the store, and nobody says why. */
  | 'gone';

export type CredentialScope = 'read' | 'request' | 'approve' | 'audit';

/** A browser's authenticated span; the cookie holds a random id of which only the SHA-256 is kept. */
export interface SignIn {
  readonly hash: string;
  readonly principalId: string;
  readonly createdAt: number;
  /** When the person last proved themselves to the provider (`auth_time`, else the sign-in). */
  readonly authenticatedAt: number;
  /** Absolute end; the idle limit is the key's own TTL, moved on use. */
  readonly endsAt: number;
  /** Random value the page must send back with every change (CSRF). */
  readonly csrf: string;
  /** The provider's name for its own session (`sid`), by which it ends this sign-in. */
  readonly sid?: string;
}

/** What a person is asked for again by at the provider: one a person, of their last sign-in. */
export interface KeptRefresh {
  readonly principalId: string;
  /** Another with each token kept, so that an old one is never taken for the one in force. */
  readonly version: string;
  /** The refresh token, encrypted before it reaches the store. */
  readonly sealed: string;
  /** The provider's session of that sign-in. */
  readonly sid?: string;
  /** It outlives that session (`offline_access`). */
  readonly offline: boolean;
}

/** A browser on its way to the provider and back: taken once, by the callback. */
export interface SignInAttempt {
  readonly stateHash: string;
  readonly nonce: string;
  readonly codeVerifier: string;
  /** Path on this gateway to land on. */
  readonly returnTo: string;
  /** SHA-256 of the browser-binding cookie, so that a callback cannot be fed to another browser. */
  readonly browserHash: string;
  readonly createdAt: number;
}

/**
 * A link that a terminal shows whose SSH key nobody is known by: the way from the holder of the key to a person. Whoever signs
 * in at it gets a code, and only the code, typed at that terminal, binds the key to them.
 */
export interface KeyLink {
  /** Lower-case hex SHA-256 of what stands in the link. */
  readonly hash: string;
  /** The key of the terminal, as `hashKey` makes it, and as people see it. */
  readonly keyHash: string;
  readonly fingerprint: string;
  /** Where the terminal is. */
  readonly address: string;
  readonly createdAt: number;
  readonly endsAt: number;
  readonly stage: KeyLinkStage;
  /** What the terminal gets in place of having its key bound: a certificate over it. Nobody has proven that key, which the certificate alone does not help to use. */
  readonly certificate?: { readonly lifeMs: number };
}

export type KeyLinkStage =
  | { readonly kind: 'open' }
  /** Somebody has signed in at it and been shown the code. */
  | {
      readonly kind: 'claimed';
      readonly principalId: string;
      /** Of the code, under a key that only the link holds. */
      readonly codeDigest: string;
      readonly madeIn?: MadeIn;
      /** When their sign-in ends; undefined where they showed a token. */
      readonly signInEndsAt?: number;
    }
  /** The code was typed, and the key is theirs until `endsAt`. */
  | { readonly kind: 'bound'; readonly principalId: string; readonly endsAt: number };

/** One rule's demand: `count` different people out of `from` (a selector; undefined is the role `approver`) must agree. */
export interface ApprovalNeed {
  readonly from: readonly string[] | undefined;
  readonly count: number;
}

/** What one approver said. */
export interface Answer {
  readonly by: string;
  readonly at: number;
  readonly verdict: 'approve' | 'deny';
  /** What the approver narrowed the request to, when they did. */
  readonly durationMs?: number;
  readonly refs?: readonly string[];
  readonly comment?: string;
  /** Keys of the needs (`group:payments-leads`, `role:approver`) that this person met when answering: what the answer counts for. */
  readonly meets?: readonly string[];
}

/** A principal's ask. What was asked never changes; `answers`, `state` and `version` move. */
export interface ElevationRequest {
  /** `R-…` */
  readonly id: string;
  readonly principalId: string;
  readonly scopes: readonly Scope[];
  readonly durationMs: number;
  readonly reason: string;
  readonly createdAt: number;
  /** Until when it may be decided; apart from the duration, which starts at approval. */
  readonly decideBy: number;
  /** Set when the request asks to move the end of this grant. */
  readonly extends?: string;
  readonly critical: boolean;
  readonly answers: readonly Answer[];
  readonly state: RequestState;
  /** Raised by one with every change; an answer names the version it saw. */
  readonly version: number;
}

export type RequestState =
  | { readonly kind: 'pending' }
  | { readonly kind: 'approved'; readonly at: number; readonly grantIds: readonly string[] }
  | { readonly kind: 'denied'; readonly at: number; readonly by: string; readonly comment: string }
  | { readonly kind: 'withdrawn'; readonly at: number }
  | { readonly kind: 'lapsed'; readonly at: number };

/** An approved scope with an end. */
export interface Grant {
  /** `G-…` */
  readonly id: string;
  readonly requestId: string;
  readonly principalId: string;
  readonly scope: Scope;
  readonly issuedAt: number;
  readonly endsAt: number;
  /** No extension reaches beyond it. */
  readonly latestEndsAt: number;
  /** 1 when issued, raised by every extension. */
  readonly version: number;
  /** The `match` of the rule that allowed it. */
  readonly rule: string;
  readonly critical: boolean;
  /** Who approved, by principal id; empty for automatic approval. */
  readonly approvers: readonly string[];
}

export type GrantState =
  /** Usable: its `issued` entry is durable in some node's chain. */
  | { readonly kind: 'live' }
  /** Issued, but its entry is not durable yet: not usable. */
  | { readonly kind: 'unrecorded' }
  | { readonly kind: 'expired' }
  | { readonly kind: 'revoked'; readonly at: number; readonly by: string; readonly reason: string };

/** A grant as the store sees it now; ended ones stay for 24 h so that "ended" can be told from "never". */
export interface StandingGrant {
  readonly grant: Grant;
  readonly state: GrantState;
  /** The store's `seq` of the last change to this grant. */
  readonly seq: number;
}

/** A stop on a principal, a repository, an upstream or everything. */
export interface Lock {
  /** `L-…` */
  readonly id: string;
  readonly on:
    | { readonly kind: 'principal'; readonly principalId: string }
    | { readonly kind: 'repository'; readonly repository: string }
    | { readonly kind: 'upstream'; readonly upstream: string }
    | { readonly kind: 'everything' };
  /** Undefined stops both rights. */
  readonly right?: Right;
  /** Principal ids the lock does not stop. */
  readonly except: readonly string[];
  readonly reason: string;
  readonly by: string;
  readonly createdAt: number;
  readonly until?: number;
  /** On a principal who is locked out: their next sign-in at the provider lifts it, which a leaver cannot make. */
  readonly untilSignIn?: true;
}

/** What stands for one principal on one repository at one moment: everything `decide` may look at. */
export interface Standing {
  readonly grants: readonly StandingGrant[];
  readonly locks: readonly Lock[];
  /** The store's sequence number at the read; replay rebuilds the state at this number. */
  readonly seq: number;
  /** The store's time at the read. */
  readonly now: number;
  /** In the re-read of a running operation: its principal as the provider last vouched for them. */
  readonly principal?: Principal;
  /** In the re-read of a running operation: the credential it was begun with has ended before its time. */
  readonly credentialEnded?: CredentialEnd;
  /** An operator has cut the operation that was asked about. */
  readonly cut?: OperationCut;
  /** The operation that was asked about is another node's by now. */
  readonly takenOver?: true;
}

/** A fetch or push that is open on a node, as every node can see it from its start until its outcome is on record. */
export interface RunningOperation {
  /** `O-…` */
  readonly id: string;
  readonly door: 'https' | 'ssh';
  readonly principalId: string;
  readonly credentialId: string;
  readonly repository: string;
  readonly right: Right;
  /** The grants it rests on. */
  readonly grantIds: readonly string[];
  readonly startedAt: number;
}

/** One update of a push, as much of it as is needed to ask the host for its fate later; ids as hex. */
export interface PassedUpdate {
  /** The name where it is UTF-8, else its bytes as Base64. */
  readonly ref: string | { readonly base64: string };
  readonly oldId: string;
  readonly newId: string;
}

/** How a running operation stands in the store. */
export interface OperationState {
  readonly operation: RunningOperation;
  /** Whose process it runs in. */
  readonly node: string;
  /** `moving` while bytes may pass; afterwards how it stood still: `cut`, or another outcome. */
  readonly state: 'moving' | { readonly still: string };
  /** Set once it passed the gate: its host may apply it whatever happens here. */
  readonly passed: OperationPassed | undefined;
  /** As of the last beat. */
  readonly bytesUp: number;
  readonly bytesDown: number;
  /** When its node last gave a sign of life, store time. */
  readonly nodeSeenAt: number;
}

export interface OperationPassed {
  /** The store's number of the passage. */
  readonly seq: number;
  readonly at: number;
  /** The first 1,000 of them. */
  readonly updates: readonly PassedUpdate[];
}

/** An operator's order to cut one operation. */
export interface OperationCut {
  readonly by: string;
  readonly reason: string;
  readonly at: number;
}

/** What a node says of itself, for those who look after all of them; nothing is decided by it. Times are epoch ms by its own clock. */
export interface NodeReport {
  readonly node: string;
  readonly version: string;
  readonly startedAt: number;
  readonly state: 'starting' | 'serving' | 'draining' | 'audit-failed' | 'stopped';
  /** Hash of the policy in force there. */
  readonly policy: string;
  /** Transfers that hold a lease. */
  readonly transfers: number;
  readonly audit: {
    readonly writable: boolean;
    /** Number of the last durable entry of its chain. */
    readonly seq: number;
    /** Entries not yet durable, and for how long the first of them has waited. */
    readonly waiting: number;
    readonly waitingMs: number;
    /** Entries that were not taken since the disk last took one. */
    readonly refused: number;
  };
  readonly upstreams: readonly UpstreamReport[];
  /** Its last hours, oldest first; stretches in which nothing happened are left out. */
  readonly stretches: readonly FigureStretch[];
}

/** What a node knows of one Git host from what it last asked of it. */
export interface UpstreamReport {
  readonly name: string;
  readonly answeredAt?: number;
  readonly trouble?: { readonly at: number; readonly kind: string };
}

/** What was counted in the stretch that begins at `at`. */
export interface FigureStretch extends Figures {
  readonly at: number;
}

/** Counts of what operators watch. */
export interface Figures {
  readonly bytesUp: number;
  readonly bytesDown: number;
  /** Operations that ended, however. */
  readonly operations: number;
  readonly refusals: number;
  /** Operations that ended by being cut. */
  readonly cuts: number;
}

/** A report as it is kept: when it came, store time. */
export type KeptReport = NodeReport & { readonly seenAt: number };

/** An entry of an audit chain as its line stands there, without the newline. */
export interface SharedEntry {
  readonly seq: number;
  readonly line: string;
}

/** The first and the last entry of a chain that are shared; some between may be missing. */
export interface SharedChain {
  readonly chain: string;
  readonly fromSeq: number;
  readonly toSeq: number;
}

/** How far a node's audit chain is: its last durable entry. */
export interface KeptHead {
  readonly chain: string;
  readonly seq: number;
  readonly hash: string;
}
