/** One line of the log: how an entry becomes bytes, is sealed into its chain, and is read back. */
import { hash } from 'node:crypto';
import { AuditError } from './audit-error.ts';
import { countCanonicalKeys } from './canonical.ts';
import { whyNotCanonical } from './line-diagnosis.ts';
import { outsideText } from './outside-text.ts';

/** The version of the line format this program writes and reads. */
export const lineVersion = 1;
/** Bytes of a line, its newline not counted. A longer entry is not written, a longer line not read. */
export const lineLimit = 16 * 1024 * 1024;
/** What the first entry of a chain has as `prev`. */
export const noHash = '0'.repeat(64);
/** Objects and arrays inside each other, the line itself counted. */
const depthLimit = 16;
/** Bytes of `,"hash":"<64 hex digits>"}`, with which each line ends. */
const sealLength = 75;

/** Where an entry stands in its chain. */
export interface Place {
  readonly chain: string;
  /** 1 for the first entry, then one more each. */
  readonly seq: number;
  /** Hash of the entry before, `noHash` for the first. */
  readonly prev: string;
}

/** An entry as it was read: the place, the node's time, the type, and whatever the type holds. */
export interface SealedEntry extends Place {
  readonly v: number;
  /** The node's clock, epoch ms. It may step back; `seq` is the order. */
  readonly at: number;
  readonly type: string;
  readonly hash: string;
  readonly [field: string]: unknown;
}

/** Bytes that are not a line of this format; the message says what is wrong with them. */
export class LineError extends Error {
  override readonly name = 'LineError';
}

/**
 * Serialises the part of a line that does not depend on its place: time, type and fields, in printable ASCII.
 *
 * Fields that are undefined are left out, strings too long or not well-formed become `BytesText`.
 *
 * @throws AuditError `AUDIT_ENTRY` for what the format has no form for: fractions, other kinds of keys, the place's own keys
 */
export function bodyOf(
  at: number,
  entry: Readonly<Record<string, unknown>> & { readonly type: string },
): string {
  const { type, ...fields } = entry;
  for (const key of Object.keys(fields)) {
    if (reserved.has(key)) throw new AuditError('AUDIT_ENTRY', `field "${key}" of ${type} is the line's own`);
  }
  const body = ascii(JSON.stringify(plain({ at, type, ...fields }, 1)));
  if (body.length > lineLimit - 512) {
    throw new AuditError('AUDIT_ENTRY', `${type} takes ${body.length} bytes; a line holds ${lineLimit}`);
  }
  return body.slice(1, -1);
}

const reserved = new Set(['v', 'chain', 'seq', 'at', 'type', 'prev', 'hash']);

/** A line's beginning: its place, and the body behind it. */
export function opening({ chain, seq }: Place, body: string): string {
  return `{"v":${lineVersion},"chain":"${chain}","seq":${seq},${body}`;
}

/** Puts a body into its place: the line with its newline, and the hash the next one carries as `prev`. */
export function seal(place: Place, body: string): { readonly line: string; readonly hash: string } {
  const open = `${opening(place, body)},"prev":"${place.prev}"`;
  const sum = hash('sha256', open, 'hex');
  return { line: `${open},"hash":"${sum}"}\n`, hash: sum };
}

/**
 * Reads one line without its newline and checks all that can be checked of it alone: ASCII, canonical form, envelope, hash.
 *
 * @throws LineError
 */
export function parseLine(bytes: Buffer): SealedEntry {
  if (bytes.length > lineLimit) throw new LineError(`the line is longer than ${lineLimit} bytes`);
  const line = bytes.toString('latin1');
  const foreign = /[^\x20-\x7e]/.exec(line);
  if (foreign !== null) {
    const code = line.charCodeAt(foreign.index).toString(16).padStart(2, '0');
    throw new LineError(`byte ${foreign.index} of the line is 0x${code}, not printable ASCII`);
  }
  const value = parsed(line);
  if (hash('sha256', bytes.subarray(0, -sealLength), 'hex') !== value.hash) {
    throw new LineError('the hash does not fit the line: it was changed after it was written');
  }
  return value;
}

