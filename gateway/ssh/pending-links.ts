/** How many sign-in links may be open at once: of one address, and on this node. */

export interface PendingLinks {
  /** Counts one until it is given back; undefined, and not counted, when there are too many. */
  admit(address: string): (() => void) | undefined;
}

/** An office behind one address gets along with it; each costs a connection, a proven key and a record for ten minutes. */
const ofAddressAtMost = 20;
const ofNodeAtMost = 1_000;

export function boundPendingLinks(most = { ofAddress: ofAddressAtMost, ofNode: ofNodeAtMost }): PendingLinks {
  const open = new Map<string, number>();
  let all = 0;
  return {
    admit(address) {
      const count = open.get(address) ?? 0;
      if (count >= most.ofAddress || all >= most.ofNode) return undefined;
      open.set(address, count + 1);
      all += 1;
      let isOpen = true;
      return () => {
        if (!isOpen) return;
        isOpen = false;
        all -= 1;
        const left = (open.get(address) ?? 1) - 1;
        if (left === 0) open.delete(address);
        else open.set(address, left);
      };
    },
  };
}
