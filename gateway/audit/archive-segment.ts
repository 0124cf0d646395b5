/** Copies of closed segments elsewhere: each is whole and read back before it counts. */
import { constants } from 'node:fs';
import { copyFile, open, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { segmentDigest } from './compress-segment.ts';
import { localDisk } from './disk.ts';
import { compressedEnd } from './segment-name.ts';

/** Where the archive has a segment of this name, compressed or not; undefined where it has none. */
export async function archivedPath(archive: string, plainName: string): Promise<string | undefined> {
  for (const end of ['', compressedEnd]) {
    const path = join(archive, `${plainName}${end}`);
    if (await isThere(path)) return path;
  }
  return undefined;
}

/**
 * Copies a segment into the archive, whose folder must be there: it may be another machine's disk that is not mounted now.
 *
 * Rejects when the copy does not read back as the segment; then there is none.
 */
export async function archiveSegment(path: string, archive: string): Promise<void> {
  if (!(await isThere(archive)))
    throw new Error(`audit.archive: ${archive} is not there; it is not made, since a disk may be missing`);
  const end = path.endsWith(compressedEnd) ? compressedEnd : '';
  const beside = join(archive, `.${basename(path)}.partial${end}`);
  try {
    await rm(beside, { force: true });
    await copyFile(path, beside, constants.COPYFILE_EXCL);
    const file = await open(beside, 'r+');
    try {
      await file.sync();
    } finally {
      await file.close();
    }
    if (!(await isSame(path, beside))) throw new Error(`${beside} does not read back as ${path}`);
    await rename(beside, join(archive, basename(path)));
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined);
    throw error;
  }
  await localDisk.syncDirectory(archive);
}

/** Whether two files are one segment, compressed or not. */
export async function isSame(path: string, other: string): Promise<boolean> {
  const [one, two] = await Promise.all([segmentDigest(path), segmentDigest(other)]);
  return one.sha256 === two.sha256;
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