function parsed(line: string): SealedEntry {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new LineError('the line is not JSON', { cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new LineError('the line is not a JSON object');
  }
  const keyCount = keysOfPlain(value, 1);
  if (keyCount === undefined) {
    throw new LineError(
      `the line holds a number that is no safe integer, a key outside [a-z][A-Za-z0-9]*, or over ${depthLimit} levels`,
    );
  }
  if (countCanonicalKeys(line) !== keyCount) throw new LineError(whyNotCanonical(line));
  const entry = value as SealedEntry;
  if (envelopeBegins.test(line) && envelopeEnds.test(line.slice(-envelopeEndLength))) return entry;
  // It is not what nearly every line is: what is wrong with it is named.
  const keys = Object.keys(entry);
  if (keys.slice(0, 5).join() !== 'v,chain,seq,at,type' || keys.slice(-2).join() !== 'prev,hash') {
    throw new LineError('the line does not have the keys v, chain, seq, at, type first and prev, hash last');
  }
  if (entry.v !== lineVersion)
    throw new LineError(`the line has version ${String(entry.v)}; this program reads ${lineVersion}`);
  const inForm =
    typeof entry.chain === 'string' &&
    chainForm.test(entry.chain) &&
    typeof entry.seq === 'number' &&
    entry.seq >= 1 &&
    typeof entry.at === 'number' &&
    typeof entry.type === 'string' &&
    typeof entry.prev === 'string' &&
    hashForm.test(entry.prev) &&
    typeof entry.hash === 'string' &&
    hashForm.test(entry.hash);
  if (!inForm) throw new LineError('chain, seq, at, type, prev or hash does not have its form');
  return entry;
}

/** A canonical line in order begins and ends so; seen in its text this costs a quarter of looking at the fields. */
const envelopeBegins = /^\{"v":1,"chain":"A-[0-9A-HJKMNP-TV-Z]{16}","seq":[1-9]\d*,"at":-?\d+,"type":"/;
const envelopeEnds = /^,"prev":"[0-9a-f]{64}","hash":"[0-9a-f]{64}"\}$/;
const envelopeEndLength = 149;
export const chainForm = /^A-[0-9A-HJKMNP-TV-Z]{16}$/;
const hashForm = /^[0-9a-f]{64}$/;
const keyForm = /^[a-z][A-Za-z0-9]*$/;
/** Keys that have that form: a log has a few dozen, each in every line. */
const knownKeys = new Set<string>();
const knownKeysAtMost = 1_000;

function isKey(key: string): boolean {
  if (knownKeys.has(key)) return true;
  if (!keyForm.test(key)) return false;
  if (knownKeys.size < knownKeysAtMost) knownKeys.add(key);
  return true;
}

/** Escapes what is not printable ASCII as UTF-16 units, so that a line is one line, and shows nothing else, in every reader. */
export function ascii(json: string): string {
  if (!/[^\x20-\x7e]/.test(json)) return json;
  return json.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function plain(value: unknown, depth: number): unknown {
  if (depth > depthLimit) throw new AuditError('AUDIT_ENTRY', `an entry nests over ${depthLimit} levels`);
  if (typeof value === 'string') return outsideText(value);
  if (value === null || typeof value === 'boolean' || Number.isSafeInteger(value)) return value;
  if (value instanceof Uint8Array) return outsideText(value);
  if (Array.isArray(value)) return value.map((item) => plain(item, depth + 1));
  if (typeof value !== 'object') throw new AuditError('AUDIT_ENTRY', `an entry cannot hold ${String(value)}`);
  const kept: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(value)) {
    if (field === undefined) continue;
    if (!isKey(key))
      throw new AuditError('AUDIT_ENTRY', `key ${JSON.stringify(key)} is not [a-z][A-Za-z0-9]*`);
    kept[key] = plain(field, depth + 1);
  }
  return kept;
}

/** The keys of all objects in a value; undefined when it holds what a line does not, as the message in `parsed` says. */
function keysOfPlain(value: unknown, depth: number): number | undefined {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return 0;
  if (typeof value === 'number') return Number.isSafeInteger(value) ? 0 : undefined;
  if (depth > depthLimit) return undefined;
  let keys = 0;
  if (Array.isArray(value)) {
    for (const item of value) {
      const inside = keysOfPlain(item, depth + 1);
      if (inside === undefined) return undefined;
      keys += inside;
    }
    return keys;
  }
  const fields = value as Record<string, unknown>;
  for (const key in fields) {
    const inside = isKey(key) ? keysOfPlain(fields[key], depth + 1) : undefined;
    if (inside === undefined) return undefined;
    keys += 1 + inside;
  }
  return keys;
}
