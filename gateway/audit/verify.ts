/** Verifying the log from its files: the order, the hashes, the signatures, what the entries say of each other, and what witnesses say of them. */
import { isSame } from './archive-segment.ts';
import type { AuditKey } from './checkpoint.ts';
import { lineLimit } from './line.ts';
import { type Line, LineSplitter } from './line-splitter.ts';
import { CompressionError, segmentBytes } from './segment-bytes.ts';
import { ChainWalk, type VerifiedCheckpoint, type VerifiedTear, type VerifyFault } from './verify-chain.ts';
import { CrossChecks } from './verify-events.ts';
import { type CountedSegment, segmentsOf } from './verify-files.ts';
import { Witnesses } from './verify-witnesses.ts';

/** What is known beside the files. */
export interface VerifyOptions {
  /** Public keys whose checkpoints count; two while one takes over from another. */
  readonly keys?: readonly AuditKey[];
  /** Files of checkpoints that were kept elsewhere. They count for nothing without a key. */
  readonly anchors?: readonly string[];
}

/** One chain as far as it could be followed. */
export interface VerifiedChain {
  readonly chain: string;
  readonly segments: number;
  readonly entries: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** The node's clock at the last entry, epoch ms. */
  readonly lastAt: number;
  /** Of the last entry. */
  readonly hash: string;
  /**
   * `attested`: an anchor reaches to the last checkpoint that is here. Without one, nothing shows that entries were not cut off behind
   * the last, their checkpoints with them.
   */
  readonly attestation: 'attested' | 'unattested';
  /** The last entry that an anchor attests, and which anchor that is. */
  readonly attestedTo?: number;
  readonly attestedBy?: string;
  /** Checkpoints in the chain, how many of them a key given has signed, and the last of those. */
  readonly checkpoints: number;
  readonly signedCheckpoints: number;
  readonly lastSigned?: VerifiedCheckpoint;
  /** Operations without an end: still running, or their node died and nobody has adopted them yet. */
  readonly openOperations: readonly string[];
  /** Writes that were never acknowledged, in segments that a later one goes on from. */
  readonly torn: readonly VerifiedTear[];
  /** Bytes behind the last entry of the last segment: the same, and nothing has gone on from it yet. */
  readonly tornBytes: number;
}

export interface Verification {
  readonly chains: readonly VerifiedChain[];
  /** The first of each chain, since what follows one hangs in the air; and what is wrong with anchors. */
  readonly faults: readonly VerifyFault[];
  /** Entries that told an event of the store again, as they may. */
  readonly repeatedEvents: number;
  /** Chains that a checkpoint speaks of, and that are not below the paths. */
  readonly chainsElsewhere: readonly { readonly chain: string; readonly seq: number; readonly by: string }[];
}

/** Reads every segment below the paths. Rejects only for files that cannot be read. */
export async function verify(
  paths: readonly string[],
  { keys = [], anchors = [] }: VerifyOptions = {},
): Promise<Verification> {
  const checks = new CrossChecks();
  const witnesses = new Witnesses(keys);
  for (const anchor of anchors) await witnesses.readAnchors(anchor);
  let found = await segmentsOf(paths);
  if (keys.length > 0 && found.length > 1) {
    for (const segment of found.flat()) await readHeads(witnesses, segment);
    // Of nodes that run, what one says of another was in the other's files before: these are looked at again, and what is said since is not taken.
    found = await segmentsOf(paths);
    witnesses.headsAreRead = true;
  }
  const walked: {
    readonly chain: string;
    readonly segments: number;
    readonly walk: ChainWalk;
    tornBytes: number;
  }[] = [];
  for (const segments of found) {
    const chain = segments[0]?.chain ?? '';
    const walk = new ChainWalk(chain, checks, witnesses);
    let tornBytes = 0;
    for (const segment of segments) {
      if (walk.fault === undefined) tornBytes = await walkSegment(walk, segment, segment === segments.at(-1));
      if (walk.fault === undefined) await compareCopies(walk, segment);
    }
    if (walk.fault === undefined) noteCutOff(walk, chain, witnesses);
    walk.end();
    walked.push({ chain, segments: segments.length, walk, tornBytes });
  }
  const elsewhere = witnesses.missing(new Set(walked.map(({ chain }) => chain)));
  return {
    chains: walked.map(({ chain, segments, walk, tornBytes }) => ({
      chain,
      segments,
      entries: walk.entries,
      firstSeq: walk.firstSeq,
      lastSeq: walk.lastSeq,
      lastAt: walk.lastAt,
      hash: walk.hash,
      ...attestationOf(walk, chain, witnesses),
      checkpoints: walk.checkpoints,
      signedCheckpoints: walk.signed,
      ...(walk.lastSigned === undefined ? {} : { lastSigned: walk.lastSigned }),
      openOperations: checks.openOf(chain),
      torn: walk.tears,
      tornBytes,
    })),
    faults: [
      ...witnesses.faults,
      ...walked.flatMap(({ walk: { fault } }) => fault ?? []),
      ...elsewhere.flatMap(missingChain),
    ],
    repeatedEvents: checks.repeated,
    chainsElsewhere: elsewhere.map(({ chain, seq, by }) => ({ chain, seq, by })),
  };
}

