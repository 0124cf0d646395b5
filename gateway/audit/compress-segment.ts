/** Compresses a closed segment: the compressed file is whole and durable under its name before the other goes. */
import { createHash } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { localDisk } from './disk.ts';
import { gzipMember, memberBytes, memberLimit } from './gzip-members.ts';
import { segmentBytes } from './segment-bytes.ts';
import { compressedEnd } from './segment-name.ts';

/** Bytes of a segment, uncompressed, and their SHA-256 in hex. */
export interface SegmentDigest {
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * Puts `NAME.gz` in the place of `NAME`. A crash leaves both at the worst, and then it is done again.
 *
 * Rejects when the disk does not take it, when what was written does not read back as what was compressed, and when it is aborted:
 * the segment then stays as it was.
 */
export async function compressSegment(directory: string, name: string, signal?: AbortSignal): Promise<void> {
  const path = join(directory, name);
  const beside = join(directory, `.${name}.partial${compressedEnd}`);
  const written = createHash('sha256');
  const file = await open(beside, 'w', 0o600);
  try {
    try {
      for await (const block of blocksOf(path)) {
        signal?.throwIfAborted();
        written.update(block);
        await file.writeFile(await gzipMember(block));
      }
      await file.sync();
    } finally {
      await file.close();
    }
    if ((await segmentDigest(beside)).sha256 !== written.digest('hex'))
      throw new Error(`${beside} does not read back as it was written`);
    await rename(beside, `${path}${compressedEnd}`);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
  await localDisk.syncDirectory(directory);
  await rm(path);
  await localDisk.syncDirectory(directory);
}

/** Hashes a segment as it was written, whether it is compressed or not. */
export async function segmentDigest(path: string): Promise<SegmentDigest> {
  const sum = createHash('sha256');
  let bytes = 0;
  for await (const chunk of segmentBytes(path)) {
    sum.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: sum.digest('hex') };
}

/** A segment in parts of whole lines, one for each member of the compressed file, but for lines that are too long to be any. */
export async function* blocksOf(path: string): AsyncGenerator<Buffer> {
  let held: Buffer = Buffer.alloc(0);
  for await (const chunk of segmentBytes(path)) {
    held = Buffer.concat([held, chunk]);
    while (held.length > memberBytes) {
      const newline = held.indexOf(0x0a, memberBytes - 1);
      if (newline === -1 && held.length < memberLimit) break;
      const end = newline === -1 ? memberLimit : Math.min(newline + 1, memberLimit);
      yield held.subarray(0, end);
      held = held.subarray(end);
    }
  }
  if (held.length > 0) yield held;
}
