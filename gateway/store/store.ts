/** The store's interface: domain verbs only, each atomic, each changing one taking the next `seq`. */
import type {
  Credential,
  CredentialEndWhy,
  CredentialUse,
  ElevationRequest,
  Grant,
  KeptHead,
  KeptRefresh,
  KeptReport,
  KeyLink,
  Lock,
  NodeReport,
  OperationPassed,
  OperationState,
  PassedUpdate,
  Principal,
  RunningOperation,
  SharedChain,
  SharedEntry,
  SignIn,
  SignInAttempt,
  Standing,
  StandingGrant,
} from './records.ts';

/** Whose standing is asked for: by the hash of a presented credential, or by a principal already known. */
export type Claim = { readonly credentialHash: string } | { readonly principalId: string };

/** What a running operation rests on, for its re-read. */
export interface Running {
  readonly principalId: string;
  readonly repository: string;
  /** The credential it was begun with; the answer then says whether that has ended. */
  readonly credential?: { readonly hash: string; readonly endsAt: number } | undefined;
  /** Its own id; the answer then says whether an operator cut it. */
  readonly operationId?: string;
}

/** What one round trip answers about a claim. */
export interface Stand {
  /** Undefined when no live credential has this hash (claims by hash only). */
  readonly credential: Credential | undefined;
  /** Undefined when the claim names nobody. */
  readonly principal: Principal | undefined;
  readonly standing: Standing;
}

/** A line for the audit that a changing verb put into the outbox in the same step; claimed by the node that made the change. */
export interface OutboxEvent {
  readonly seq: number;
  /** The store's time of the change. */
  readonly at: number;
  readonly type: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** Set when another node claimed the event before and may have written it: `{ node }` of that one. */
  readonly adoptedFrom?: string;
}

/** What a changing verb returns: the events to make durable and then acknowledge, before anyone may rely on the change. */
export interface Changed<T> {
  readonly value: T;
  readonly events: readonly OutboxEvent[];
}

/** What moved, as published to every node. A hint only: nodes also re-read on their own. */
export interface Change {
  readonly seq: number;
  readonly kind:
    | 'grant'
    | 'request'
    | 'lock'
    | 'credential'
    | 'sign-in'
    | 'principal'
    | 'operation'
    | 'audit';
  readonly id: string;
  readonly principalId?: string;
}

/** The outcome of answering a request under the version the caller saw. */
export type AnswerResult =
  | { readonly kind: 'stored'; readonly request: ElevationRequest }
  /** Somebody was faster: nothing was stored; `request` is how it stands now. */
  | { readonly kind: 'moved'; readonly request: ElevationRequest }
  | { readonly kind: 'unknown' };

/**
 * The outcome of revoking: a grant that ended before is reported as it was left. Who repeats their own revocation, since its
 * answer got lost, hears what it touched, for as long as the grant is known.
 */
export type RevokeResult =
  | {
      readonly kind: 'revoked';
      readonly grant: StandingGrant;
      /** The operations that rested on it in that very moment, and which of them had passed the gate. */
      readonly touched: readonly OperationState[];
      /** Nothing was changed: it was done before, by the same person for the same reason; whether its entry is durable. */
      readonly repeated?: { readonly recorded: boolean };
    }
  | { readonly kind: 'ended-before'; readonly grant: StandingGrant }
  | { readonly kind: 'unknown' };

/** `moved`: a grant of theirs on one of the repositories, or any lock, changed since it was decided; nothing was done. */
export type AtOnceResult =
  | { readonly kind: 'granted'; readonly grants: readonly StandingGrant[] }
  | { readonly kind: 'moved' };

export type ExtendResult =
  | { readonly kind: 'extended'; readonly grant: StandingGrant; readonly request: ElevationRequest }
  | { readonly kind: 'moved' }
  | { readonly kind: 'unknown' };

/** What a lock met in the moment it was made. */
export interface Locked {
  readonly lock: Lock;
  /** The operations it stops, and which of them had passed the gate before. */
  readonly touched: readonly OperationState[];
}

