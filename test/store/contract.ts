/** What every store must do, whatever it is made of. One file a noun; each claim runs on a store of its own. */
import type { Test } from 'tap';
import type { Store } from '../../gateway/store/store.ts';
import { credentialContract } from './contract-credentials.ts';
import { endsContract } from './contract-ends.ts';
import { gateContract } from './contract-gate.ts';
import { grantWalkContract } from './contract-grant-walk.ts';
import { grantContract } from './contract-grants.ts';
import { headContract } from './contract-heads.ts';
import { keyLinkContract } from './contract-key-links.ts';
import { lockContract } from './contract-locks.ts';
import { operationContract } from './contract-operations.ts';
import { peopleContract } from './contract-people.ts';
import { refreshContract } from './contract-refreshes.ts';
import { reportContract } from './contract-reports.ts';
import { requestContract } from './contract-requests.ts';
import { sharedEntryContract } from './contract-shared-entries.ts';
import { signInContract } from './contract-sign-ins.ts';
import { standingContract } from './contract-standing.ts';

/** State that several nodes share. */
export interface Ground {
  /** A store of a node on this state. */
  open(nodeId: string): Promise<Store>;
  /** Resolves once the store's time is `at` or later. */
  reach(at: number): Promise<void>;
}

/** A claim, and how it is shown. */
export type Claim = readonly [sentence: string, show: (t: Test, ground: Ground) => Promise<void>];

const claims: readonly Claim[] = [
  ...standingContract,
  ...grantContract,
  ...grantWalkContract,
  ...requestContract,
  ...endsContract,
  ...lockContract,
  ...operationContract,
  ...gateContract,
  ...credentialContract,
  ...signInContract,
  ...keyLinkContract,
  ...peopleContract,
  ...refreshContract,
  ...headContract,
  ...sharedEntryContract,
  ...reportContract,
];

/** Runs every claim on ground that `lay` gives, fresh for each. */
export function runContract(t: Test, lay: (t: Test) => Promise<Ground>): void {
  for (const [sentence, show] of claims) {
    void t.test(sentence, async (t) => show(t, await lay(t)));
  }
}
