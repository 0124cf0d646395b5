/** A repository's one name: from what a client wrote to the canonical name that decides, addresses the host and stands in the audit. */

/** A name as it was written, taken apart; not yet folded. */
export interface WrittenRepository {
  readonly upstream: string;
  /** Path below the upstream, decoded, without a slash at the end and without one `.git`. */
  readonly path: string;
}

export interface CanonicalRepository extends WrittenRepository {
  /** `<upstream>/<path>`. */
  readonly name: string;
}

const longestSegmentBytes = 255;
const longestPathBytes = 1024;

/**
 * Takes apart a path as it stands in a URL (`url`: percent-encoded, decoded here and nowhere else) or behind an SSH command
 * (`plain`). Undefined for what cannot be a repository's name: dots that walk, empty segments, a leading dash or tilde,
 * control and direction characters, bytes that are not UTF-8, encoded slashes, and what would lead inside a repository.
 */
export function readRepositoryPath(raw: string, form: 'url' | 'plain'): WrittenRepository | undefined {
  if (raw.length > 3 * longestPathBytes) return undefined;
  const trimmed = raw.replace(/^\//, '').replace(/\/+$/, '');
  const segments = trimmed.split('/').map((segment) => (form === 'url' ? decodeSegment(segment) : segment));
  if (segments.length < 2 || segments.some((segment) => segment === undefined || !isPlainSegment(segment)))
    return undefined;
  const [upstream = '', ...rest] = segments as string[];
  if (!/^[a-z][a-z0-9-]*$/.test(upstream)) return undefined;
  // `app.git/worktrees/x` and `app/.git` are `app` under another name, which no lock on `app` would stop.
  if (rest.slice(0, -1).some((segment) => /\.git$/i.test(segment))) return undefined;
  // What is left of `...git` walks.
  if (!isPlainSegment((rest.at(-1) ?? '').replace(/(\.git)+$/i, ''))) return undefined;
  // Exactly one: a repository that is really called `x.git.git` on its host has the name `x.git`.
  const path = rest.join('/').replace(/\.git$/, '');
  if (Buffer.byteLength(path) > longestPathBytes) return undefined;
  return { upstream, path };
}

/**
 * Folds as the host does: hosts that take names of different case for one get lower case and composed letters, and no `.git`
 * at the end, which none of them lets a name have; others keep each byte, so that two repositories there stay two here.
 */
export function canonicalRepository(
  { upstream, path }: WrittenRepository,
  foldsCase: boolean,
): CanonicalRepository {
  const folded = foldsCase
    ? path
        .normalize('NFC')
        .toLowerCase()
        .normalize('NFC')
        .replace(/(\.git)+$/, '')
    : path;
  return { upstream, path: folded, name: `${upstream}/${folded}` };
}

function isPlainSegment(segment: string): boolean {
  // U+037E composes to a semicolon: what a name is must hold of what it may be folded to.
  const composed = segment.normalize('NFC');
  return (
    segment !== '' &&
    !/^\.\.?$/.test(segment) &&
    !/^[-~]/.test(segment) &&
    !meaningful.test(segment) &&
    !meaningful.test(composed) &&
    segment === segment.trim() &&
    Buffer.byteLength(segment) <= longestSegmentBytes
  );
}

/**
 * What somebody on the way may read as more than a letter: separators, percent signs (decoded twice), `?` and `#`, path
 * parameters behind `;` (servlet hosts), streams behind `:` (Windows hosts), and what a person does not see as it is.
 */
const meaningful = /[\\/%?#;:\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\ufffd]|(?! )\p{Zs}/u;

function decodeSegment(segment: string): string | undefined {
  // A second decoding somewhere behind would see what this one did not: a percent sign stands for itself in no host's names.
  if (!/^[\x21-\x7e]*$/.test(segment) || /%(2f|5c|25)/i.test(segment)) return undefined;
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