/** The same, asked for again. */
export interface LockMet extends Pick<Locked, 'touched'> {
  readonly recorded: boolean;
}

/** One push at the gate. */
export interface GatePassage {
  readonly operationId: string;
  /** The credential it was begun with: a push passes before that is revoked, or not at all. */
  readonly credential?: Running['credential'];
  /** The grants its updates rest on, with the ends they were decided by. */
  readonly grants: readonly { readonly id: string; readonly endsAt: number }[];
  /** The `seq` of the standing it was decided from. */
  readonly decidedAt: number;
  readonly updates: readonly PassedUpdate[];
}

/**
 * `moved`: a grant, a lock, the credential or the operation itself changed since the standing was read; nothing was marked. `gone`: the
 * operation is not this node's any more, and never will be.
 */
export type GateResult =
  | { readonly kind: 'passed'; readonly passed: OperationPassed }
  | { readonly kind: 'moved' | 'gone' };

export type CutResult =
  /** Told to its node; `operation` is how it stood at that moment. */
  | { readonly kind: 'told'; readonly operation: OperationState }
  /** It had passed the gate, or nothing of it moved: there was nothing to cut. */
  | { readonly kind: 'passed' | 'still'; readonly operation: OperationState }
  | { readonly kind: 'unknown' };

/** The body and type of the audit event that a changing verb writes to the outbox with its change. */
export interface EventDraft {
  readonly type: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/**
 * Where live state is kept.
 *
 * Every verb rejects with a `StoreError` when the store cannot be reached in time; a change that timed out for its caller
 * is never applied later (each carries a deadline checked against the store's clock).
 */
/**
 * An order of requests: everybody's or one person's, newest first; or those that wait, the one that lapses first in front,
 * critical ones apart from the others. Of what lapsed some may still be among those that wait.
 */
export type RequestWalk =
  | { readonly kind: 'all' | 'pending-critical' | 'pending-other' }
  | { readonly kind: 'of'; readonly principalId: string };

/** Where a request or grant stands in a walk; lasts as long as that is kept, and beyond it. */
export interface WalkPlace {
  readonly at: number;
  readonly id: string;
}

/** What was met on a stretch, in its order. */
export interface RequestStretch {
  readonly met: readonly { readonly place: WalkPlace; readonly request: ElevationRequest }[];
  /** The last place that was looked at; undefined at the end of the walk. */
  readonly last: WalkPlace | undefined;
}

/**
 * An order of grants: everybody's or one person's, newest first, ended ones of the last 24 h included; or those that have not
 * ended, the one that ends first in front. In that one an extension moves a grant further on: it may be met twice, and is
 * never left out.
 */
export type GrantWalk =
  | { readonly kind: 'all' | 'open' }
  | { readonly kind: 'of'; readonly principalId: string };

/** What was met on a stretch, in its order. */
export interface GrantStretch {
  readonly met: readonly { readonly place: WalkPlace; readonly grant: StandingGrant }[];
  /** The last place that was looked at; undefined at the end of the walk. */
  readonly last: WalkPlace | undefined;
}

export interface Store {
  /** The store's clock, epoch ms; also how a node learns that the store answers. */
  now(): Promise<number>;

  // -- who and what stands, one round trip each
  stand(claim: Claim, repository: string): Promise<Stand>;
  /** The re-read for running operations: one pipelined round trip, results in the order of `of`. */
  standings(of: readonly Running[]): Promise<readonly Standing[]>;

  // -- people
  /** Creates the principal of (issuer, subject) or refreshes what the provider says of them; the id never changes. */
  enrol(seen: Omit<Principal, 'id' | 'firstSeenAt' | 'groupsAt'>, newId: string): Promise<Principal>;
  principal(id: string): Promise<Principal | undefined>;
  /** The principal of (issuer, subject), without creating one. */
  known(issuer: string, subject: string): Promise<Principal | undefined>;
  principals(ids: readonly string[]): Promise<ReadonlyMap<string, Principal>>;
  /** Those enrolled within the last `seenKeptMs`, the last first; of more than `listedAtMost` those seen last. */
  seenLately(): Promise<readonly Principal[]>;

