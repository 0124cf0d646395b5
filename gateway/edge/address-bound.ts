/** How many connections one address may have open at a door. */
import type { Socket } from 'node:net';

export interface AddressBound {
  /** Counts a connection until it closes; false, and not counted, when its address has too many. */
  admit(address: string, socket: Socket): boolean;
}

export function boundAddresses(most: number): AddressBound {
  const open = new Map<string, number>();
  return {
    admit(address, socket) {
      const count = (open.get(address) ?? 0) + 1;
      if (count > most) return false;
      open.set(address, count);
      socket.once('close', () => {
        const left = (open.get(address) ?? 1) - 1;
        if (left === 0) open.delete(address);
        else open.set(address, left);
      });
      return true;
    },
  };
}
