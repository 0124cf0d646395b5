/** Reading the log by what is asked: one page of entries at a time, oldest first, in bounded memory. */
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { lineLimit, parseLine, type SealedEntry } from './line.ts';
import { LineSplitter } from './line-splitter.ts';
import { listSegments } from './segment-name.ts';

/** What to read; times in epoch ms by the node's clock, `to` not included. */
export interface EntryFilter {
  readonly from?: number;
  readonly to?: number;
  readonly principalId?: string;
  readonly repository?: string;
  readonly type?: string;
  readonly grantId?: string;
  /** Of the page before. */
  readonly cursor?: string;
  readonly limit: number;
}

export interface EntryPage {
  readonly entries: readonly SealedEntry[];
  /** Continues behind this page; absent at the end. */
  readonly cursor?: string;
}

/** Where a page ended: a byte behind an entry's newline. */
interface Cursor {
  readonly segment: number;
  readonly offset: number;
}

/** Bytes looked through for one page, so that a rare thing asked for does not hold the node up: the page then ends early. */
const bytesAPage = 256 * 2 ** 20;

/** Reads a page. Lines that are no entries are passed over: `verify` is who names them. */
export async function readEntries(directory: string, filter: EntryFilter): Promise<EntryPage> {
  const start = parseCursor(filter.cursor);
  const entries: SealedEntry[] = [];
  let read = 0;
  for (const file of await listSegments(directory)) {
    if (start !== undefined && file.segment < start.segment) continue;
    const from = start?.segment === file.segment ? start.offset : 0;
    const splitter = new LineSplitter(lineLimit, from);
    for await (const chunk of createReadStream(join(directory, file.name), {
      start: from,
    }) as AsyncIterable<Buffer>)
      for (const { bytes, offset, whole } of splitter.push(chunk)) {
        const entry = whole ? entryOf(bytes) : undefined;
        read += bytes.length + 1;
        if (entry !== undefined && matches(entry, filter)) entries.push(entry);
        if (entries.length >= filter.limit || read > bytesAPage)
          return { entries, cursor: `${file.segment}:${offset + bytes.length + 1}` };
      }
  }
  return { entries };
}

function parseCursor(text: string | undefined): Cursor | undefined {
  const [, segment, offset] = /^(\d{1,15}):(\d{1,15})$/.exec(text ?? '') ?? [];
  return segment === undefined ? undefined : { segment: Number(segment), offset: Number(offset) };
}

function entryOf(bytes: Buffer): SealedEntry | undefined {
  try {
    return parseLine(bytes);
  } catch {
    return undefined;
  }
}

function matches(
  entry: SealedEntry,
  { from, to, principalId, repository, type, grantId }: EntryFilter,
): boolean {
  if (from !== undefined && entry.at < from) return false;
  if (to !== undefined && entry.at >= to) return false;
  if (type !== undefined && entry.type !== type && !entry.type.startsWith(`${type}.`)) return false;
  if (principalId !== undefined && entry.principalId !== principalId && entry.by !== principalId)
    return false;
  if (repository !== undefined && !repositoriesOf(entry).includes(repository)) return false;
  return grantId === undefined || entry.grantId === grantId || listed(entry.grantIds).includes(grantId);
}

function repositoriesOf(entry: SealedEntry): readonly unknown[] {
  const scopes = [entry.scope, ...listed(entry.scopes)] as ({ repository?: unknown } | undefined)[];
  return [entry.repository, ...scopes.map((scope) => scope?.repository)];
}

function listed(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
