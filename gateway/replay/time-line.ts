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

interface GrantSpan {
  readonly head: string;
  readonly from: number;
  until: number;
  how: 'ends' | 'revoked';
  readonly operations: Map<string, { readonly from: number; until: number | undefined; outcome: string }>;
}

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

  /** A line a grant, and one an operation inside it. What one node began another may have used and ended. */
  spans(): readonly string[] {
    const grants = new Map<string, GrantSpan>();
    for (const type of spanTypes) {
      for (const { entry, at } of this.#ofSpans) if (entry.type === type) addToSpans(grants, entry, at);
    }
    return [...grants.values()].toSorted((a, b) => a.from - b.from).flatMap(spanLines);
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

function spanLines({ head, from, until, how, operations }: GrantSpan): readonly string[] {
  const ended = how === 'revoked' ? ', revoked' : '';
  const unused = operations.size === 0 ? ', never used' : '';
  return [
    `${utc(from)} to ${utc(until)} ${head}${ended}${unused}`,
    ...[...operations].map(([id, { from, until, outcome }]) => {
      const to = until === undefined ? 'no end on record' : utc(until);
      return `  ${utc(from)} to ${to} ${id} ${outcome}`;
    }),
  ];
}

/** Issues come first, then what changed them, then what was done under them. */
function addToSpans(grants: Map<string, GrantSpan>, entry: SpanEntry, at: number): void {
  switch (entry.type) {
    case 'grant.issued': {
      const { grantId, principalId, scope, issuedAt: from, endsAt: until } = entry;
      const head = `${grantId} ${principalId} ${scope.right} ${textOf(scope.repository)}`;
      grants.set(grantId, { head, from, until, how: 'ends', operations: new Map() });
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
        grants
          .get(id)
          ?.operations.set(entry.operationId, { from: at, until: undefined, outcome: entry.right });
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
