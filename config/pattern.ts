/**
 * Patterns over repository and ref names: `*` stands for characters within a level, `**` for whole levels.
 *
 * Written here and not taken from a glob package, because names come from strangers: a regular expression made of several
 * stars takes polynomial time on a long name, and its dot stops at U+2028, which git allows in a ref.
 */

/** Longer ones are refused; canonical names and refs are shorter. */
const maxLength = 1_024;

/** Why a text is no pattern, or undefined when it is one. */
export function patternFault(pattern: string): string | undefined {
  if (pattern.length > maxLength) return `is longer than ${maxLength} characters`;
  // U+FFFD stands for bytes that are not UTF-8: a pattern holding it would match many different refs.
  const odd = /[\u0000-\u0020\u007f-\u009f\u2028\u2029\ufffd]/u.exec(pattern);
  if (odd !== null) return `holds U+${hex(odd[0])}, which no pattern may hold`;
  const special = /[?[\]{}\\^~:]/u.exec(pattern);
  if (special !== null)
    return `holds ${JSON.stringify(special[0])}; only * and ** have a meaning, and no name holds it`;
  const levels = pattern.split('/');
  if (levels.some((level) => level === '')) return 'has an empty level (a slash at an end, or two in a row)';
  if (levels.some((level) => level === '.' || level === '..')) return 'has a level "." or ".."';
  if (levels.some((level) => level !== '**' && level.includes('**')))
    return 'has ** beside other characters; it is a whole level';
  return undefined;
}

function hex(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
}

/**
 * Makes a matcher of a pattern. At the end `**` takes one level or more (`hub/acme/**` is not `hub/acme` itself), elsewhere
 * none or more. Time grows with pattern × name and not worse. Throws a `RangeError` on a text that is no pattern.
 */
export function compilePattern(pattern: string): (name: string) => boolean {
  const fault = patternFault(pattern);
  if (fault !== undefined) throw new RangeError(`pattern ${JSON.stringify(pattern)} ${fault}`);
  const wanted = pattern.split('/').filter((level, at, all) => level !== '**' || all[at + 1] !== '**');
  // A trailing "**" is "one level, then any", so that it never stands for nothing.
  if (wanted.at(-1) === '**') wanted.splice(-1, 1, '*', '**');
  return (name) => sequenceMatches(wanted, name.split('/'), '**', levelMatches);
}

function levelMatches(pattern: string, level: string): boolean {
  if (level === '') return false;
  return sequenceMatches([...pattern], [...level], '*', (wanted, character) => wanted === character);
}

/** The greedy wildcard match that goes back to the last wildcard only: quadratic at worst. */
function sequenceMatches(
  wanted: readonly string[],
  given: readonly string[],
  wildcard: string,
  fits: (wanted: string, given: string) => boolean,
): boolean {
  let at = 0;
  let from = 0;
  let lastWildcard = -1;
  let resumeFrom = 0;
  while (from < given.length) {
    const want = wanted[at];
    if (want === wildcard) {
      lastWildcard = at++;
      resumeFrom = from;
    } else if (want !== undefined && fits(want, given[from] as string)) {
      at++;
      from++;
    } else if (lastWildcard !== -1) {
      at = lastWildcard + 1;
      from = ++resumeFrom;
    } else {
      return false;
    }
  }
  while (wanted[at] === wildcard) at++;
  return at === wanted.length;
}

/**
 * Whether `broad` matches every name that `narrow` does.
 *
 * Decided by matching names made from `narrow` with a letter that stands in neither: what takes that letter takes any. So a
 * true answer can be relied on; a false one may be wrong only where several stars of `broad` share a level.
 */
export function covers(broad: string, narrow: string): boolean {
  const matches = compilePattern(broad);
  const letter = '\u{10fffd}';
  const deep = Array.from({ length: broad.split('/').length + 1 }, () => letter).join('/');
  const samples = [letter, deep].flatMap((levels) =>
    ['', letter].map((star) =>
      narrow
        .split('/')
        .map((level) => (level === '**' ? levels : level === '*' ? letter : level.replaceAll('*', star)))
        .join('/'),
    ),
  );
  // In the middle "**" may also stand for no level at all.
  samples.push(...samples.map(() => narrow.replaceAll('**/', '').replaceAll('*', letter)));
  return samples.every(matches);
}
