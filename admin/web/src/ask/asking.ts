/** A request as it is being written: what is asked for, and what the rules it falls under want of it together. */
import type { AskableRight, AskableRule } from '../api/shapes.ts';
import { type UpdateKind, updateKinds } from '../text/update-kinds.ts';
import { ruleFor, shortestReason, tidyName } from './rule-for.ts';

/** One repository of it as the fields hold it. */
export interface ScopeDraft {
  /** Tells drafts apart while they are written. */
  readonly key: number;
  readonly written: string;
  readonly wantedRight: 'fetch' | 'push';
  readonly refs: readonly string[];
  /** Undefined: all that the rule allows. */
  readonly kinds?: readonly UpdateKind[] | undefined;
}

/** The same as the gateway would take it; `offered` is undefined while no rule is known. */
export interface AskedScope {
  readonly repository: string;
  readonly right: 'fetch' | 'push';
  readonly refs: readonly string[];
  /** What a push would do to them; none of a fetch. */
  readonly kinds: readonly UpdateKind[];
  readonly rule: AskableRule | undefined;
  readonly offered: AskableRight | undefined;
}

/** The most repositories of one request. */
export const scopesAtMost = 20;

/** Reads a draft; a right that the rule does not offer becomes the one that it does. */
export function readScope(
  { written, wantedRight, refs, kinds }: ScopeDraft,
  rules: readonly AskableRule[],
): AskedScope {
  const repository = tidyName(written);
  const rule = ruleFor(repository, rules);
  const offered = rule?.rights.find((offer) => offer.right === wantedRight) ?? rule?.rights[0];
  const right = offered?.right ?? wantedRight;
  if (right === 'fetch') return { repository, right, refs: [], kinds: [], rule, offered };
  const allowed = kindsOf(offered);
  // Of one alone there is nothing to choose, whatever a link says.
  const wanted = allowed.length < 2 ? allowed : allowed.filter((kind) => kinds?.includes(kind) ?? true);
  return { repository, right, refs, kinds: wanted, rule, offered };
}

/** What a push may be asked to do, as far as is known. */
export function kindsOf(offered: AskableRight | undefined): readonly UpdateKind[] {
  return offered?.kinds ?? updateKinds;
}

/** What is sent of it: what is all that the rule allows is left out, as it is filled in by the gateway. */
export function scopeBody({ repository, right, refs, kinds, offered }: AskedScope) {
  return {
    repository,
    right,
    ...(refs.length > 0 ? { refs: [...refs] } : {}),
    ...(right === 'push' && kinds.length < kindsOf(offered).length ? { kinds: [...kinds] } : {}),
  };
}

/** What the reason and the span must be for all of them. */
export interface AskLimits {
  /** Undefined while no rule is known. */
  readonly tightest: { readonly maxMs: number; readonly repository: string } | undefined;
  /** Characters of the reason. */
  readonly shortest: number;
  /** Each must be found in the reason. */
  readonly tickets: readonly string[];
}

/** The tightest of the rules asked under, as the gateway will hold them. */
export function limitsOf(scopes: readonly AskedScope[]): AskLimits {
  const known = scopes.flatMap(({ repository, rule, offered }) =>
    rule === undefined || offered === undefined ? [] : [{ repository, rule, offered }],
  );
  const [tightest] = known.toSorted((a, b) => a.offered.maxDurationMs - b.offered.maxDurationMs);
  return {
    tightest: tightest && { maxMs: tightest.offered.maxDurationMs, repository: tightest.repository },
    shortest:
      known.length === 0 ? 1 : Math.max(...known.map(({ rule, offered }) => shortestReason(rule, offered))),
    tickets: [...new Set(known.flatMap(({ offered }) => offered.ticketPattern ?? []))],
  };
}

/** The first pattern that the reason has no ticket for. */
export function missingTicket(reason: string, tickets: readonly string[]): string | undefined {
  return tickets.find((pattern) => !new RegExp(pattern, 'u').test(reason));
}

export type ScopeFault = 'unnamed' | 'twice' | 'no-kind';

/** Why a scope cannot be sent beside those before it. */
export function scopeFault(scope: AskedScope, before: readonly AskedScope[]): ScopeFault | undefined {
  if (!scope.repository.includes('/')) return 'unnamed';
  if (scope.right === 'push' && scope.kinds.length === 0) return 'no-kind';
  const isSame = ({ repository, right }: AskedScope) =>
    repository === scope.repository && right === scope.right;
  return before.some(isSame) ? 'twice' : undefined;
}
