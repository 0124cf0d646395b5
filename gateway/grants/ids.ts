/** Ids people can read on a phone: a prefix and Crockford base32, `R-7F3K9Q2M4X`. */

/** Requests, grants, operations, principals, locks, credentials. */
export type IdPrefix = 'R' | 'G' | 'O' | 'P' | 'L' | 'C';

/** Crockford's digits: no I, L, O, U, so that nothing is read as something else. */
const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** 50 bits: among a million ids of one prefix two are equal with odds of 1 to 2,000. Operations are many more, so they get 60. */
const lengthOf = (prefix: IdPrefix): number => (prefix === 'O' ? 12 : 10);

/** Makes a source of new ids from a source of random bytes, such as `crypto.randomBytes`. */
export function createIds(randomBytes: (length: number) => Uint8Array): (prefix: IdPrefix) => string {
  return (prefix) => {
    // 256 is a multiple of 32, so the low five bits of a byte are evenly spread.
    const drawn = [...randomBytes(lengthOf(prefix))].map((byte) => digits.charAt(byte & 31));
    return `${prefix}-${drawn.join('')}`;
  };
}

/** Parses an id as people type it: any case, O for 0, I or L for 1, the hyphen left out. Undefined when it is no id of that prefix. */
export function parseId(text: string, prefix: IdPrefix): string | undefined {
  const match = /^\s*([A-Za-z])-?([0-9A-Za-z]{8,16})\s*$/.exec(text);
  if (match?.[1]?.toUpperCase() !== prefix) return undefined;
  const read = (match[2] ?? '').toUpperCase().replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  return read.includes('U') ? undefined : `${prefix}-${read}`;
}
