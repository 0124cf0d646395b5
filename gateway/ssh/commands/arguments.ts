/** The words behind one of Sluice's own commands: what it is about, and its options. */
import { parseDuration } from '../../../config/quantities.ts';
import { type IdPrefix, parseId } from '../../grants/ids.ts';
import { answerRefusedExec } from '../exec-refusal.ts';
import { readWord } from '../words.ts';

/**
 * `text` is a sentence: ssh joins its words with blanks and drops the quotes of the person's own shell, so it goes on to the next
 * option. `words` may come several times. `flag-or-span`: `--wait`, or `--wait=10m`.
 */
export type OptionKind = 'flag' | 'words' | 'span' | 'text' | 'flag-or-span';

/** What stands there without an option. */
export type Positional =
  | { readonly name: string }
  | { readonly name: string; readonly oneOf: readonly string[] }
  | { readonly name: string; readonly id: IdPrefix };

export interface Shape {
  /** All of them needed. */
  readonly positionals: readonly Positional[];
  readonly options: Readonly<Record<string, OptionKind>>;
  readonly required?: readonly string[];
}

export interface Arguments {
  /** Ids as they are kept. */
  readonly positionals: readonly string[];
  has(option: string): boolean;
  /** The last value; undefined without one. */
  one(option: string): string | undefined;
  all(option: string): readonly string[];
}

/** Reads the line behind the command's name; answers with one sentence when it does not have the shape. */
export function readArguments(line: string, shape: Shape): Arguments | string {
  const { options } = shape;
  if (/\p{Cc}/u.test(line)) return answerRefusedExec('control-character').text;
  const positionals: string[] = [];
  const values = new Map<string, string[]>();
  let at = 0;
  for (;;) {
    while (line[at] === ' ') at += 1;
    if (at >= line.length) break;
    const [, name, equals] = /^--([a-z-]+)(=?)/.exec(line.slice(at, at + 40)) ?? [];
    const kind = name === undefined || !Object.hasOwn(options, name) ? undefined : options[name];
    if (name === undefined || kind === undefined) {
      const read = readWord(line, at);
      if (typeof read === 'string') return answerRefusedExec(read).text;
      if (line.startsWith('-', at)) return `${JSON.stringify(read.word.text)} is no option of this command`;
      positionals.push(read.word.text);
      at = read.end;
      continue;
    }
    at += 2 + name.length + (equals === '=' ? 1 : 0);
    const given = values.get(name) ?? [];
    if (given.length > 0 && kind !== 'words') return `--${name} is given twice`;
    values.set(name, given);
    if (equals !== '=' && (kind === 'flag' || kind === 'flag-or-span')) {
      given.push('');
      continue;
    }
    if (kind === 'flag') return `--${name} takes no value`;
    const read = kind === 'text' ? readText(line, at, options) : readValue(line, at);
    if (read === undefined) return `--${name} needs a value`;
    if (typeof read === 'string') return read;
    if (kind === 'span' || kind === 'flag-or-span') {
      const fault = spanFault(read.text);
      if (fault !== undefined) return fault;
    }
    given.push(read.text);
    at = read.end;
  }
  const missing = shape.required?.find((name) => !values.has(name));
  if (missing !== undefined) return `--${missing} is missing`;
  const checked = checkPositionals(positionals, shape.positionals);
  if (typeof checked === 'string') return checked;
  return {
    positionals: checked,
    has: (option) => values.has(option),
    one: (option) => values.get(option)?.at(-1),
    all: (option) => values.get(option) ?? [],
  };
}

function checkPositionals(
  given: readonly string[],
  wanted: readonly Positional[],
): readonly string[] | string {
  const missing = wanted[given.length];
  if (missing !== undefined) return `${missing.name} is missing`;
  const [tooMany] = given.slice(wanted.length);
  if (tooMany !== undefined) return `${JSON.stringify(tooMany)} is more than this command takes`;
  const checked: string[] = [];
  for (const [at, positional] of wanted.entries()) {
    const text = given[at] ?? '';
    if ('oneOf' in positional && !positional.oneOf.includes(text))
      return `${JSON.stringify(text)} is neither ${positional.oneOf.join(' nor ')}`;
    const id = 'id' in positional ? parseId(text, positional.id) : text;
    if (id === undefined) return `${JSON.stringify(text)} is no id of the form ${positional.name}`;
    checked.push(id);
  }
  return checked;
}

function spanFault(text: string): string | undefined {
  try {
    parseDuration(text);
    return undefined;
  } catch (error) {
    if (error instanceof RangeError) return error.message;
    throw error;
  }
}

type Read = { readonly text: string; readonly end: number };

function readValue(line: string, start: number): Read | string | undefined {
  let at = start;
  while (line[at] === ' ') at += 1;
  if (at >= line.length || line.startsWith('--', at)) return undefined;
  const read = readWord(line, at);
  if (typeof read === 'string') return answerRefusedExec(read).text;
  return { text: read.word.text, end: read.end };
}

/**
 * A sentence: one quoted word where it is that, by who quoted for a shell on this side; else everything up to the next option,
 * apostrophes and all, since there is no shell here to which it could mean anything.
 */
function readText(line: string, start: number, options: Shape['options']): Read {
  let begin = start;
  while (line[begin] === ' ') begin += 1;
  const quoted = /^['"]/.test(line.slice(begin, begin + 1)) ? readWord(line, begin) : 'shell-syntax';
  if (typeof quoted !== 'string' && isOption(line, quoted.end, options))
    return { text: quoted.word.text, end: quoted.end };
  let end = begin;
  while (end < line.length && !(isBlankBefore(line, end) && isOption(line, end, options))) end += 1;
  return { text: line.slice(begin, end).trim(), end };
}

function isBlankBefore(line: string, at: number): boolean {
  return at === 0 || line[at - 1] === ' ' || line[at - 1] === '=';
}

/** Whether the next option begins here, or the line ends. */
function isOption(line: string, at: number, options: Shape['options']): boolean {
  const rest = line.slice(at, at + 40);
  if (rest.trim() === '' && line.slice(at).trim() === '') return true;
  const [, name] = /^ *--([a-z-]+)(?=[ =]|$)/.exec(rest) ?? [];
  return name !== undefined && Object.hasOwn(options, name);
}
