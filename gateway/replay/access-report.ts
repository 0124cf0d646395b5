/** Who had what access in a period, why, and what was really done with it: read from the log alone. */
import type { ChainGap } from '../audit/chain-entries.ts';
import type { Entry, EntryOf } from '../audit/entry.ts';
import type { Person } from '../audit/people.ts';
import { DeletedGaps } from './deleted-gaps.ts';
import { placedEntries } from './entries.ts';
import { filesElsewhere, peopleBeside } from './replay.ts';
import { reportHash } from './report-hash.ts';
import { type ApproversToday, RulesToday, type RuleToday } from './rules-today.ts';
import { textOf } from './text-of.ts';

/** One operation under a grant; what a push changed, as its host reported. */
export interface ReportedOperation {
  readonly operationId: string;
  readonly right: string;
  readonly startedAt: number;
  endedAt?: number;
  outcome?: string;
  bytesUp?: number;
  bytesDown?: number;
  updates?: readonly { readonly ref: string; readonly outcome: string }[];
}

export interface ReportedPerson {
  readonly id: string;
  /** As far as the people files still say. */
  readonly name?: string;
}

export interface ReportedGrant {
  readonly grantId: string;
  readonly requester: ReportedPerson;
  readonly approvers: readonly ReportedPerson[];
  /** Of the request; undefined where that is not in the log. */
  readonly reason?: string;
  readonly right: string;
  readonly repository: string;
  readonly refs: readonly string[];
  readonly rule: string;
  readonly critical: boolean;
  readonly issuedAt: number;
  /** Its end as it came: by time, or earlier when it was revoked. */
  readonly endedAt: number;
  readonly revoked?: { readonly by: ReportedPerson; readonly reason: string };
  readonly operations: readonly ReportedOperation[];
}

/** Equal refusals of one person, counted. */
export interface ReportedRefusal {
  readonly who: ReportedPerson;
  readonly repository: string;
  readonly right: string;
  readonly reason: string;
  readonly count: number;
  readonly lastAt: number;
}

export interface AccessReport {
  readonly from: number;
  readonly to: number;
  /** Those in force at any moment of the period; critical ones first. */
  readonly grants: readonly ReportedGrant[];
  /** Ids of those under which nothing was done in it. */
  readonly neverUsed: readonly string[];
  readonly refusals: readonly ReportedRefusal[];
  /** The most used first. */
  readonly rules: readonly { readonly rule: string; readonly grants: number; readonly operations: number }[];
  /** Missing and altered parts of the log: what stood there is not in the report. */
  readonly gaps: readonly ChainGap[];
  /** What `report.signed-off` names: see `reportHash`. */
  readonly hash: string;
  /** By the policy that the log ends with, which may be younger than the period; undefined where it holds none. */
  readonly today: readonly RuleOfReport[] | undefined;
  /** Who signed the period off. */
  readonly reviews: readonly ReportReview[];
}

/** A rule as it is today, with the people it means. */
export type RuleOfReport = Omit<RuleToday, 'mayAsk' | 'approvers'> & {
  readonly mayAsk: readonly ReportedPerson[];
  readonly approvers: readonly (Omit<ApproversToday, 'signedIn'> & {
    readonly signedIn: readonly ReportedPerson[];
  })[];
};

export interface ReportReview {
  readonly by: ReportedPerson;
  /** The node's clock, epoch ms. */
  readonly at: number;
  readonly remarks: string;
  readonly hash: string;
  /** Whether what was signed off is this report. */
  readonly isOfThis: boolean;
}

/** Operations whose details a report holds; memory grows with them, and with grants and requests. */
const operationsAtMost = 1_000_000;

/**
 * Reads every chain below the paths, which are to be those of all nodes. Rejects for files that cannot be read.
 *
 * @param elsewhere chains that are known of and whose files may lie elsewhere: those that are not below the paths count as gaps
 */