/** Reads what a segment's checkpoints say of other chains, before those are followed. */
async function readHeads(witnesses: Witnesses, { path, size, until = size }: CountedSegment): Promise<void> {
  const splitter = new LineSplitter(lineLimit);
  try {
    for await (const chunk of segmentBytes(path, { until }))
      for (const { bytes, whole } of splitter.push(chunk)) if (whole) witnesses.takeHeads(bytes);
  } catch (error) {
    // Its chain's walk comes here too, and names it.
    if (!(error instanceof CompressionError)) throw error;
  }
}

/** Holds the end of a chain against what its witnesses have seen. */
function noteCutOff(walk: ChainWalk, chain: string, witnesses: Witnesses): void {
  const claim = witnesses.beyond(chain, walk.lastSeq);
  if (claim === undefined) return;
  walk.cutOff(
    `is not here: ${claim.by} attests entry ${claim.seq}, and the chain ends at ${walk.lastSeq}: what stood behind that was cut off`,
  );
}

function attestationOf(
  { fault, lastSigned }: ChainWalk,
  chain: string,
  witnesses: Witnesses,
): Pick<VerifiedChain, 'attestation' | 'attestedTo' | 'attestedBy'> {
  const anchor = witnesses.lastOutside(chain);
  if (fault !== undefined || anchor === undefined) return { attestation: 'unattested' };
  const reaches = anchor.seq >= (lastSigned?.seq ?? 0);
  return {
    attestation: reaches ? 'attested' : 'unattested',
    attestedTo: anchor.seq,
    attestedBy: anchor.by,
  };
}

/** A chain that an anchor attests must be here; one that only another chain speaks of may be verified elsewhere. */
function missingChain({ chain, seq, anchor }: ReturnType<Witnesses['missing']>[number]): VerifyFault[] {
  if (anchor === undefined) return [];
  const what = `attests entry ${seq} of chain ${chain}, of which nothing is here`;
  return [{ file: anchor.file, line: anchor.line, offset: 0, what }];
}

/** @returns the bytes of an unfinished last line */
async function walkSegment(walk: ChainWalk, segment: CountedSegment, isLast: boolean): Promise<number> {
  const { path, size, until } = segment;
  walk.enter(segment);
  const splitter = new LineSplitter(lineLimit);
  let read = 0;
  if (size === undefined) {
    const broken = await whyNotWhole(path);
    if (broken !== undefined) {
      walk.differs(path, broken);
      return 0;
    }
  }
  for await (const chunk of segmentBytes(path, { until: size })) {
    const counted = chunk.subarray(0, Math.max(0, (until ?? Number.POSITIVE_INFINITY) - read));
    read += chunk.length;
    walkLines(walk, splitter.push(counted));
    if (walk.fault !== undefined) return 0;
  }
  walk.leave(read);
  const tail = splitter.end();
  if (tail === undefined) walk.tear(until ?? read, read - (until ?? read));
  else if (!isLast || until !== undefined)
    walk.bad(tail.offset, 'does not end where the next segment says that this one ended');
  else if (walk.isClosed) walk.tear(tail.offset, tail.bytes.length);
  else return tail.bytes.length;
  return 0;
}

/** Of a compressed segment either all lines are read or none: a checksum stands behind what it is of. */
async function whyNotWhole(path: string): Promise<string | undefined> {
  try {
    for await (const _ of segmentBytes(path));
    return undefined;
  } catch (error) {
    if (!(error instanceof CompressionError)) throw error;
    return error.message;
  }
}

/** What lies under one name in two folders is to be one segment. */
async function compareCopies(walk: ChainWalk, { path, copies }: CountedSegment): Promise<void> {
  for (const copy of copies) {
    const same = await isSame(path, copy).catch((error: unknown) => {
      if (error instanceof CompressionError) return false;
      throw error;
    });
    if (!same) walk.differs(copy, `is another segment than ${path}, of the same name`);
  }
}

function walkLines(walk: ChainWalk, lines: readonly Line[]): void {
  for (const { bytes, offset, whole } of lines) {
    if (whole) walk.line(bytes, offset);
    else walk.bad(offset, `is longer than ${lineLimit} bytes`);
    if (walk.fault !== undefined) return;
  }
}
