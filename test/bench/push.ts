/** `git push` of the generated repository into an empty one. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Effort } from './main.ts';
import { packBytes } from './pack-bytes.ts';
import { git } from './repository.ts';
import type { Rig } from './rig.ts';
import { measureTransfer } from './transfer.ts';

export async function measurePush(rig: Rig, effort: Effort): Promise<string> {
  const { directory, name } = rig.repositories;
  const from = join(directory, `${name}.git`);
  const into = join(directory, 'pushed.git');
  const bytes = await packBytes(from);
  const remove = () => rm(into, { recursive: true, force: true });
  return measureTransfer(rig, effort, {
    heading: `git push of a new branch, ${(bytes / 1e6).toFixed(0)} MB, chunked`,
    bytes,
    async prepare() {
      await remove();
      await git(['init', '-q', '--bare', '-b', 'main', into]);
    },
    run: (side) =>
      git(['-C', from, 'push', '-q', side.repositoryUrl('pushed'), 'main'], { GIT_SSL_CAINFO: rig.caFile }),
    tidy: remove,
  });
}
