/** The one place through which everything reads a segment's file: its bytes as they were written, whether it is compressed by now or not. */
import { type FileHandle, open } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { promisify } from 'node:util';
import { createGunzip, gunzip } from 'node:zlib';
import { type GzipMember, memberLimit, readMembers } from './gzip-members.ts';
import { compressedEnd } from './segment-name.ts';

/** A compressed segment that cannot be uncompressed: damaged, cut short, or no gzip. */
export class CompressionError extends Error {
  override readonly name = 'CompressionError';
}

/** Bytes of the segment, not of its compressed file. */
export interface SegmentSpan {
  readonly from?: number;
  /** Not included. */
  readonly until?: number | undefined;
  /** Bytes that are read at once. */
  readonly chunkBytes?: number;
}

/** Gzip without places to begin at is held in memory to be read from a place: so much of it, at the most. */
const wholeLimit = 256 * 2 ** 20;

/**
 * Gives the bytes of a span. One that is compressed while it is about to be read is found under its new name.
 *
 * @throws CompressionError
 */
export async function* segmentBytes(
  path: string,
  { from = 0, until = Number.POSITIVE_INFINITY, chunkBytes = 1_048_576 }: SegmentSpan = {},
): AsyncGenerator<Buffer> {
  if (from >= until) return;
  const { file, isCompressed } = await openSegment(path);
  if (!isCompressed) {
    const end = Number.isFinite(until) ? { end: until - 1 } : {};
    yield* file.createReadStream({ start: from, ...end, highWaterMark: chunkBytes }) as AsyncIterable<Buffer>;
    return;
  }
  const members = from === 0 ? [] : ((await readMembers(file)) ?? []);
  const first = members.findLast(({ plainAt }) => plainAt <= from);
  let at = first?.plainAt ?? 0;
  const raw = file.createReadStream({ start: first?.at ?? 0, highWaterMark: Math.min(chunkBytes, 262_144) });
  // The error comes out of the iteration.
  const plain = pipeline(raw, createGunzip({ chunkSize: chunkBytes }), () => undefined);
  try {
    for await (const chunk of plain as AsyncIterable<Buffer>) {
      const wanted = chunk.subarray(Math.max(0, from - at), Math.max(0, until - at));
      at += chunk.length;
      if (wanted.length > 0) yield wanted;
      if (at >= until) return;
    }
  } catch (cause) {
    throw uncompressible(path, cause);
  }
}

/** How many bytes of lines and whatever else a segment has; gzip of another make is read through, as far as it goes. */
export async function segmentSize(path: string): Promise<number> {
  const { file, isCompressed } = await openSegment(path);
  try {
    if (!isCompressed) return (await file.stat()).size;
    const last = (await readMembers(file))?.at(-1);
    if (last !== undefined) return last.plainAt + last.plainBytes;
  } finally {
    await file.close();
  }
  let size = 0;
  try {
    for await (const { length } of segmentBytes(path)) size += length;
  } catch (error) {
    if (!(error instanceof CompressionError)) throw error;
  }
  return size;
}

/** A segment that is read at places. */
export interface PlacedSegment {
  /** Parts of it that are read at once: blocks of a plain file, whole members of a compressed one. The last may be `from` the file's size on. */
  readonly size: number;
  /** @returns the bytes from a place on, at least one unless it is the end, up to `until` at the most */
  read(from: number, until: number): Promise<Buffer>;
  /** The place where the part before `until` begins, for who reads backwards. */
  partBefore(until: number, bytes: number): number;
  close(): Promise<void>;
}

/**
 * Opens a segment for reading at places. Of a compressed one the member that was read last is kept.
 *
 * Rejects with a CompressionError for gzip of another make that is over 256 MiB.
 */
export async function openPlaced(path: string): Promise<PlacedSegment> {
  const { file, isCompressed } = await openSegment(path);
  if (!isCompressed) return plainPlaced(file, (await file.stat()).size);
  const members = await readMembers(file);
  if (members !== undefined) return memberPlaced(path, file, members);
  await file.close();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of segmentBytes(path)) {
    size += chunk.length;
    if (size > wholeLimit)
      throw new CompressionError(`${path} was not compressed by this program; uncompress it with gunzip`);
    chunks.push(chunk);
  }
  const whole = Buffer.concat(chunks);
  return {
    size,
    read: (from, until) => Promise.resolve(whole.subarray(from, until)),
    partBefore: (until, bytes) => Math.max(0, until - bytes),
    close: () => Promise.resolve(),
  };
}

function plainPlaced(file: FileHandle, size: number): PlacedSegment {
  return {
    size,
    async read(from, until) {
      const length = Math.max(0, Math.min(until, size) - from);
      const bytes = Buffer.alloc(length);
      let done = 0;
      while (done < length) {
        const { bytesRead } = await file.read(bytes, done, length - done, from + done);
        // Cut short underneath its reader: what was there is gone.
        if (bytesRead === 0) break;
        done += bytesRead;
      }
      return bytes.subarray(0, done);
    },
    partBefore: (until, bytes) => Math.max(0, until - bytes),
    close: () => file.close(),
  };
}

const gunzipped = promisify(gunzip) as (bytes: Buffer, options: object) => Promise<Buffer>;

function memberPlaced(path: string, file: FileHandle, members: readonly GzipMember[]): PlacedSegment {
  const last = members.at(-1);
  let held: { readonly member: GzipMember; readonly plain: Buffer } | undefined;
  const plainOf = async (member: GzipMember): Promise<Buffer> => {
    if (held?.member === member) return held.plain;
    const { buffer } = await file.read(Buffer.alloc(member.bytes), 0, member.bytes, member.at);
    const plain = await gunzipped(buffer, { maxOutputLength: memberLimit }).catch((cause: unknown) => {
      throw uncompressible(path, cause);
    });
    if (plain.length !== member.plainBytes)
      throw new CompressionError(`${path} says of a member that it is ${member.plainBytes} bytes long`);
    held = { member, plain };
    return plain;
  };
  return {
    size: last === undefined ? 0 : last.plainAt + last.plainBytes,
    async read(from, until) {
      const member = memberAt(members, from);
      if (member === undefined) return Buffer.alloc(0);
      return (await plainOf(member)).subarray(from - member.plainAt, Math.max(0, until - member.plainAt));
    },
    partBefore: (until) => memberAt(members, until - 1)?.plainAt ?? 0,
    close: () => file.close(),
  };
}

function memberAt(members: readonly GzipMember[], place: number): GzipMember | undefined {
  const member = members.findLast(({ plainAt }) => plainAt <= place);
  return member !== undefined && place < member.plainAt + member.plainBytes ? member : undefined;
}

async function openSegment(
  path: string,
): Promise<{ readonly file: FileHandle; readonly isCompressed: boolean }> {
  const isCompressed = path.endsWith(compressedEnd);
  try {
    return { file: await open(path, 'r'), isCompressed };
  } catch (error) {
    if (isCompressed || (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return { file: await open(`${path}${compressedEnd}`, 'r'), isCompressed: true };
  }
}

function uncompressible(path: string, cause: unknown): CompressionError {
  return new CompressionError(`${path} cannot be uncompressed: ${(cause as Error).message}`, { cause });
}
