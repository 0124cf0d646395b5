/** What stood when, from the log alone: grants, locks, requests, credentials and policies, by the store's numbers. */
import type { ChainGap } from '../audit/chain-entries.ts';
import type { Entry, EntryOf } from '../audit/entry.ts';
import type { SealedEntry } from '../audit/line.ts';
import type { UpdateAsk } from '../grants/decide.ts';
import { isOn } from '../store/lock-stops.ts';
import type {
  Answer,
  ElevationRequest,
  Grant,
  Lock,
  Right,
  Standing,
  StandingGrant,
} from '../store/records.ts';
import { endedShown, tombstoneMs } from '../store/spans.ts';
import { type LoadedPolicy, loadedPolicy } from './policies.ts';
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
interface LockSpan {
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

interface CredentialHistory {
  readonly principalId: string;
  readonly endsAt: number;
  revokedSeq: number | undefined;
}

/** Gathers the entries of all chains, in whatever order the chains are read; `standing` then answers as the store did. */
export class History {
  readonly grants = new Map<string, GrantHistory>();
  readonly locks = new Map<string, LockHistory>();
  readonly requests = new Map<string, RequestHistory>();
  readonly operations = new Map<string, OperationHistory>();
  readonly credentials = new Map<string, CredentialHistory>();
  readonly policies = new Map<string, LoadedPolicy>();
  readonly gaps: ChainGap[] = [];
  /** Entries whose fields do not fit their type. */
  readonly misshapen: { readonly sealed: SealedEntry; readonly what: string }[] = [];
  /** The newest time of any entry, epoch ms. */
  lastAt = 0;
  /** Stores whose changes are on record. */
  readonly stores = new Set<string>();
  readonly #byAsk = new Map<string, GrantHistory[]>();
  /** Changes of grants and locks whose beginning has not been read yet. */
  readonly #later: (() => void)[] = [];

  /** Takes one entry; any type may come, those that change nothing here are passed over. */
  take(entry: Entry, place: EntryPlace): void {
    this.lastAt = Math.max(this.lastAt, place.at);
    if ('store' in entry && typeof entry.store === 'string') this.stores.add(entry.store);
    switch (entry.type) {
      case 'policy.loaded':
        this.policies.set(entry.policy, loadedPolicy(entry));
        break;
      case 'grant.issued':
        this.#issue(entry, place);
        break;
      case 'grant.extended':
      case 'grant.revoked':
      case 'request.answered':
      case 'request.approved':
      case 'lock.lifted':
      case 'credential.revoked':
        // Another node may have written what it changes.
        this.#later.push(() => this.#change(entry, place));
        break;
      case 'request.created':
        this.requests.set(entry.requestId, {
          created: entry,
          place,
          answers: [],
          answersUntold: false,
          approved: undefined,
        });
        break;
      case 'lock.made':
        this.#lock(entry);
        break;
      case 'operation.started':
      case 'push.commands':
      case 'push.released':
        this.#operation(entry);
        break;
      case 'credential.issued':
        this.credentials.set(entry.credentialId, {
          principalId: entry.principalId,
          endsAt: entry.endsAt,
          revokedSeq: undefined,
        });
        break;
      default:
    }
  }

