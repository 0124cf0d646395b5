/** What the log asks of a disk, so that a failing one can be put in its place. */
import { type FileHandle, open, rm, stat } from 'node:fs/promises';

/** A segment that is open for appending. */
export interface DiskFile {
  /** Appends all bytes, or rejects with any part of them written. */
  append(bytes: Buffer): Promise<void>;
  /** Returns once everything appended is on the disk. */
  sync(): Promise<void>;
  /** The file's size now, and whether its path still leads to it. */
  look(): Promise<{ readonly size: number; readonly inPlace: boolean }>;
  close(): Promise<void>;
}

/** Where segments are made. */
export interface Disk {
  /** Creates a file that must not exist, readable by its owner alone. */
  create(path: string): Promise<DiskFile>;
  /** Makes the names of a directory durable. */
  syncDirectory(path: string): Promise<void>;
  remove(path: string): Promise<void>;
}

/** The disk of this machine. */
export const localDisk: Disk = {
  async create(path) {
    return localFile(await open(path, 'ax', 0o600), path);
  },
  async syncDirectory(path) {
    const directory = await open(path, 'r');
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
  },
  async remove(path) {
    await rm(path, { force: true });
  },
};

function localFile(handle: FileHandle, path: string): DiskFile {
  return {
    async append(bytes) {
      for (let done = 0; done < bytes.length; ) {
        done += (await handle.write(bytes, done)).bytesWritten;
      }
    },
    sync: () => handle.datasync(),
    async look() {
      const [held, named] = await Promise.all([handle.stat(), stat(path).catch(() => undefined)]);
      return { size: held.size, inPlace: named?.ino === held.ino && named.dev === held.dev };
    },
    close: () => handle.close(),
  };
}
