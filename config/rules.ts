/** The policy's rules, as configured: what a rule matches, who may ask, who answers, within which limits. */
import type { Selector } from './selector.ts';

export interface RepositoryRule {
  /** Pattern over canonical names, already folded as its upstream folds (`compilePattern`). Unique among the rules. */
  readonly match: string;
  /** No automatic approval, at most 8 h, a reason of 20 characters, a young sign-in to approve, no cut grace. */
  readonly critical: boolean;
  /** Who may ask. */
  readonly requesters: readonly Selector[];
  /** Undefined: nobody may ask for it. */
  readonly fetch: RightRule | undefined;
  /** Undefined: nobody may ask for it. */
  readonly push: RightRule | undefined;
}

/** Limits of one right under one rule. */
export interface RightRule {
  readonly approval: Approval;
  readonly maxDurationMs: number;
  /** A grant's whole life, extensions included. */
  readonly maxTotalMs: number;
  /** How long a request waits for its answer; apart from the duration. */
  readonly decideWithinMs: number;
  /** Shortest reason, in characters after trimming. */
  readonly minReasonLength: number;
  /** A regular expression (flag `u`) that must be found in the reason. */
  readonly ticketPattern: string | undefined;
  /** Ref patterns a push may ask for; empty for `fetch`. */
  readonly refs: readonly string[];
  /** Kinds of update a push may make; empty for `fetch`. */
  readonly kinds: readonly ('create' | 'update' | 'delete')[];
}

export type Approval =
  /** The first operation makes request, approval and grant in one step. */
  | { readonly kind: 'automatic' }
  /** Asked with a reason, granted at once. */
  | { readonly kind: 'ask' }
  /** All demands must be met; one person counts once. Never empty. */
  | { readonly kind: 'people'; readonly demands: readonly ApprovalDemand[] };

export interface ApprovalDemand {
  /** Undefined: holders of the role `approver`. */
  readonly from: readonly Selector[] | undefined;
  readonly count: number;
}