  /** To be called once, when all entries were taken. */
  complete(): void {
    for (const change of this.#later.splice(0)) change();
    for (const { extended } of this.grants.values()) extended.sort((a, b) => a.storeSeq - b.storeSeq);
    for (const { answers } of this.requests.values()) answers.sort((a, b) => a.at - b.at);
  }

  /** What the store would have answered at its number `seq`, by its time `now`. */
  standing(store: string, seq: number, now: number, principalId: string, repository: string): Standing {
    const kept = (this.#byAsk.get(askKey(store, principalId, repository)) ?? []).flatMap(
      (grant) => standingGrant(grant, seq, now) ?? [],
    );
    const standing = kept.filter((held) => endOf(held) > now);
    const ended = kept
      .filter((held) => endOf(held) <= now && endOf(held) + tombstoneMs > now)
      .toSorted((a, b) => endOf(b) - endOf(a))
      .slice(0, endedShown);
    const locks = [...this.locks.values()]
      .filter(
        (made) =>
          made.store === store && isOn(made.lock, { principalId, repository }) && standsAt(made, seq, now),
      )
      .map(({ lock }) => lock);
    return { grants: [...standing, ...ended], locks, seq, now };
  }

  /** The grant as its version `version` had it; undefined when the log has none. */
  grantAt(id: string, version: number): Grant | undefined {
    const held = this.grants.get(id);
    if (held === undefined) return undefined;
    const { issued, extended } = held;
    if (issued.version === version) return issued;
    const step = extended.find((extension) => extension.version === version);
    return step && { ...issued, endsAt: step.endsAt, version };
  }

  #issue(entry: EntryOf<'grant.issued'>, place: EntryPlace): void {
    if (this.grants.has(entry.grantId)) return;
    const {
      grantId,
      requestId = '',
      principalId,
      scope,
      issuedAt,
      endsAt,
      latestEndsAt,
      version,
      rule,
      critical,
      approvers,
    } = entry;
    const repository = textOf(scope.repository);
    const store = entry.store ?? '';
    const held: GrantHistory = {
      store,
      issued: {
        id: grantId,
        requestId,
        principalId,
        scope: { repository, right: scope.right, refs: scope.refs.map(textOf), kinds: scope.kinds },
        issuedAt,
        endsAt,
        latestEndsAt,
        version,
        rule: textOf(rule),
        critical,
        approvers,
      },
      storeSeq: entry.storeSeq ?? 0,
      place,
      policy: entry.policy,
      extended: [],
      revoked: undefined,
    };
    this.grants.set(grantId, held);
    const key = askKey(store, principalId, repository);
    this.#byAsk.set(key, [...(this.#byAsk.get(key) ?? []), held]);
  }

  /** Its start, its list and its passage are of one node, and stand in one chain in this order. */
  #operation(entry: EntryOf<'operation.started' | 'push.commands' | 'push.released'>): void {
    const { operationId, principalId } = entry;
    if (entry.type === 'operation.started') {
      const { right } = entry;
      const repository = textOf(entry.repository);
      this.operations.set(operationId, {
        principalId,
        repository,
        right,
        updates: undefined,
        released: false,
      });
      return;
    }
    const operation = this.operations.get(operationId);
    if (operation === undefined) return;
    if (entry.type === 'push.released') operation.released = true;
    else operation.updates = entry.updates.map(({ ref, kind, newId }) => ({ ref: textOf(ref), kind, newId }));
  }