export async function accessReport(
  paths: readonly string[],
  from: number,
  to: number,
  elsewhere: readonly string[] = [],
): Promise<AccessReport> {
  const gathered = new Gathered(from, to);
  const today = new RulesToday();
  const chains = new Set<string>();
  const deleted = new DeletedGaps();
  const signedOff: { readonly entry: EntryOf<'report.signed-off'>; readonly at: number }[] = [];
  const found: ChainGap[] = [];
  const onTheWay = { onGap: (gap: ChainGap) => void found.push(gap), onMisshapen: () => undefined };
  for await (const placed of placedEntries(paths, onTheWay))
    for (const { entry, sealed } of placed) {
      gathered.take(entry, sealed.at);
      today.take(entry, sealed.at);
      deleted.take(entry, sealed);
      chains.add(sealed.chain);
      if (entry.type === 'report.signed-off' && entry.from === from && entry.to === to)
        signedOff.push({ entry, at: sealed.at });
    }
  const gaps = found.map((gap) => deleted.told(gap));
  for (const chain of elsewhere) if (!chains.has(chain)) gaps.push(filesElsewhere(chain));
  const people = await peopleBeside(paths);
  const who = naming(people);
  const period = { from, to, ...gathered.told(who), gaps };
  const hash = reportHash(period);
  return {
    ...period,
    hash,
    today: today.told(people)?.map(({ mayAsk, approvers, ...rule }) => ({
      ...rule,
      mayAsk: mayAsk.map(who),
      approvers: approvers.map((one) => ({ ...one, signedIn: one.signedIn.map(who) })),
    })),
    reviews: signedOff.map(({ entry: { principalId, remarks, report }, at }) => ({
      by: who(principalId),
      at,
      remarks: textOf(remarks),
      hash: report,
      isOfThis: report === hash,
    })),
  };
}

function naming(people: ReadonlyMap<string, Person>): (id: string) => ReportedPerson {
  return (id) => {
    const name = people.get(id)?.name;
    return name === undefined ? { id } : { id, name };
  };
}

type Taken = Parameters<typeof textOf>[0];

class Gathered {
  readonly #from: number;
  readonly #to: number;
  readonly #reasons = new Map<string, Taken>();
  readonly #grants = new Map<string, EntryOf<'grant.issued'>>();
  readonly #extended = new Map<string, number>();
  readonly #revoked = new Map<
    string,
    { readonly at: number; readonly by: string; readonly reason: string }
  >();
  readonly #operations = new Map<string, ReportedOperation & { readonly grantIds: readonly string[] }>();
  readonly #outcomes = new Map<string, Partial<ReportedOperation>>();
  readonly #refusals = new Map<string, Omit<ReportedRefusal, 'who'> & { readonly principalId: string }>();

  constructor(from: number, to: number) {
    this.#from = from;
    this.#to = to;
  }

