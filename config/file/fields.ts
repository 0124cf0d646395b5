/** The kinds of values that stand in `sluice.yaml`, each with what is expected (`title`) and a check that JSON Schema cannot express. */
import Type from 'typebox';
import { parseCidr, parseHostPort } from '../addresses.ts';
import { patternFault } from '../pattern.ts';
import { durationPattern, parseDuration, parseSize, sizePattern } from '../quantities.ts';
import { selectorFault, selectorForms } from '../selector.ts';

/** A closed object: a field it does not name is a fault. */
export function section<const P extends Type.TProperties>(properties: P, description: string) {
  return Type.Object(properties, { additionalProperties: false, description });
}

/** Text of at least one character, without control characters. */
export function text(
  description: string,
  options: { default?: string; title?: string; pattern?: string } = {},
) {
  return Type.String({
    minLength: 1,
    title: 'text',
    pattern: '^[^\\u0000-\\u001f\\u007f]+$',
    description,
    ...options,
  });
}

/** One of a few words. */
export function word<const W extends string>(words: readonly W[], description: string, standard?: W) {
  return Type.Unsafe<W>(
    Type.Enum([...words], { description, ...(standard === undefined ? {} : { default: standard }) }),
  );
}

/** A path; relative ones start at the configuration file's folder. */
export function path(description: string) {
  return text(`${description} A relative path starts at the configuration file's folder.`, {
    title: 'a path',
  });
}

/** A secret: a file's path or an environment variable's name, never the value. */
export function secret(description: string) {
  const file = Type.String({ minLength: 1, maxLength: 1_024, pattern: '^[^\\u0000-\\u001f\\u007f]+$' });
  const env = Type.Object(
    {
      env: Type.String({
        pattern: '^SLUICE_[A-Z0-9_]+$',
        title: 'the name of an environment variable that starts with SLUICE_',
      }),
    },
    { additionalProperties: false },
  );
  return Type.Union([file, env], {
    title: 'a path, or { env: SLUICE_… }',
    description: `${description} A path (re-read when the file changes; relative to the configuration file's folder) or { env: SLUICE_NAME }; never the secret itself.`,
  });
}

/** A span within bounds, like `90s`, `30m`, `2h`, `7d`. */
export function duration(description: string, bounds: { min: string; max: string; default?: string }) {
  const within = `from ${bounds.min} to ${bounds.max}`;
  return Type.Refine(
    Type.String({
      pattern: durationPattern,
      title: `a duration ${within}, like 90s, 30m, 2h or 7d`,
      description: `${description} Number and unit (ms, s, m, h, d), ${within}.`,
      ...(bounds.default === undefined ? {} : { default: bounds.default }),
    }),
    (value) => inBounds(value, parseDuration, bounds),
    () => `a duration ${within}`,
  );
}

/** A size within bounds, like `512KiB`. */
export function size(description: string, bounds: { min: string; max: string; default?: string }) {
  const within = `from ${bounds.min} to ${bounds.max}`;
  return Type.Refine(
    Type.String({
      pattern: sizePattern,
      title: `a size ${within}, like 512KiB, 64MiB or 2GiB`,
      description: `${description} Number and unit (B, KiB, MiB, GiB), ${within}.`,
      ...(bounds.default === undefined ? {} : { default: bounds.default }),
    }),
    (value) => inBounds(value, parseSize, bounds),
    () => `a size ${within}`,
  );
}

function inBounds(
  value: string,
  parse: (text: string) => number,
  bounds: { min: string; max: string },
): boolean {
  // A text without the pattern's shape is reported by the pattern.
  if (!holds(() => parse(value))) return true;
  return parse(value) >= parse(bounds.min) && parse(value) <= parse(bounds.max);
}

/** A whole number within bounds. */
export function count(description: string, bounds: { minimum: number; maximum: number; default?: number }) {
  return Type.Integer({
    title: `a whole number from ${bounds.minimum} to ${bounds.maximum}`,
    description,
    ...bounds,
  });
}

/** Where to listen or connect. */
export function hostPort(description: string, options: { default?: string } = {}) {
  return Type.Refine(
    Type.String({ title: 'HOST:PORT or [IPV6]:PORT', description, ...options }),
    (value) => holds(() => parseHostPort(value)),
    () => 'HOST:PORT or [IPV6]:PORT with a port up to 65535',
  );
}

/** Ranges of peer addresses. */
export function cidrs(description: string) {
  const cidr = Type.Refine(
    Type.String({ title: 'an address range like 10.0.0.0/8 or fd00::/8' }),
    (value) => holds(() => parseCidr(value)),
    () => 'an address, or ADDRESS/PREFIX with no bits set behind the prefix, like 10.0.0.0/8 or fd00::/8',
  );
  return Type.Array(cidr, { title: 'a list of address ranges', description, uniqueItems: true });
}

/** Selectors of people; at least one. */
export function selectors(description: string, options: { minItems: number } = { minItems: 1 }) {
  const selector = Type.Refine(
    Type.String({ title: selectorForms }),
    (value) => selectorFault(value) === undefined,
    (value) => `a selector, and it ${selectorFault(value)}`,
  );
  return Type.Array(selector, {
    title: 'a list of selectors',
    description: `${description} Each is ${selectorForms}.`,
    ...options,
  });
}

/** A pattern over names. */
export function pattern(description: string) {
  return Type.Refine(
    Type.String({
      title: 'a pattern',
      description: `${description} * stands for characters within a level, ** for whole levels.`,
    }),
    (value) => patternFault(value) === undefined,
    (value) => `a pattern over names, and it ${patternFault(value)}`,
  );
}

/** A list of at least one. */
export function list<const T extends Type.TSchema>(items: T, title: string, description: string) {
  return Type.Array(items, { minItems: 1, title, description });
}

/** An address of a service: `https` (or what `schemes` say), nothing secret in it, no query, no fragment. */
export function url(description: string, schemes: readonly string[]) {
  const shape = `${schemes.map((scheme) => `${scheme}://…`).join(' or ')} without password, query or fragment`;
  return Type.Refine(
    Type.String({ title: shape, description }),
    (value) => {
      if (!URL.canParse(value) || /[?#\s\\]/u.test(value)) return false;
      const { protocol, password } = new URL(value);
      return schemes.includes(protocol.slice(0, -1)) && password === '';
    },
    () => shape,
  );
}

function holds(parse: () => unknown): boolean {
  try {
    parse();
    return true;
  } catch {
    return false;
  }
}
