/** How long things stay in the store, and how many of them a verb answers at most. Every implementation keeps to these. */

/** An ended grant stays this long after its end, so that "ended" can be told from "never" (DESIGN §5). */
export const tombstoneMs = 24 * 3_600_000;

/** A request stays this long after its creation or its last moment to be decided, whichever is later. */
export const requestKeptMs = 90 * 24 * 3_600_000;

/** A principal stays this long after the last enrolment, and as long as a credential of theirs. */
export const principalKeptMs = 400 * 24 * 3_600_000;

/** When somebody was last enrolled is known this long, for telling a requester who is likely to answer. */
export const seenKeptMs = 30 * 24 * 3_600_000;

/** An event in the outbox belongs to the node that made the change for this long; then any node may take it over. */
export const claimMs = 10_000;

/** A grant whose `issuedAt` is further from the store's time than this is refused: its end would not be what was approved. */
export const issueSkewMs = 5_000;

/** What a lock met in the moment it was made can be asked for this long. */
export const lockMetKeptMs = 10 * 60_000;

/** That a lock was lifted stays known this long, so that no node puts it back. */
export const liftedKeptMs = 400 * 24 * 3_600_000;

/** Of the grants that ended within the last day, `stand` answers at most this many, the last to end first. */
export const endedShown = 100;

/** People on their way to the provider and back; the oldest makes room. */
export const signInAttemptsAtMost = 10_000;

/** People asked for again at the provider in one round of a node. */
export const claimedRefreshesAtMost = 20;

/** Audit chains whose head is kept: one for each directory that a node ever wrote to. */
export const headsAtMost = 1_000;

/** Audit chains whose newest entries are shared. */
export const sharedChainsAtMost = 64;

/** What of one chain is shared at the most, in bytes; the oldest entries make room. */
export const sharedBytesAtMost = 4 * 2 ** 20;

/** What an entry takes beside its line and its seal, in bytes, counted with it. */
export const sharedEntryOverhead = 64;

/** Shared entries of a chain that nobody adds to stay this long. */
export const sharedKeptMs = 7 * 24 * 3_600_000;

/** Shared entries that one call answers. */
export const sharedReadAtMost = 200;

/** Nodes count in stretches of this length, which begin at its multiples of epoch ms: short enough to see when something began. */
export const stretchMs = 5 * 60_000;

/** Nodes whose report is kept. */
export const reportsAtMost = 100;

/** A report that is not renewed stays this long: what a node said last is what an operator asks for first. */
export const reportKeptMs = 24 * 3_600_000;

/** What `claimEnds` and `adoptOutbox` take in one call. */
export const takenAtMost = 100;

/** What a listing answers at most. */
export const listedAtMost = 500;

/** `limit` of a listing as a whole number from 1 to `listedAtMost`. */
export function listLimit(limit: number): number {
  return Math.min(Math.max(Math.trunc(limit), 1), listedAtMost);
}

/** What the store holds of running operations goes when for this long nobody wrote any of it. */
export const operationKeptMs = 7 * 24 * 3_600_000;

/** How an operation stood still can be read for this long after it left the books. */
export const leftKeptMs = 60_000;

/**
 * A node that gave no sign of life for this long has lost its operations to whoever takes them over, unless it said with its
 * last one that it would be still only later.
 */
export const nodeSilentMs = 30_000;

/** Of the updates of a push at the gate, as many are kept. */
export const updatesKept = 1_000;

/** The number of the last change to any lock stays this long: longer than any operation goes on under one decision. */
export const lockChangeKeptMs = 400 * 24 * 3_600_000;