  // -- credentials and sign-ins
  /** Undefined, and nothing done, when a live credential has that hash: a key belongs to one principal. */
  issueCredential(credential: Credential, event: EventDraft): Promise<Changed<Credential | undefined>>;
  credentialsOf(principalId: string): Promise<readonly Credential[]>;
  /** A credential by the hash of its secret, with its owner and the store's time; for calls that concern no repository. */
  credential(
    hash: string,
  ): Promise<{ credential: Credential; principal: Principal; now: number } | undefined>;
  /** Keeps it beside the live credential of that hash, in the place of the use before; false, and nothing kept, when there is none. */
  noteUse(hash: string, use: CredentialUse): Promise<boolean>;
  /** By hash: the last uses of the live credentials of a person that were noted. */
  usesOf(principalId: string): Promise<ReadonlyMap<string, CredentialUse>>;
  /** Undefined when there is no such live credential of that owner. Transfers that run under it learn `why` it ended. */
  revokeCredential(
    principalId: string,
    id: string,
    event: EventDraft,
    why?: Exclude<CredentialEndWhy, 'gone'>,
  ): Promise<Changed<Credential | undefined>>;
  beginSignIn(attempt: SignInAttempt, ttlMs: number): Promise<void>;
  /** Takes an attempt: at most one caller ever gets it. */
  takeSignInAttempt(stateHash: string): Promise<SignInAttempt | undefined>;
  openSignIn(signIn: SignIn, idleMs: number, event: EventDraft): Promise<Changed<SignIn>>;
  /** Finds a live sign-in and moves its idle limit. */
  signIn(hash: string, idleMs: number): Promise<{ signIn: SignIn; principal: Principal } | undefined>;
  closeSignIn(hash: string, event: EventDraft): Promise<Changed<boolean>>;
  /** Live sign-ins of a principal. */
  signInsOf(principalId: string): Promise<readonly SignIn[]>;
  /** Ids of principals with a sign-in or credential made in the provider's session of this name; other issuers' may be among them. */
  principalsIn(sid: string): Promise<readonly string[]>;
  /** True for the first who says `word` within `spanMs`, whichever node they ask. */
  firstTime(word: string, spanMs: number): Promise<boolean>;
  /** Lets `word` be said for the first time again: what it announced did not come about. */
  unsay(word: string): Promise<void>;

  // -- links that terminals show
  /** Keeps it until it ends; whoever asks after that finds nothing. */
  offerKeyLink(link: KeyLink): Promise<void>;
  keyLink(hash: string): Promise<KeyLink | undefined>;
  /** Puts `next` in its place, if it has not ended and stands at stage `from`: of many callers one gets `true`. */
  moveKeyLink(
    next: KeyLink,
    from: KeyLink['stage']['kind'],
    events: readonly EventDraft[],
  ): Promise<Changed<boolean>>;
  /** Harmless when there is none. */
  dropKeyLink(hash: string): Promise<void>;

  // -- refresh tokens
  /** Keeps it in place of an earlier one of that person. */
  keepRefresh(refresh: KeptRefresh, dueInMs: number): Promise<void>;
  refreshOf(principalId: string): Promise<KeptRefresh | undefined>;
  /** Those due now, each claimed for `spanMs`; a person of whom nothing lives any more is forgotten instead. At most 20 a call. */
  claimRefreshes(spanMs: number): Promise<readonly KeptRefresh[]>;
  /** Puts `next` in its place, or nothing; false, and nothing changed, when another is in force by now. */
  replaceRefresh(
    seen: Pick<KeptRefresh, 'principalId' | 'version'>,
    next: { readonly refresh: KeptRefresh; readonly dueInMs: number } | undefined,
  ): Promise<boolean>;

