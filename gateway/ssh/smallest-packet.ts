/**
 * The least a peer must take in one packet of a channel, in bytes. RFC 4254 names no bound, and every client in use takes 16 KB and more;
 * ssh2 writes packets of no bytes, without end, to one that takes 0, and one for each byte to one that takes 1.
 */
export const smallestPacket = 1_024;
