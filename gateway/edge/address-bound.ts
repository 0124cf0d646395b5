/** How much one address may have at once: connections at a door, links at its terminals. */
import type { Socket } from 'node:net';

export interface AddressCount {
  /** Counts one until it is given back, once; undefined, and not counted, when its address has too many. */
  take(address: string): (() => void) | undefined;
}

export function countByAddress(most: number): AddressCount {
  const open = new Map<string, number>();
  return {
    take(address) {
      const count = (open.get(address) ?? 0) + 1;
      if (count > most) return undefined;
      open.set(address, count);
      let isOpen = true;
      return () => {
        if (!isOpen) return;
        isOpen = false;
        const left = (open.get(address) ?? 1) - 1;
        if (left === 0) open.delete(address);
        else open.set(address, left);
      };
    },
  };
}

export interface AddressBound {
  /** Counts a connection until it closes; false, and not counted, when its address has too many. */
  admit(address: string, socket: Socket): boolean;
}

export function boundAddresses(most: number): AddressBound {
  const connections = countByAddress(most);
  return {
    admit(address, socket) {
      const release = connections.take(address);
      if (release !== undefined) socket.once('close', release);
      return release !== undefined;
    },
  };
}
