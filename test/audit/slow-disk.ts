/** This machine's disk, when every sync takes longer. */
import { type Disk, localDisk } from '../../gateway/audit/disk.ts';
import { pause } from '../../gateway/pause.ts';

/** @param slowMs asked before each sync, in ms */
export function slowDisk(slowMs: () => number): Disk {
  return {
    ...localDisk,
    async create(path) {
      const file = await localDisk.create(path);
      return {
        append: (bytes) => file.append(bytes),
        async sync() {
          await pause(slowMs());
          await file.sync();
        },
        look: () => file.look(),
        close: () => file.close(),
      };
    },
  };
}
