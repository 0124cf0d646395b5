/** One fault of the configuration file: where it stands, what came, what was expected. */

export interface Fault {
  readonly file: string;
  /** 1 is the first; both are 1 when the file as a whole is meant. */
  readonly line: number;
  readonly column: number;
  /** `repositories[0].push.maxDuration`; empty for the file as a whole. */
  readonly field: string;
  readonly message: string;
}

/** A fault or warning before its place in the text is known. */
export interface Problem {
  readonly path: FieldPath;
  readonly message: string;
  /** The key is at fault and not its value. */
  readonly atKey?: boolean;
}

export type FieldPath = readonly (string | number)[];

/** `file:line:column: field: message`, the shape editors and terminals make a link of. */
export function formatFault(fault: Fault): string {
  const field = fault.field === '' ? '' : `${fault.field}: `;
  return `${fault.file}:${fault.line}:${fault.column}: ${field}${fault.message}`;
}

/** Writes a path as people read it: `upstreams.hub.url`, `repositories[0].match`. */
export function formatPath(path: FieldPath): string {
  return path.reduce<string>((written, step) => {
    if (typeof step === 'number') return `${written}[${step}]`;
    const name = /^[\w-]+$/.test(step) ? step : JSON.stringify(step);
    return written === '' ? name : `${written}.${name}`;
  }, '');
}

/** Shows a value that came, shortened; control characters and line separators escaped, a user and password in an address left out. */
export function showValue(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a section';
  const shown = (JSON.stringify(value) ?? String(value)).replace(/\/\/[^/@]*@/g, '//…@');
  const escaped = shown.replace(/[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu, (character) => {
    return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
  });
  return escaped.length > 80 ? `${escaped.slice(0, 77)}…` : escaped;
}
