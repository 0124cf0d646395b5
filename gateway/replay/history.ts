/** What stood when, from the log alone: grants, locks, requests, credentials and policies, by the store's numbers. */
import type { ChainGap } from '../audit/chain-entries.ts';
import type { Entry, EntryOf } from '../audit/entry.ts';
import type { SealedEntry } from '../audit/line.ts';
import { isOn } from '../store/lock-stops.ts';
import type { Grant, Standing } from '../store/records.ts';
import { endedShown, tombstoneMs } from '../store/spans.ts';
import { grantBegun, lockBegun } from './begun.ts';
import { change } from './changed.ts';
import type {
  CredentialHistory,
  EntryPlace,
  GrantHistory,
  LockHistory,
  OperationHistory,
  RequestHistory,
} from './history-records.ts';
import { type LoadedPolicy, loadedPolicy } from './policies.ts';
import { endOf, standingGrant, standsAt } from './stood-then.ts';
import { textOf } from './text-of.ts';

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
        this.#later.push(() => change(this, entry, place));
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
    const held = grantBegun(entry, place);
    const { principalId, scope } = held.issued;
    this.grants.set(entry.grantId, held);
    const key = askKey(held.store, principalId, scope.repository);
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
    const { lockId, storeSeq = 0, storeAt = 0, store = '' } = entry;
    const span = { from: storeSeq, fromAt: storeAt, until: undefined, untilAt: undefined };
    const known = this.locks.get(lockId);
    if (known === undefined) this.locks.set(lockId, { store, lock: lockBegun(entry), spans: [span] });
    else if (known.spans.every(({ from }) => from !== storeSeq)) known.spans.push(span);
  }
}

function askKey(store: string, principalId: string, repository: string): string {
  return JSON.stringify([store, principalId, repository]);
}
