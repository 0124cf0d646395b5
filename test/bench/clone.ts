/** `git clone --bare` of the generated repository. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Effort } from './main.ts';
import { packBytes } from './pack-bytes.ts';
import { git } from './repository.ts';
import type { Rig } from './rig.ts';
import { measureTransfer } from './transfer.ts';

export async function measureClone(rig: Rig, effort: Effort): Promise<string> {
  const into = join(rig.work, 'clone.git');
  const { directory, name } = rig.repositories;
  const bytes = await packBytes(join(directory, `${name}.git`));
  return measureTransfer(rig, effort, {
    heading: `git clone --bare, ${(bytes / 1e6).toFixed(0)} MB`,
    bytes,
    prepare: async () => {},
    run: (side) =>
      git(['clone', '-q', '--bare', side.repositoryUrl(name), into], { GIT_SSL_CAINFO: rig.caFile }),
    tidy: () => rm(into, { recursive: true, force: true }),
  });
}
