/** The lines a fetch's request may hold, as a closed list: hosts pass over what they do not know, the gateway does not (gitprotocol-v2, -pack). */
import { isObjectId } from './ref-command.ts';

/** The v2 commands that pass. */
export type FetchCommand = 'ls-refs' | 'fetch' | 'object-info';

/** What stands behind a line's first word: nothing, one object id, or text. */
type Value = 'none' | 'id' | 'text';
type Lines = Readonly<Record<string, Value>>;

const depth: Lines = { shallow: 'id', deepen: 'text', 'deepen-since': 'text', 'deepen-not': 'text' };

/** Left out on purpose: `packfile-uris` leads elsewhere, `sideband-all` lays the answer out otherwise than it is walked. */
const versionTwo: Readonly<Record<FetchCommand, Lines>> = {
  'ls-refs': { peel: 'none', symrefs: 'none', unborn: 'none', 'ref-prefix': 'text' },
  fetch: {
    ...depth,
    want: 'id',
    'want-ref': 'text',
    have: 'id',
    done: 'none',
    filter: 'text',
    'deepen-relative': 'none',
    'thin-pack': 'none',
    'no-progress': 'none',
    'include-tag': 'none',
    'ofs-delta': 'none',
    'wait-for-done': 'none',
  },
  'object-info': { size: 'none', oid: 'id' },
};

/** v0 and v1: what is wanted, up to the first flush; what is had, behind it. */
const versionZero: Readonly<Record<'wants' | 'haves', Lines>> = {
  wants: { ...depth, want: 'id', filter: 'text' },
  haves: { have: 'id', done: 'none' },
};

export function isFetchCommand(name: string | undefined): name is FetchCommand {
  return name !== undefined && Object.hasOwn(versionTwo, name);
}

/** A line as its first word and what is behind it. */
export interface FetchLine {
  readonly key: string;
  readonly value: string | undefined;
}

/** Takes a line apart at its first blank. */
export function fetchLine(line: string): FetchLine {
  const blank = line.indexOf(' ');
  return blank === -1
    ? { key: line, value: undefined }
    : { key: line.slice(0, blank), value: line.slice(blank + 1) };
}

/** Whether the line may stand there, as it is. */
export function mayStand({ key, value }: FetchLine, place: FetchCommand | 'wants' | 'haves'): boolean {
  const lines = place === 'wants' || place === 'haves' ? versionZero[place] : versionTwo[place];
  if (!Object.hasOwn(lines, key)) return false;
  switch (lines[key]) {
    case 'none':
      return value === undefined;
    case 'id':
      return value !== undefined && isObjectId(value);
    default:
      return value !== undefined;
  }
}
