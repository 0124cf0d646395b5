/** The verbs on requests and grants, as the API calls them. A refusal is a value; a rejection is something that broke. */
import type { ScopeAsk } from '../gateway/grants/ask-checks.ts';
import type { Refusal } from '../gateway/grants/refusal.ts';
import type { ElevationRequest, Principal, StandingGrant } from '../gateway/store/records.ts';

export interface ElevationVerbs {
  ask(asked: {
    readonly by: Principal;
    readonly scopes: readonly ScopeAsk[];
    readonly durationMs: number;
    readonly reason: string;
  }): Promise<ElevationRequest | Refusal>;
  /** `authenticatedAt`: when the approver last proved themselves; undefined when nothing says so. */
  approve(answered: {
    readonly requestId: string;
    readonly by: Principal;
    readonly authenticatedAt: number | undefined;
    readonly durationMs?: number;
    readonly refs?: readonly string[];
    readonly comment?: string;
  }): Promise<ElevationRequest | Refusal>;
  deny(answered: {
    readonly requestId: string;
    readonly by: Principal;
    readonly comment: string;
  }): Promise<ElevationRequest | Refusal>;
  withdraw(by: { readonly requestId: string; readonly by: Principal }): Promise<ElevationRequest | Refusal>;
  extend(asked: {
    readonly grantId: string;
    readonly by: Principal;
    readonly durationMs: number;
    readonly reason: string;
  }): Promise<ElevationRequest | Refusal>;
  revoke(ended: {
    readonly grantId: string;
    readonly by: Principal;
    readonly reason: string;
  }): Promise<StandingGrant | Refusal>;
}
