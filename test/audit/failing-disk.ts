/** The machine's disk with faults to order. */
import { type Disk, localDisk } from '../../gateway/audit/disk.ts';

export interface FailingDisk extends Disk {
  /** What every file does next; stays so until it is set again. */
  fault: 'none' | 'sync' | 'half-written' | 'create';
  /** While set, syncs wait for it. */
  stalled: Promise<void> | undefined;
  readonly syncs: number;
}

function noSpace(): Error {
  return Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
}

export function failingDisk(): FailingDisk {
  let syncs = 0;
  const disk: FailingDisk = {
    fault: 'none',
    stalled: undefined,
    get syncs() {
      return syncs;
    },
    async create(path) {
      if (disk.fault === 'create') throw noSpace();
      const file = await localDisk.create(path);
      return {
        async append(bytes) {
          if (disk.fault !== 'half-written') return await file.append(bytes);
          await file.append(bytes.subarray(0, bytes.length - 20));
          throw noSpace();
        },
        async sync() {
          syncs += 1;
          await disk.stalled;
          if (disk.fault === 'sync') throw Object.assign(new Error('EIO: i/o error'), { code: 'EIO' });
          await file.sync();
        },
        look: () => file.look(),
        close: () => file.close(),
      };
    },
    syncDirectory: (path) => localDisk.syncDirectory(path),
    remove: (path) => localDisk.remove(path),
  };
  return disk;
}
