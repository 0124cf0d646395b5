/** How many sign-in links may be open at once: of one address, and on this node. */
import { countByAddress } from '../edge/address-bound.ts';

export interface PendingLinks {
  /** Counts one until it is given back; undefined, and not counted, when there are too many. */
  admit(address: string): (() => void) | undefined;
}

/** An office behind one address gets along with it; each costs a connection, a proven key and a record for ten minutes. */
const ofAddressAtMost = 20;
const ofNodeAtMost = 1_000;

export function boundPendingLinks(most = { ofAddress: ofAddressAtMost, ofNode: ofNodeAtMost }): PendingLinks {
  const ofAddress = countByAddress(most.ofAddress);
  let all = 0;
  return {
    admit(address) {
      const release = all < most.ofNode ? ofAddress.take(address) : undefined;
      if (release === undefined) return undefined;
      all += 1;
      let isOpen = true;
      return () => {
        if (isOpen) all -= 1;
        isOpen = false;
        release();
      };
    },
  };
}