  // -- requests
  /** An identical pending request (same principal, scopes, duration, extends) is returned instead of doubled: `created` is false, no event. */
  createRequest(
    request: ElevationRequest,
    event: EventDraft,
  ): Promise<Changed<{ request: ElevationRequest; created: boolean }>>;
  /**
   * Stores `next` (answers, state, version already moved by the caller) and issues `grants`, all or nothing, if the request
   * is pending at version `next.version - 1` and not past its `decideBy` by the store's clock.
   */
  answerRequest(
    next: ElevationRequest,
    grants: readonly Grant[],
    events: readonly EventDraft[],
  ): Promise<Changed<AnswerResult>>;
  /**
   * The request, its approval and its grants in one atomic step.
   *
   * @param decidedAt the `seq` of the standing that gave no such grant; without it what stands is not looked at
   */
  grantAtOnce(
    request: ElevationRequest,
    grants: readonly Grant[],
    events: readonly EventDraft[],
    decidedAt?: number,
  ): Promise<Changed<AtOnceResult>>;
  request(id: string): Promise<ElevationRequest | undefined>;
  /** Newest first, at most `limit` (1 to 500). */
  requests(filter: {
    principalId?: string;
    state?: ElevationRequest['state']['kind'];
    limit: number;
  }): Promise<readonly ElevationRequest[]>;
  /** A stretch of the requests along an order in which none changes its place: at most `limit` (1 to 500), behind `behind`. */
  walkRequests(
    walk: RequestWalk,
    from: { behind?: WalkPlace | undefined; limit: number },
  ): Promise<RequestStretch>;

  // -- grants
  grant(id: string): Promise<StandingGrant | undefined>;
  /**
   * A stretch of the grants: `limit` of them (1 to 500) are looked at, behind `behind`, and those met that are on `repository`,
   * where one is named. What is issued meanwhile changes no place of another.
   */
  walkGrants(
    walk: GrantWalk,
    from: { behind?: WalkPlace | undefined; repository?: string | undefined; limit: number },
  ): Promise<GrantStretch>;
  /** Moves a live grant's end to `next.endsAt` and stores the approved extension request, if the grant is live at `next.version - 1` and the request pending at `request.version - 1`. */
  extendGrant(
    next: Grant,
    request: ElevationRequest,
    events: readonly EventDraft[],
  ): Promise<Changed<ExtendResult>>;
  revokeGrant(id: string, by: string, reason: string, event: EventDraft): Promise<Changed<RevokeResult>>;

  // -- locks
  lock(lock: Lock, event: EventDraft): Promise<Changed<Locked>>;
  locks(): Promise<readonly Lock[]>;
  /**
   * What a lock met in the moment it was made, as long as that is kept (`lockMetKeptMs`), and whether its event is recorded by
   * now: for whoever lost the answer of `lock`. Undefined afterwards, and of an unknown lock.
   */
  lockMet(id: string): Promise<LockMet | undefined>;
  /** Undefined when there is no such lock. */
  lift(id: string, event: EventDraft): Promise<Changed<Lock | undefined>>;

