/** Why a request to a host is broken off from this side, as the errors that say so; they are compared, not read. */

/** The lease is lost, or the gate was not passed. */
export const accessEnded = new Error('access has ended');

export const clientLeft = new Error('the client left');
