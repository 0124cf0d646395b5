/** Entries as CSV (RFC 4180): cells that no spreadsheet takes for a formula, and the whole line in one of them. */
import { ascii, type SealedEntry } from './line.ts';

const fields = [
  'principalId',
  'by',
  'repository',
  'right',
  'requestId',
  'grantId',
  'operationId',
  'lockId',
  'outcome',
  'reason',
] as const;

/** The first row. */
export const csvHead = ['chain', 'seq', 'at', 'type', ...fields, 'prev', 'hash', 'line'].map(cell).join(',');

/** An entry's row, without its end. `line` is the line as it stands in the log: what other cells show escaped can be had back from it. */
export function csvRow(entry: SealedEntry, line: Buffer): string {
  const { chain, seq, at, type, prev, hash } = entry;
  const told = fields.map((field) => shown(entry[field]));
  return [chain, String(seq), timeOf(at), type, ...told, prev, hash, line.toString('latin1')]
    .map(cell)
    .join(',');
}

/** In ASCII; controls, and what may turn or hide the text around it, are `\uXXXX`, and what is no text at all has its bytes beside it. */
function shown(value: unknown): string {
  if (value === undefined) return '';
  if (typeof value !== 'string') return ascii(JSON.stringify(value));
  return ascii(JSON.stringify(value)).slice(1, -1).replaceAll('\\"', '"');
}

function timeOf(at: number): string {
  const time = new Date(at);
  return Number.isNaN(time.getTime()) ? String(at) : time.toISOString();
}

/** One cell, quoted. A spreadsheet takes it for a formula by its first character, quoted or not. */
export function cell(text: string): string {
  const safe = /^[=+\-@\t\r|%]/.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}