  // -- running operations
  /**
   * Puts an operation on the books before its first byte, or sets it moving again under a later decision: from now on a
   * revocation or lock finds it. `moved` when a grant it rests on ended, or any grant of it or any lock changed, after `seq`:
   * nothing was done, and it must be decided again. `gone` when another node has taken it over, and for one that enters
   * `again` also when the books do not know it any more: its end is on record or soon will be.
   */
  enter(
    operation: RunningOperation,
    seq: number,
    how: 'first' | 'again',
  ): Promise<'entered' | 'moved' | 'gone'>;
  /**
   * The gate, in one step: every grant the push rests on is live and unchanged since it was decided, no lock changed since,
   * its credential has not ended before its time, no operator cut it, and the operation is this node's and moving; then the mark is set and has its place in the order of
   * `seq`. Asked again after an answer that got lost, it answers with the first passage, unless another node has taken the
   * operation over meanwhile.
   */
  passGate(passage: GatePassage): Promise<GateResult>;
  /** No byte of it moves any more; `how` is `cut` or another outcome. Whoever waits for it is told. Harmless when unknown or another node's. */
  standStill(operationId: string, how: string): Promise<void>;
  /** Its outcome is on record: it leaves the books, unless it is another node's. How it stood still can be read for a minute more. */
  leave(operationId: string): Promise<void>;
  /**
   * This node's sign of life, once a second, with how far its operations are where that changed.
   *
   * @param silentMs how long after it others may take this node's operations over: by then it lets nothing move any more
   */
  beat(
    progress: readonly { id: string; bytesUp: number; bytesDown: number }[],
    silentMs: number,
  ): Promise<void>;
  /** Every operation on the books, of all nodes, and the store's time. */
  operations(): Promise<{ readonly operations: readonly OperationState[]; readonly now: number }>;
  /** How each of these stood still: absent while it moves, `gone` when nobody knows any more. */
  stoodStill(operationIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Orders one operation to be cut; its node learns of it as it learns of revocations. No event comes of an unknown one. */
  cutOperation(id: string, by: string, reason: string, event: EventDraft): Promise<Changed<CutResult>>;
  /**
   * Takes over operations of nodes that were silent for as long as they said (30 s where they did not), and with `own` those
   * of this node's earlier process; each goes to one caller, who records its end and calls `leave`. `node` says whose it was.
   * From now on nothing of it passes the gate, and the node it ran on is told. At most 100 a call.
   */
  adoptOperations(own: boolean): Promise<readonly OperationState[]>;

  // -- heads of audit chains
  /** Keeps how far a chain is, in the place of what was kept of it. */
  keepHead(head: KeptHead): Promise<void>;
  /** How far chains are, of all nodes that ever wrote one; at most 1,000. */
  heads(): Promise<readonly KeptHead[]>;

  // -- the newest audit entries, for auditors at any node; the files are the log, and these are copies
  /**
   * Shares entries of a chain behind those shared before, in their order; of each chain the newest are kept, up to 4 MiB, and for 7 days
   * at most. Harmless for those that are there already; where another stands in the place of one, the chain went back and is shared anew.
   */
  shareEntries(chain: string, entries: readonly SharedEntry[]): Promise<void>;
  /** Of which chains entries are shared; at most 64. */
  sharedChains(): Promise<readonly SharedChain[]>;
  /**
   * Shared entries of a chain from one number to another, both included, at most 200. Those that are missing are not there, or no gateway
   * wrote them. `read`: there may be more behind this number (newest first: before it).
   */
  sharedEntries(
    chain: string,
    range: { readonly from: number; readonly to: number; readonly first: 'oldest' | 'newest' },
  ): Promise<{ readonly entries: readonly SharedEntry[]; readonly read?: number }>;

  // -- reports of nodes
  /** Keeps what this node says of itself, in the place of what it said before; one that is not renewed is forgotten after a day. */
  report(report: NodeReport): Promise<void>;
  /** What nodes said last, and the store's time; at most 100. */
  reports(): Promise<{ readonly reports: readonly KeptReport[]; readonly now: number }>;

  // -- ends and the outbox
  /** Turns grants past their end into `grant.expired` events and requests past `decideBy` into `request.lapsed`, each exactly once across nodes. At most 100 a call. */
  claimEnds(): Promise<readonly OutboxEvent[]>;
  /** Takes over events whose claim lapsed (their node died between change and acknowledgement). At most 100 a call. */
  adoptOutbox(): Promise<readonly OutboxEvent[]>;
  /** Tells the store that these events are durable in this node's chain: grants issued by them become usable now. */
  acknowledge(seqs: readonly number[]): Promise<void>;

  /** Calls back for each published change, and with `undefined` after a reconnect, when changes may have been missed. */
  onChange(listener: (change: Change | undefined) => void): () => void;
  close(): Promise<void>;
}
