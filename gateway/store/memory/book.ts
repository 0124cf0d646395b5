/** Everything the in-process store holds, and the one step by which a change enters it. */

import { type Move, moveOf } from '../change-of.ts';
import type { KeptGrant } from '../grant-state.ts';
import type { KeptPassage } from '../passage.ts';
import type {
  Credential,
  CredentialEnd,
  CredentialUse,
  ElevationRequest,
  KeptHead,
  KeptRefresh,
  KeptReport,
  KeyLink,
  Lock,
  OperationCut,
  OperationState,
  Principal,
  SignIn,
  SignInAttempt,
} from '../records.ts';
import { claimMs } from '../spans.ts';
import type { Change, EventDraft, OutboxEvent } from '../store.ts';

/** The state that all stores opened on it share, as nodes share one Redis. */
export interface Book {
  readonly now: () => number;
  seq: number;
  readonly principals: Map<string, Principal>;
  readonly principalIds: Map<string, string>;
  /** By principal: when they were last enrolled. */
  readonly seen: Map<string, number>;
  readonly credentials: Map<string, Credential>;
  /** By hash of a credential above. */
  readonly credentialUses: Map<string, CredentialUse>;
  /** By hash: how credentials ended before their time, for a day and until they would have ended. */
  readonly credentialEnds: Map<string, { readonly end: CredentialEnd; readonly until: number }>;
  readonly signIns: Map<string, { readonly signIn: SignIn; readonly idleUntil: number }>;
  readonly keyLinks: Map<string, KeyLink>;
  /** By principal. */
  readonly refreshes: Map<string, { readonly refresh: KeptRefresh; readonly dueAt: number }>;
  /** Words that are said already, and until when that counts. */
  readonly said: Map<string, number>;
  readonly attempts: Map<string, { readonly attempt: SignInAttempt; readonly until: number }>;
  /** In the order of creation. */
  readonly requests: Map<string, ElevationRequest>;
  /** In the order of issue. */
  readonly grants: Map<string, BookedGrant>;
  readonly locks: Map<string, Lock>;
  /** What each lock met when it was made, the number of that change, and until when it is kept. */
  readonly locksMet: Map<
    string,
    { readonly touched: readonly OperationState[]; readonly seq: number; readonly until: number }
  >;
  /** `seq` of the last lock made or lifted. */
  locksAt: number;
  readonly operations: Map<string, BookedOperation>;
  /** When each node last gave a sign of life. */
  readonly nodes: Map<string, number>;
  /** How long each may be silent, where it said so. */
  readonly nodeSilentMs: Map<string, number>;
  /** How operations stood still that left. */
  readonly left: Map<string, { readonly how: string; readonly until: number }>;
  readonly heads: Map<string, KeptHead>;
  /** By chain: shared lines by their number in order, and when the last came. */
  readonly shared: Map<string, { readonly lines: ReadonlyMap<number, string>; readonly at: number }>;
  readonly reports: Map<string, KeptReport>;
  readonly outbox: Map<number, BookedEvent>;
  readonly listeners: Set<(change: Change | undefined) => void>;
}

export type BookedGrant = Omit<KeptGrant, 'present' | 'unrecorded'> & {
  /** `seq` of its issue, which stays whatever becomes of it. */
  readonly issued: number;
  /** The end has been turned into an event. */
  readonly closed: boolean;
  /** What its revocation touched. */
  readonly touched?: readonly OperationState[];
};

export type BookedOperation = Omit<OperationState, 'nodeSeenAt'> & {
  readonly passage: KeptPassage | undefined;
  readonly cut: OperationCut | undefined;
};

export interface BookedEvent {
  readonly event: OutboxEvent;
  readonly node: string;
  readonly claimedUntil: number;
  /** Published again when the event is durable, since a grant counts only from then on. */
  readonly change: Change | undefined;
}

/** An empty book on a clock (epoch ms). */
export function newBook(now: () => number): Book {
  return {
    now,
    seq: 0,
    principals: new Map(),
    principalIds: new Map(),
    seen: new Map(),
    credentials: new Map(),
    credentialUses: new Map(),
    credentialEnds: new Map(),
    signIns: new Map(),
    keyLinks: new Map(),
    refreshes: new Map(),
    said: new Map(),
    attempts: new Map(),
    requests: new Map(),
    grants: new Map(),
    locks: new Map(),
    locksMet: new Map(),
    locksAt: 0,
    operations: new Map(),
    nodes: new Map(),
    nodeSilentMs: new Map(),
    left: new Map(),
    heads: new Map(),
    shared: new Map(),
    reports: new Map(),
    outbox: new Map(),
    listeners: new Set(),
  };
}

/** Gives each event its `seq`, puts it into the outbox claimed for `node`, and tells every listener what moved. */
export function enter(
  book: Book,
  node: string,
  events: readonly EventDraft[],
  about: Move,
): readonly OutboxEvent[] {
  const at = book.now();
  return events.map((draft) => {
    book.seq += 1;
    const event: OutboxEvent = { seq: book.seq, at, type: draft.type, body: draft.body };
    const change = { seq: book.seq, ...moveOf(draft, about) };
    const again = change.kind === 'grant' ? change : undefined;
    book.outbox.set(event.seq, { event, node, claimedUntil: at + claimMs, change: again });
    tell(book, change);
    return event;
  });
}

/** Calls the listeners after the running step, as a message from another process would. */
export function tell(book: Book, change: Change): void {
  queueMicrotask(() => {
    for (const listener of [...book.listeners]) listener(change);
  });
}
