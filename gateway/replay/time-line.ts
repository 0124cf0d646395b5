/** The time line of a replay: what happened in its order, and each grant as a span with the operations inside it. */
import type { Entry, EntryOf } from '../audit/entry.ts';
import type { SealedEntry } from '../audit/line.ts';
import { lineOf, utc } from './line-of.ts';
import { textOf } from './text-of.ts';
import type { Verdict } from './verdict.ts';

export interface TimeLineStep {
  /** The node's clock, epoch ms. */
  readonly at: number;
  readonly chain: string;
  readonly seq: number;
  readonly text: string;
  readonly verdict: Verdict['kind'] | undefined;
}

/** A grant from its beginning to its end, epoch ms, and what was done under it. */
export interface GrantSpan {
  readonly grantId: string;
  readonly principalId: string;
  readonly right: string;
  readonly repository: string;
  readonly from: number;
  readonly until: number;
  readonly how: 'ends' | 'revoked';
  readonly operations: readonly OperationSpan[];
}

/** `until` is undefined where no end is on record; `outcome` is the right, and how it ended. */
export interface OperationSpan {
  readonly operationId: string;
  readonly from: number;
  readonly until: number | undefined;
  readonly outcome: string;
}

type Open<T> = { -readonly [K in keyof T]: T[K] };
type OpenSpan = Open<Omit<GrantSpan, 'operations'>> & {
  readonly operations: Map<string, Open<OperationSpan>>;
};

/** Steps and spans that are kept; a longer period is cut off behind them. */
const keptAtMost = 100_000;

/** Gathers entries, chain by chain; the steps then come in the order of the nodes' clocks. */
export class TimeLine {
  readonly #steps: TimeLineStep[] = [];
  readonly #ofSpans: { readonly entry: SpanEntry; readonly at: number }[] = [];
  leftOut = 0;

  take(entry: Entry, { chain, seq, at }: SealedEntry, verdict: Verdict | undefined): void {
    const text = lineOf(entry);
    if (text === undefined) return;
    if (this.#steps.length >= keptAtMost) {
      this.leftOut += 1;
      return;
    }
    this.#steps.push({ at, chain, seq, text, verdict: verdict?.kind });
    if (isOfSpan(entry)) this.#ofSpans.push({ entry, at });
  }

  /** By the clocks of the nodes. */
  steps(): readonly TimeLineStep[] {
    return this.#steps.toSorted((a, b) => a.at - b.at);
  }

  /** The grants, the first begun first. What one node began another may have used and ended. */
  grantSpans(): readonly GrantSpan[] {
    const grants = new Map<string, OpenSpan>();
    for (const type of spanTypes) {
      for (const { entry, at } of this.#ofSpans) if (entry.type === type) addToSpans(grants, entry, at);
    }
    return [...grants.values()]
      .map((span) => ({ ...span, operations: [...span.operations.values()] }))
      .toSorted((a, b) => a.from - b.from);
  }

  /** A line a grant, and one an operation inside it. */
  spans(): readonly string[] {
    return this.grantSpans().flatMap(spanLines);
  }
}

const spanTypes = [
  'grant.issued',
  'grant.extended',
  'grant.revoked',
  'operation.started',
  'operation.ended',
] as const;

type SpanEntry = EntryOf<(typeof spanTypes)[number]>;

function isOfSpan(entry: Entry): entry is SpanEntry {
  return spanTypes.some((type) => type === entry.type);
}

function spanLines(span: GrantSpan): readonly string[] {
  const { grantId, principalId, right, repository, from, until, how, operations } = span;
  const ended = how === 'revoked' ? ', revoked' : '';
  const unused = operations.length === 0 ? ', never used' : '';
  return [
    `${utc(from)} to ${utc(until)} ${grantId} ${principalId} ${right} ${repository}${ended}${unused}`,
    ...operations.map(({ operationId, from, until, outcome }) => {
      const to = until === undefined ? 'no end on record' : utc(until);
      return `  ${utc(from)} to ${to} ${operationId} ${outcome}`;
    }),
  ];
}

/** Issues come first, then what changed them, then what was done under them. */
function addToSpans(grants: Map<string, OpenSpan>, entry: SpanEntry, at: number): void {
  switch (entry.type) {
    case 'grant.issued': {
      const { grantId, principalId, scope, issuedAt: from, endsAt: until } = entry;
      const { right } = scope;
      const repository = textOf(scope.repository);
      const what = { grantId, principalId, right, repository };
      grants.set(grantId, { ...what, from, until, how: 'ends', operations: new Map() });
      break;
    }
    case 'grant.extended': {
      const span = grants.get(entry.grantId);
      if (span !== undefined) span.until = Math.max(span.until, entry.endsAt);
      break;
    }
    case 'grant.revoked': {
      const span = grants.get(entry.grantId);
      if (span !== undefined)
        Object.assign(span, { until: entry.revokedAt ?? entry.storeAt ?? at, how: 'revoked' });
      break;
    }
    case 'operation.started':
      for (const id of entry.grantIds)
        grants.get(id)?.operations.set(entry.operationId, {
          operationId: entry.operationId,
          from: at,
          until: undefined,
          outcome: entry.right,
        });
      break;
    case 'operation.ended':
      for (const id of entry.grantIds ?? []) {
        const operation = grants.get(id)?.operations.get(entry.operationId);
        if (operation === undefined) continue;
        Object.assign(operation, { until: at, outcome: `${operation.outcome}, ${entry.outcome}` });
      }
      break;
  }
}
