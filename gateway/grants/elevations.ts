/** The verbs on requests and grants, bound to what they work with: the one way for API, page, command line and data path. */
import type { ElevationRequest, Principal, Right, StandingGrant } from '../store/records.ts';
import { type Approved, approve, type Denied, deny, withdraw } from './answer.ts';
import { type Asked, ask, grantAutomatically } from './ask.ts';
import type { Elevating } from './elevating.ts';
import { type ExtensionAsked, extend } from './extension.ts';
import type { Refusal } from './refusal.ts';
import { type Revoked, revoke } from './revoke.ts';

/** A refusal is a value; a rejection is something that broke, and then nothing was changed that counts. */
export interface Elevations {
  ask(asked: Asked): Promise<ElevationRequest | Refusal>;
  approve(approved: Approved): Promise<ElevationRequest | Refusal>;
  deny(denied: Denied): Promise<ElevationRequest | Refusal>;
  withdraw(by: { readonly requestId: string; readonly by: Principal }): Promise<ElevationRequest | Refusal>;
  extend(asked: ExtensionAsked): Promise<ElevationRequest | Refusal>;
  revoke(revoked: Revoked): Promise<StandingGrant | Refusal>;
  /** False where the rule does not approve by itself. */
  grantAutomatically(by: Principal, repository: string, right: Right): Promise<boolean>;
}

export function createElevations(elevating: Elevating): Elevations {
  return {
    ask: (asked) => ask(elevating, asked),
    approve: (approved) => approve(elevating, approved),
    deny: (denied) => deny(elevating, denied),
    withdraw: (by) => withdraw(elevating, by),
    extend: (asked) => extend(elevating, asked),
    revoke: (revoked) => revoke(elevating, revoked),
    grantAutomatically: async (by, repository, right) =>
      (await grantAutomatically(elevating, by, repository, right)) !== undefined,
  };
}
