/** Repositories and the packs that the real git makes of them, for trials of what a host takes. */
import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync } from 'node:fs';
import type { ObjectFormat } from '../../gateway/git/pack-end.ts';
import { flushPkt, pktLine } from '../../gateway/git/pkt-line.ts';
import type { Ending } from '../servers/ending.ts';
import { isolatedGitEnvironment } from '../servers/git.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';

/** What one push sends: its pack, and what it would make of `refs/heads/pushed`. */
export interface PackedPush {
  readonly newId: string;
  readonly pack: Buffer;
}

/** A work tree with more history than its host has. */
export interface Workshop {
  readonly format: ObjectFormat;
  readonly directory: string;
  /** A new bare repository that has `base` and checks what it is sent. */
  host(path?: string): string;
  /** A pack of what `tip` has and `base` has not. */
  push(tip: 'base' | 'few' | 'many' | 'large', options: readonly string[]): PackedPush;
  /** The push as the body of a receive-pack request, with these bytes for its pack. */
  request(push: PackedPush, pack: Buffer): Buffer;
}

export const pushedRef = 'refs/heads/pushed';

/** Bytes of random text in the commit that makes a push larger than 1 MiB. */
const largeFile = 1_500_000;

/** Makes the work tree: `few` is 3 commits ahead of `base`, `many` 60, `large` one with a large file. */
export async function aWorkshop(test: Ending, format: ObjectFormat): Promise<Workshop> {
  const home = await temporaryDirectory(test);
  const env = isolatedGitEnvironment(home);
  const git = (args: readonly string[], input = ''): Buffer =>
    execFileSync('git', args, { env, input, maxBuffer: 2 ** 28, stdio: ['pipe', 'pipe', 'inherit'] });
  const work = `${home}/work`;
  const template = `${home}/template.git`;
  git(['init', '-q', '-b', 'base', `--object-format=${format}`, work]);
  git(['-C', work, 'fast-import', '--quiet'], history());
  git(['clone', '-q', '--bare', '--template=', '--single-branch', '--branch', 'base', work, template]);
  for (const key of ['transfer.fsckObjects', 'http.receivepack'])
    git(['-C', template, 'config', key, 'true']);
  let hosts = 0;
  return {
    format,
    directory: work,
    host(path = `${home}/host-${hosts}.git`) {
      hosts += 1;
      cpSync(template, path, { recursive: true });
      return path;
    },
    push(tip, options) {
      const revisions = tip === 'base' ? '' : `${tip}\n^base\n`;
      const pack = git(['-C', work, 'pack-objects', '-q', '--revs', '--stdout', ...options], revisions);
      return { pack, newId: git(['-C', work, 'rev-parse', tip]).toString().trim() };
    },
    request({ newId }, pack) {
      const command = `${'0'.repeat(newId.length)} ${newId} ${pushedRef}\0 report-status object-format=${format}`;
      return Buffer.concat([pktLine(command), flushPkt, pack]);
    },
  };
}

/** Each commit changes a line of one long file, so that its blobs are deltas, and adds a file. */
function history(): string {
  const lines = Array.from({ length: 300 }, (_, i) => `line ${i} of the file, as it was at first`);
  const commit = (branch: string, i: number, more = ''): string => {
    lines[i] = `line ${i} as it is since commit ${i} of ${branch}`;
    const text = lines.join('\n');
    return [
      `commit refs/heads/${branch}\ncommitter A <a@x> ${1_700_000_000 + i} +0000\ndata 2\nc\n${more}`,
      `M 100644 inline long\ndata ${text.length}\n${text}\n`,
      `M 100644 inline f${i}\ndata ${i}\n${'x'.repeat(i)}\n`,
    ].join('');
  };
  const ahead = (branch: string, count: number): readonly string[] =>
    Array.from({ length: count }, (_, i) => commit(branch, i + 1, i === 0 ? 'from refs/heads/base\n' : ''));
  return [
    commit('base', 0),
    ...ahead('few', 3),
    ...ahead('many', 60),
    ...ahead('large', 1),
    `M 100644 inline large\ndata ${largeFile}\n${incompressible(largeFile)}\n`,
  ].join('');
}

/** Text that zlib makes no smaller than three quarters, the same each time. */
function incompressible(length: number): string {
  let state = 1;
  const characters = new Uint8Array(length);
  for (let i = 0; i < length; i += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    characters[i] = 48 + (state >>> 26);
  }
  return Buffer.from(characters).toString('latin1');
}

/** Everything a host's folder holds, by name, and its refs: the same before and after where nothing was applied. */
export function stateOf(host: string): readonly string[] {
  const refs = execFileSync('git', ['-C', host, 'for-each-ref'], { encoding: 'utf8' });
  return [refs, ...readdirSync(host, { recursive: true }).map(String).toSorted()];
}
