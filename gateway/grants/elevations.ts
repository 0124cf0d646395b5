/** The verbs on requests and grants, bound to what they work with: the one way for API, page, command line and data path. */
import type { ElevationRequest, Principal, Right } from '../store/records.ts';
import { type Approved, approve } from './approve.ts';
import { type Asked, ask } from './ask.ts';
import { type Denied, deny } from './deny.ts';
import type { Elevating } from './elevating.ts';
import { type ExtensionAsked, extend } from './extension.ts';
import { type Automatic, grantAutomatically } from './grant-automatically.ts';
import { createInFlight } from './in-flight.ts';
import type { Refusal } from './refusal.ts';
import { type GrantRevoked, type Revoked, revoke } from './revoke.ts';
import { type Withdrawn, withdraw } from './withdraw.ts';

/** A refusal is a value; a rejection is something that broke, and then nothing was changed that counts. */
export interface Elevations {
  ask(asked: Asked): Promise<ElevationRequest | Refusal>;
  approve(approved: Approved): Promise<ElevationRequest | Refusal>;
  deny(denied: Denied): Promise<ElevationRequest | Refusal>;
  withdraw(withdrawn: Withdrawn): Promise<ElevationRequest | Refusal>;
  extend(asked: ExtensionAsked): Promise<ElevationRequest | Refusal>;
  revoke(revoked: Revoked): Promise<GrantRevoked | Refusal>;
  /** True when a grant covers afterwards, or will once it is recorded; false where the rule does not approve by itself. */
  grantAutomatically(by: Principal, repository: string, right: Right): Promise<boolean>;
}

/** Binds the verbs. Equal asks that run at the same moment on this node become one. */
export function createElevations(elevating: Elevating): Elevations {
  const asking = createInFlight<ElevationRequest | Refusal>();
  const granting = createInFlight<Automatic>();
  return {
    ask: (asked) => {
      const { by, scopes, durationMs, reason } = asked;
      return asking(JSON.stringify([by.id, scopes, durationMs, reason]), () => ask(elevating, asked));
    },
    approve: (approved) => approve(elevating, approved),
    deny: (denied) => deny(elevating, denied),
    withdraw: (withdrawn) => withdraw(elevating, withdrawn),
    extend: (asked) => extend(elevating, asked),
    revoke: (revoked) => revoke(elevating, revoked),
    grantAutomatically: async (by, repository, right) => {
      const key = JSON.stringify([by.id, repository, right]);
      return (
        (await granting(key, () => grantAutomatically(elevating, by, repository, right))) !== 'not-automatic'
      );
    },
  };
}
