/** How the files of a directory are named: chain, then segment number, so that names sort in the order they were written. */
import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** What the name of a compressed segment ends with. */
export const compressedEnd = '.gz';

/** A file that by its name is a segment. What was appended to the name (`.1`, a date) tells that it was moved. */
export interface SegmentFile {
  readonly name: string;
  /** The name without what tells that it is compressed. */
  readonly plainName: string;
  readonly chain: string;
  readonly segment: number;
  readonly moved: boolean;
}

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const nameForm = /^(A-[0-9A-HJKMNP-TV-Z]{16})-(\d{8,15})\.jsonl(.*)$/;

/** A new chain's id: 80 random bits. */
export function newChain(): string {
  return `A-${Array.from(randomBytes(16), (byte) => alphabet[byte & 31]).join('')}`;
}

/** The file name of a chain's segment. */
export function segmentName(chain: string, segment: number): string {
  return `${chain}-${String(segment).padStart(8, '0')}.jsonl`;
}

/** Takes a name apart; undefined when it is no segment's. */
export function parseSegmentName(name: string): SegmentFile | undefined {
  const plainName = name.endsWith(compressedEnd) ? name.slice(0, -compressedEnd.length) : name;
  const [, chain, segment, rest] = nameForm.exec(plainName) ?? [];
  if (chain === undefined || segment === undefined) return undefined;
  return { name, plainName, chain, segment: Number(segment), moved: rest !== '' };
}

/**
 * The segments of a directory in their order, a moved one behind the one that took its name. One that is there compressed and as it
 * was, because a crash came between the two, is listed as it was.
 */
export async function listSegments(directory: string): Promise<readonly SegmentFile[]> {
  const names = new Set(await readdir(directory));
  return [...names]
    .flatMap((name) => parseSegmentName(name) ?? [])
    .filter(({ name, plainName }) => name === plainName || !names.has(plainName))
    .sort(byChain);
}

/** A segment and where it lies. */
export interface PlacedSegment extends SegmentFile {
  readonly path: string;
}

/**
 * The segments of a log in their order: those of its directory, and of the same chain those that only the archive still has. An archive
 * that cannot be read now, such as a disk that is not mounted, gives none.
 */
export async function listLog(
  directory: string,
  archive: string | undefined,
): Promise<readonly PlacedSegment[]> {
  const placed = (folder: string, file: SegmentFile): PlacedSegment => ({
    ...file,
    path: join(folder, file.name),
  });
  const here = await listSegments(directory);
  const last = here.at(-1);
  if (archive === undefined || last === undefined) return here.map((file) => placed(directory, file));
  const names = new Set(here.map(({ plainName }) => plainName));
  const kept = await listSegments(archive).catch(() => []);
  const only = kept.filter(({ chain, plainName }) => chain === last.chain && !names.has(plainName));
  return [...only.map((file) => placed(archive, file)), ...here.map((file) => placed(directory, file))].sort(
    byChain,
  );
}

/** Chain by chain, in each the order of its segments. */
function byChain(a: SegmentFile, b: SegmentFile): number {
  return a.chain < b.chain ? -1 : a.chain > b.chain ? 1 : inOrder(a, b);
}

/** The order of two segments of one chain. */
export function inOrder(a: SegmentFile, b: SegmentFile): number {
  return a.segment - b.segment || (a.plainName < b.plainName ? -1 : 1);
}
