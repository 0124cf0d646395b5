/** What a history keeps of each grant, lock, request, operation and credential. */
import type { EntryOf } from '../audit/entry.ts';
import type { SealedEntry } from '../audit/line.ts';
import type { UpdateAsk } from '../grants/decide.ts';
import type { Answer, ElevationRequest, Grant, Lock, Right } from '../store/records.ts';
import { textOf } from './text-of.ts';

/** Where an entry stands. */
export type EntryPlace = Pick<SealedEntry, 'chain' | 'seq' | 'at'>;

/** A grant from its issue to its end. */
export interface GrantHistory {
  /** Which store it lived in. */
  readonly store: string;
  /** As it was issued. */
  readonly issued: Grant;
  readonly storeSeq: number;
  readonly place: EntryPlace;
  /** Hash of the policy it was issued under. */
  readonly policy: string | undefined;
  /** In the order of the store. */
  readonly extended: {
    readonly storeSeq: number;
    readonly requestId: string | undefined;
    readonly place: EntryPlace;
    readonly version: number;
    readonly endsAt: number;
    readonly policy: string | undefined;
  }[];
  revoked:
    | { readonly storeSeq: number; readonly at: number; readonly by: string; readonly reason: string }
    | undefined;
}

/** A lock from its making to its lifting; one that was put back after the store lost it has a further span. */
export interface LockHistory {
  readonly store: string;
  readonly lock: Lock;
  readonly spans: LockSpan[];
}

/** By the store's numbers, and by its clock. */
export interface LockSpan {
  readonly from: number;
  readonly fromAt: number;
  until: number | undefined;
  untilAt: number | undefined;
}

/** A request and what was said of it. */
export interface RequestHistory {
  readonly created: EntryOf<'request.created'>;
  readonly place: EntryPlace;
  readonly answers: Answer[];
  /** Some answer does not say for which of the rule's demands it counts. */
  answersUntold: boolean;
  approved: EntryOf<'request.approved'> | undefined;
}

/** What an operation was let through for, and how far its push came. */
export interface OperationHistory {
  readonly principalId: string;
  readonly repository: string;
  readonly right: Right;
  updates: readonly (UpdateAsk & { readonly newId: string })[] | undefined;
  released: boolean;
}

/** A credential, and when it was revoked. */
export interface CredentialHistory {
  readonly principalId: string;
  readonly endsAt: number;
  revokedSeq: number | undefined;
}

/** A request of the log as `approval.ts` works with requests. */
export function requestOf({
  created,
  answers,
}: RequestHistory): Pick<ElevationRequest, 'id' | 'principalId' | 'durationMs' | 'answers' | 'scopes'> {
  const { requestId, principalId, durationMs, scopes } = created;
  return {
    id: requestId,
    principalId,
    durationMs,
    answers,
    scopes: scopes.map(({ repository, right, refs, kinds }) => ({
      repository: textOf(repository),
      right,
      refs: refs.map(textOf),
      kinds,
    })),
  };
}
