/** How much a clone or push of a repository carries. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Bytes of all packs of a bare repository. */
export async function packBytes(repository: string): Promise<number> {
  const folder = join(repository, 'objects', 'pack');
  const packs = (await readdir(folder)).filter((name) => name.endsWith('.pack'));
  const sizes = await Promise.all(packs.map(async (name) => (await stat(join(folder, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
