/** Somebody who can write the files and makes the whole chain anew: what only replay can find. */
import { cp, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { bodyOf, noHash, type SealedEntry, seal } from '../../gateway/audit/line.ts';
import { segmentPaths } from '../audit/logs.ts';
import type { Ending } from '../servers/ending.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';

/** What stands in an entry's place: nothing, the same, another, or more. */
export type Tampering = (
  entry: SealedEntry,
) => readonly Readonly<Record<string, unknown> & { type: string }>[];

/** Copies of the directories, in which every chain was changed and then sealed again from its first entry on. */
export async function tamperedWith(
  test: Ending,
  directories: readonly string[],
  tampering: Tampering,
): Promise<readonly string[]> {
  const copies = await copied(test, directories);
  for (const copy of copies) {
    let place = { chain: '', seq: 0, prev: noHash };
    let offset = 0;
    for (const path of await segmentPaths(copy)) {
      const lines: string[] = [];
      const before = offset;
      offset = 0;
      for (const line of (await readFile(path, 'utf8')).split('\n').slice(0, -1)) {
        const entry = JSON.parse(line) as SealedEntry;
        for (const changed of tampering(movedTo(entry, before))) {
          const { v: _v, chain: _c, seq: _s, at: _a, prev: _p, hash: _h, ...fields } = changed as SealedEntry;
          const next = { chain: entry.chain, seq: place.seq + 1, prev: place.prev };
          const sealed = seal(next, bodyOf(entry.at, fields));
          place = { ...next, prev: sealed.hash };
          lines.push(sealed.line);
          offset += sealed.line.length;
        }
      }
      await writeFile(path, lines.join(''));
    }
  }
  return copies;
}

/** Copies of the directories. */
export async function copied(test: Ending, directories: readonly string[]): Promise<readonly string[]> {
  const under = await temporaryDirectory(test);
  return await Promise.all(
    directories.map(async (directory) => {
      const copy = join(under, basename(directory));
      await cp(directory, copy, { recursive: true });
      return copy;
    }),
  );
}

/** The segment before ends elsewhere once its lines are others. */
function movedTo(entry: SealedEntry, offset: number): SealedEntry {
  if (entry.type !== 'segment.opened' || entry.after === undefined) return entry;
  return { ...entry, after: { ...(entry.after as object), offset } };
}