  take(entry: Entry, at: number): void {
    if (at >= this.#to) return;
    switch (entry.type) {
      case 'request.created':
        this.#reasons.set(entry.requestId, entry.reason);
        break;
      case 'grant.issued':
        this.#grants.set(entry.grantId, entry);
        break;
      case 'grant.extended':
        this.#extended.set(entry.grantId, Math.max(entry.endsAt, this.#extended.get(entry.grantId) ?? 0));
        break;
      case 'grant.revoked':
        if (!this.#revoked.has(entry.grantId))
          this.#revoked.set(entry.grantId, {
            at: entry.revokedAt ?? entry.storeAt ?? at,
            by: entry.by,
            reason: textOf(entry.reason),
          });
        break;
      case 'operation.started':
        if (at >= this.#from && this.#operations.size < operationsAtMost)
          this.#operations.set(entry.operationId, {
            operationId: entry.operationId,
            right: entry.right,
            startedAt: at,
            grantIds: entry.grantIds,
          });
        break;
      case 'push.settled':
        this.#noteOutcome(entry.operationId, {
          updates: entry.updates.map(({ ref, outcome }) => ({ ref: textOf(ref), outcome })),
        });
        break;
      case 'operation.ended': {
        const { outcome, bytesUp, bytesDown } = entry;
        this.#noteOutcome(entry.operationId, { endedAt: at, outcome, bytesUp, bytesDown });
        break;
      }
      case 'operation.refused':
        if (at >= this.#from) this.#noteRefusal(entry);
        break;
      default:
        break;
    }
  }

  #noteOutcome(operationId: string, what: Partial<ReportedOperation>): void {
    this.#outcomes.set(operationId, { ...this.#outcomes.get(operationId), ...what });
  }

  #noteRefusal(entry: EntryOf<'operation.refused'>): void {
    const { principalId, right = '', reason, count, lastAt } = entry;
    const repository = entry.repository === undefined ? '' : textOf(entry.repository);
    const key = JSON.stringify([principalId, repository, right, reason]);
    const before = this.#refusals.get(key);
    this.#refusals.set(key, {
      principalId,
      repository,
      right,
      reason,
      count: count + (before?.count ?? 0),
      lastAt: Math.max(lastAt, before?.lastAt ?? 0),
    });
  }

  told(
    who: (id: string) => ReportedPerson,
  ): Pick<AccessReport, 'grants' | 'neverUsed' | 'refusals' | 'rules'> {
    const under = new Map<string, ReportedOperation[]>();
    for (const { grantIds, ...operation } of this.#operations.values())
      for (const grantId of grantIds) {
        const known = under.get(grantId) ?? [];
        known.push({ ...operation, ...this.#outcomes.get(operation.operationId) });
        under.set(grantId, known);
      }
    const grants = [...this.#grants.values()]
      .map((issued) => this.#grant(issued, under.get(issued.grantId) ?? [], who))
      .filter(({ issuedAt, endedAt }) => issuedAt < this.#to && endedAt > this.#from)
      .toSorted((a, b) => Number(b.critical) - Number(a.critical) || a.issuedAt - b.issuedAt);
    return {
      grants,
      neverUsed: grants.filter(({ operations }) => operations.length === 0).map(({ grantId }) => grantId),
      refusals: [...this.#refusals.values()]
        .map(({ principalId, ...refusal }) => ({ who: who(principalId), ...refusal }))
        .toSorted((a, b) => b.count - a.count),
      rules: rulesOf(grants),
    };
  }

  #grant(
    issued: EntryOf<'grant.issued'>,
    operations: readonly ReportedOperation[],
    who: (id: string) => ReportedPerson,
  ): ReportedGrant {
    const { grantId, requestId, principalId, approvers, scope, rule, critical, issuedAt, endsAt } = issued;
    const reason = requestId === undefined ? undefined : this.#reasons.get(requestId);
    const revoked = this.#revoked.get(grantId);
    const end = Math.max(endsAt, this.#extended.get(grantId) ?? 0);
    return {
      grantId,
      requester: who(principalId),
      approvers: approvers.map(who),
      ...(reason === undefined ? {} : { reason: textOf(reason) }),
      right: scope.right,
      repository: textOf(scope.repository),
      refs: scope.refs.map(textOf),
      rule: textOf(rule),
      critical,
      issuedAt,
      endedAt: Math.min(end, revoked?.at ?? end),
      ...(revoked === undefined ? {} : { revoked: { by: who(revoked.by), reason: revoked.reason } }),
      operations,
    };
  }
}

function rulesOf(grants: readonly ReportedGrant[]): AccessReport['rules'] {
  const rules = new Map<string, { rule: string; grants: number; operations: number }>();
  for (const { rule, operations } of grants) {
    const known = rules.get(rule) ?? { rule, grants: 0, operations: 0 };
    rules.set(rule, {
      rule,
      grants: known.grants + 1,
      operations: known.operations + operations.length,
    });
  }
  return [...rules.values()].toSorted((a, b) => b.operations - a.operations || b.grants - a.grants);
}
