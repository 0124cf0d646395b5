/** How a segment is compressed: gzip members one behind the other, each of whole lines and saying how long it is, so that a place can be found. */
import type { FileHandle } from 'node:fs/promises';
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import { lineLimit } from './line.ts';

/** One member: where it stands in the file, and which bytes of the segment it holds. */
export interface GzipMember {
  readonly at: number;
  readonly bytes: number;
  readonly plainAt: number;
  readonly plainBytes: number;
}

/** Bytes of lines after which a member ends with the next newline. */
export const memberBytes = 256 * 1024;
/** What one holds at the most: its last line may be as long as a line can be. */
export const memberLimit = memberBytes + lineLimit + 1;

/** RFC 1952: magic, deflate, FEXTRA, no time, no hint, system unknown; then 12 bytes of extra field: SL, its length, two numbers. */
const head = Buffer.from([0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 255, 12, 0, 0x53, 0x4c, 8, 0]);
const headBytes = head.length + 8;
/** What zlib writes before its deflated bytes: the same without an extra field. */
const zlibHeadBytes = 10;

const gzipped = promisify(gzip) as (bytes: Buffer, options: { level: number }) => Promise<Buffer>;

/** Compresses bytes into one member. */
export async function gzipMember(bytes: Buffer): Promise<Buffer> {
  const body = (await gzipped(bytes, { level: constants.Z_DEFAULT_COMPRESSION })).subarray(zlibHeadBytes);
  const lengths = Buffer.alloc(8);
  lengths.writeUInt32LE(headBytes + body.length, 0);
  lengths.writeUInt32LE(bytes.length, 4);
  return Buffer.concat([head, lengths, body]);
}

/** The members of a file by what they say of themselves; undefined for gzip of another make, which has no places to begin at. */
export async function readMembers(file: FileHandle): Promise<readonly GzipMember[] | undefined> {
  const { size } = await file.stat();
  const members: GzipMember[] = [];
  let plainAt = 0;
  for (let at = 0; at < size; ) {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(headBytes), 0, headBytes, at);
    if (bytesRead < headBytes || !buffer.subarray(0, head.length).equals(head)) return undefined;
    const bytes = buffer.readUInt32LE(head.length);
    const plainBytes = buffer.readUInt32LE(head.length + 4);
    if (bytes <= headBytes || at + bytes > size || plainBytes > memberLimit) return undefined;
    members.push({ at, bytes, plainAt, plainBytes });
    at += bytes;
    plainAt += plainBytes;
  }
  return members;
}
