/** What becomes of closed segments: compressed, copied to the archive, and deleted when their time is over, each step on record or safe to repeat. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { archivedPath, archiveSegment, isSame } from './archive-segment.ts';
import { compressSegment, segmentDigest } from './compress-segment.ts';
import { localDisk } from './disk.ts';
import type { EntryOf } from './entry.ts';
import { lineLimit, type SealedEntry } from './line.ts';
import { linesBackwards } from './lines-backwards.ts';
import type { AuditLog } from './log.ts';
import { segmentSize } from './segment-bytes.ts';
import { entryOf, firstEntry, placeBefore } from './segment-head.ts';
import { indexName, segmentIndex } from './segment-index.ts';
import { compressedEnd, listSegments, type SegmentFile } from './segment-name.ts';

/** What is done with closed segments. */
export interface SegmentKeepingOptions {
  readonly directory: string;
  readonly compress: boolean;
  /** A folder elsewhere that gets a copy of each. */
  readonly archive?: string | undefined;
  /** Segments whose last entry is older than this are deleted; undefined: none is. */
  readonly retentionMs?: number | undefined;
  readonly now: () => number;
  /** Hears of what could not be done; it is tried again with the next round. */
  readonly onTrouble: (error: unknown) => void;
}

export interface SegmentKeeping {
  /** Begins a round, or one more when one is running. */
  begin(): void;
  /** Resolves when the round that runs, if any, is over. */
  settled(): Promise<void>;
  /** Ends the round at its next step. */
  close(): Promise<void>;
}

/** Between rounds that nothing else has begun. */
const roundMs = 3_600_000;
/** Compressing less saves nothing that is worth a second form. */
const worthBytes = 64 * 1024;

/** Keeps the closed segments of the log's directory. */
export function keepSegments(
  log: Pick<AuditLog, 'append' | 'stats'>,
  options: SegmentKeepingOptions,
): SegmentKeeping {
  const stopping = new AbortController();
  let running: Promise<void> | undefined;
  let again = false;
  const run = async (): Promise<void> => {
    do {
      again = false;
      try {
        await round(log, options, stopping.signal);
      } catch (error) {
        if (!stopping.signal.aborted) options.onTrouble(error);
      }
    } while (again && !stopping.signal.aborted);
    running = undefined;
  };
  const begin = (): void => {
    if (stopping.signal.aborted) return;
    if (running === undefined) running = run();
    else again = true;
  };
  const timer = setInterval(begin, roundMs).unref();
  return {
    begin,
    settled: async () => await running,
    async close() {
      clearInterval(timer);
      stopping.abort();
      await running;
    },
  };
}

async function round(
  log: Pick<AuditLog, 'append' | 'stats'>,
  options: SegmentKeepingOptions,
  signal: AbortSignal,
): Promise<void> {
  const { directory, compress, archive, retentionMs } = options;
  // What this writer has begun itself says where the ones before it end: those are over for good.
  const closed = async (): Promise<readonly SegmentFile[]> =>
    (await listSegments(directory)).filter(({ segment }) => segment < log.stats().segment);
  if (compress)
    for (const { name } of await closed()) {
      if (name.endsWith(compressedEnd) || (await segmentSize(join(directory, name))) < worthBytes) continue;
      await compressSegment(directory, name, signal);
    }
  if (archive !== undefined)
    for (const { name, plainName } of await closed()) {
      signal.throwIfAborted();
      if ((await archivedPath(archive, plainName)) === undefined)
        await archiveSegment(join(directory, name), archive);
    }
  for (const { name } of await closed()) {
    signal.throwIfAborted();
    await segmentIndex(join(directory, name));
  }
  if (retentionMs !== undefined) await deleteOld(log, { ...options, retentionMs }, await closed(), signal);
}

/** Deletes from the oldest on, and ends with the first that is to stay: a chain may lack its beginning, and nothing else. */
async function deleteOld(
  log: Pick<AuditLog, 'append' | 'stats'>,
  { directory, archive, retentionMs, now }: SegmentKeepingOptions & { readonly retentionMs: number },
  closed: readonly SegmentFile[],
  signal: AbortSignal,
): Promise<void> {
  for (const file of closed) {
    signal.throwIfAborted();
    const path = join(directory, file.name);
    const bounds = await boundsOf(directory, file);
    if (bounds !== undefined && now() - bounds.last.at < retentionMs) return;
    const copy = archive === undefined ? undefined : await archivedPath(archive, file.plainName);
    if (archive !== undefined && (copy === undefined || !(await isSame(path, copy))))
      throw new Error(`${path} is not deleted: its copy in ${archive} is not the same segment`);
    await log.append({
      type: 'segment.deleted',
      segment: file.segment,
      ...(bounds === undefined ? {} : deletedRange(bounds)),
      ...(await segmentDigest(path)),
      archived: copy !== undefined,
    } satisfies EntryOf<'segment.deleted'>);
    const { plainName } = file;
    for (const name of [plainName, `${plainName}${compressedEnd}`, indexName(plainName)])
      await rm(join(directory, name), { force: true });
    await localDisk.syncDirectory(directory);
  }
}

interface Bounds {
  readonly first: SealedEntry;
  readonly last: SealedEntry;
}

function deletedRange({ first, last }: Bounds) {
  return { firstSeq: first.seq, lastSeq: last.seq, lastHash: last.hash };
}

/** The first and the last entry of a segment that count; undefined where none does, as the one behind it says. */
async function boundsOf(directory: string, file: SegmentFile): Promise<Bounds | undefined> {
  const path = join(directory, file.name);
  const next = (await listSegments(directory)).find(({ segment }) => segment > file.segment);
  const place = next === undefined ? undefined : placeBefore(await firstEntry(join(directory, next.name)));
  const until =
    place === undefined ? await segmentSize(path) : place.segment < file.segment ? 0 : place.offset;
  const first = await firstEntry(path);
  for await (const lines of linesBackwards(path, until, lineLimit)) {
    const last = lines.map(({ bytes }) => entryOf(bytes)).find((entry) => entry !== undefined);
    if (first !== undefined && last !== undefined) return { first, last };
  }
  return undefined;
}