  #lock(entry: EntryOf<'lock.made'>): void {
    const {
      lockId,
      on,
      right,
      except,
      reason,
      by,
      until,
      untilSignIn,
      storeSeq = 0,
      storeAt = 0,
      store = '',
    } = entry;
    const known = this.locks.get(lockId);
    if (known !== undefined) {
      if (known.spans.every(({ from }) => from !== storeSeq))
        known.spans.push({ from: storeSeq, fromAt: storeAt, until: undefined, untilAt: undefined });
      return;
    }
    const lock: Lock = {
      id: lockId,
      on: lockedOn(on),
      ...(right === undefined ? {} : { right }),
      except,
      reason: textOf(reason),
      by,
      createdAt: storeAt,
      ...(until === undefined ? {} : { until }),
      ...(untilSignIn === true ? { untilSignIn } : {}),
    };
    this.locks.set(lockId, {
      store,
      lock,
      spans: [{ from: storeSeq, fromAt: storeAt, until: undefined, untilAt: undefined }],
    });
  }

  #change(
    entry: EntryOf<
      | 'grant.extended'
      | 'grant.revoked'
      | 'request.answered'
      | 'request.approved'
      | 'lock.lifted'
      | 'credential.revoked'
    >,
    place: EntryPlace,
  ): void {
    const { storeSeq = 0, storeAt = place.at } = entry;
    switch (entry.type) {
      case 'grant.extended': {
        const extended = this.grants.get(entry.grantId)?.extended;
        const { version, endsAt, requestId, policy } = entry;
        if (extended?.some((one) => one.storeSeq === storeSeq) === false)
          extended.push({ storeSeq, version, endsAt, requestId, policy, place });
        break;
      }
      case 'grant.revoked': {
        const grant = this.grants.get(entry.grantId);
        const at = entry.revokedAt ?? storeAt;
        if (grant !== undefined && (grant.revoked?.storeSeq ?? Number.POSITIVE_INFINITY) > storeSeq)
          grant.revoked = { storeSeq, at, by: entry.by, reason: textOf(entry.reason) };
        break;
      }
      case 'request.answered': {
        const request = this.requests.get(entry.requestId);
        if (request === undefined || request.answers.some(({ by }) => by === entry.by)) break;
        const meets = (entry as { readonly meets?: readonly string[] }).meets;
        request.answersUntold ||= meets === undefined && entry.verdict === 'approve';
        request.answers.push({
          by: entry.by,
          at: storeSeq,
          verdict: entry.verdict,
          ...(entry.durationMs === undefined ? {} : { durationMs: entry.durationMs }),
          ...(entry.refs === undefined ? {} : { refs: entry.refs.map(textOf) }),
          ...(meets === undefined ? {} : { meets }),
        });
        break;
      }
      case 'request.approved': {
        const request = this.requests.get(entry.requestId);
        if (request !== undefined) request.approved = entry;
        break;
      }
      case 'lock.lifted': {
        const open = this.locks
          .get(entry.lockId)
          ?.spans.filter(({ from, until }) => from < storeSeq && until === undefined);
        for (const span of open ?? []) Object.assign(span, { until: storeSeq, untilAt: storeAt });
        break;
      }
      case 'credential.revoked': {
        const credential = this.credentials.get(entry.credentialId);
        if (credential !== undefined) credential.revokedSeq ??= storeSeq;
        break;
      }
    }
  }
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

function askKey(store: string, principalId: string, repository: string): string {
  return JSON.stringify([store, principalId, repository]);
}

/** Undefined before its issue. */
function standingGrant(held: GrantHistory, seq: number, now: number): StandingGrant | undefined {
  if (held.storeSeq > seq) return undefined;
  const last = held.extended.findLast((step) => step.storeSeq <= seq);
  const grant =
    last === undefined ? held.issued : { ...held.issued, endsAt: last.endsAt, version: last.version };
  const { revoked } = held;
  if (revoked !== undefined && revoked.storeSeq <= seq) {
    const { at, by, reason } = revoked;
    return { grant, state: { kind: 'revoked', at, by, reason }, seq: revoked.storeSeq };
  }
  return {
    grant,
    state: { kind: grant.endsAt <= now ? 'expired' : 'live' },
    seq: last?.storeSeq ?? held.storeSeq,
  };
}

function endOf({ grant, state }: StandingGrant): number {
  return state.kind === 'revoked' ? state.at : grant.endsAt;
}

function standsAt({ lock, spans }: LockHistory, seq: number, now: number): boolean {
  const isMade = spans.some(({ from, until }) => from <= seq && (until === undefined || until > seq));
  return isMade && (lock.until === undefined || lock.until > now);
}

function lockedOn(on: EntryOf<'lock.made'>['on']): Lock['on'] {
  switch (on.kind) {
    case 'principal':
      return { kind: 'principal', principalId: on.principalId ?? '' };
    case 'repository':
      return { kind: 'repository', repository: textOf(on.repository ?? '') };
    case 'upstream':
      return { kind: 'upstream', upstream: on.upstream ?? '' };
    case 'everything':
      return { kind: 'everything' };
  }
}
