/** Verifying the log from its files alone: the order, the hashes, and what the entries say of each other. */
import { createReadStream } from 'node:fs';
import { lineLimit } from './line.ts';
import { LineSplitter } from './line-splitter.ts';
import { ChainWalk, type VerifiedTear, type VerifyFault } from './verify-chain.ts';
import { CrossChecks } from './verify-events.ts';
import { type CountedSegment, segmentsOf } from './verify-files.ts';

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
  /** Nothing in the files alone shows that entries were cut off behind the last one. */
  readonly attestation: 'unattested';
  /** Operations without an end: still running, or their node died and nobody has adopted them yet. */
  readonly openOperations: readonly string[];
  /** Writes that were never acknowledged, in segments that a later one goes on from. */
  readonly torn: readonly VerifiedTear[];
  /** Bytes behind the last entry of the last segment: the same, and nothing has gone on from it yet. */
  readonly tornBytes: number;
}

export interface Verification {
  readonly chains: readonly VerifiedChain[];
  /** The first of each chain, since what follows one hangs in the air. */
  readonly faults: readonly VerifyFault[];
  /** Entries that told an event of the store again, as they may. */
  readonly repeatedEvents: number;
}

/** Reads every segment below the paths. Rejects only for files that cannot be read. */
export async function verify(paths: readonly string[]): Promise<Verification> {
  const checks = new CrossChecks();
  const walked: {
    readonly chain: string;
    readonly segments: number;
    readonly walk: ChainWalk;
    tornBytes: number;
  }[] = [];
  for (const segments of await segmentsOf(paths)) {
    const walk = new ChainWalk(checks);
    let tornBytes = 0;
    for (const segment of segments) {
      if (walk.fault === undefined) tornBytes = await walkSegment(walk, segment, segment === segments.at(-1));
    }
    walked.push({ chain: segments[0]?.chain ?? '', segments: segments.length, walk, tornBytes });
  }
  return {
    chains: walked.map(({ chain, segments, walk, tornBytes }) => ({
      chain,
      segments,
      entries: walk.entries,
      firstSeq: walk.firstSeq,
      lastSeq: walk.lastSeq,
      lastAt: walk.lastAt,
      hash: walk.hash,
      attestation: 'unattested',
      openOperations: checks.openOf(chain),
      torn: walk.tears,
      tornBytes,
    })),
    faults: walked.flatMap(({ walk: { fault } }) => fault ?? []),
    repeatedEvents: checks.repeated,
  };
}

/** @returns the bytes of an unfinished last line */
async function walkSegment(walk: ChainWalk, segment: CountedSegment, isLast: boolean): Promise<number> {
  const { path, size, until = size } = segment;
  const isOpenEnded = isLast && segment.until === undefined;
  walk.enter(segment);
  const splitter = new LineSplitter(lineLimit);
  for await (const chunk of chunksOf(path, until)) {
    for (const line of splitter.push(chunk)) {
      if (line.whole) walk.line(line.bytes, line.offset);
      else walk.bad(line.offset, `is longer than ${lineLimit} bytes`);
      if (walk.fault !== undefined) return 0;
    }
  }
  const tail = splitter.end();
  if (tail === undefined) walk.tear(until, size - until);
  else if (!isOpenEnded)
    walk.bad(tail.offset, 'does not end where the next segment says that this one ended');
  else if (walk.isClosed) walk.tear(tail.offset, tail.bytes.length);
  else return tail.bytes.length;
  return 0;
}

function chunksOf(path: string, until: number): AsyncIterable<Buffer> | readonly Buffer[] {
  if (until === 0) return [];
  return createReadStream(path, { end: until - 1, highWaterMark: 1_048_576 });
}
