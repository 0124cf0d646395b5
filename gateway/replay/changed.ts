/** What an entry changes of what had begun: extensions, ends, answers. */
import type { EntryOf } from '../audit/entry.ts';
import type {
  CredentialHistory,
  EntryPlace,
  GrantHistory,
  LockHistory,
  RequestHistory,
} from './history-records.ts';
import { textOf } from './text-of.ts';

/** Entries that change what another one began, maybe on another node. */
export type Changing = EntryOf<
  | 'grant.extended'
  | 'grant.revoked'
  | 'request.answered'
  | 'request.approved'
  | 'lock.lifted'
  | 'credential.revoked'
>;

/** What may be changed, by its id. */
export interface Changeable {
  readonly grants: ReadonlyMap<string, GrantHistory>;
  readonly locks: ReadonlyMap<string, LockHistory>;
  readonly requests: ReadonlyMap<string, RequestHistory>;
  readonly credentials: ReadonlyMap<string, CredentialHistory>;
}

/** Makes the change; what it is about may be missing, and an entry may come twice. */
export function change(history: Changeable, entry: Changing, place: EntryPlace): void {
  const { storeSeq = 0, storeAt = place.at } = entry;
  switch (entry.type) {
    case 'grant.extended': {
      const extended = history.grants.get(entry.grantId)?.extended;
      const { version, endsAt, requestId, policy } = entry;
      if (extended?.some((one) => one.storeSeq === storeSeq) === false)
        extended.push({ storeSeq, version, endsAt, requestId, policy, place });
      break;
    }
    case 'grant.revoked': {
      const grant = history.grants.get(entry.grantId);
      const at = entry.revokedAt ?? storeAt;
      if (grant !== undefined && (grant.revoked?.storeSeq ?? Number.POSITIVE_INFINITY) > storeSeq)
        grant.revoked = { storeSeq, at, by: entry.by, reason: textOf(entry.reason) };
      break;
    }
    case 'request.answered': {
      const request = history.requests.get(entry.requestId);
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
      const request = history.requests.get(entry.requestId);
      if (request !== undefined) request.approved = entry;
      break;
    }
    case 'lock.lifted': {
      const open = history.locks
        .get(entry.lockId)
        ?.spans.filter(({ from, until }) => from < storeSeq && until === undefined);
      for (const span of open ?? []) Object.assign(span, { until: storeSeq, untilAt: storeAt });
      break;
    }
    case 'credential.revoked': {
      const credential = history.credentials.get(entry.credentialId);
      if (credential !== undefined) credential.revokedSeq ??= storeSeq;
      break;
    }
  }
}
