/** `sluice audit query | tail | export`: entries by what is asked for, a page, the newest and what comes, or all of them. */
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { checkEntry } from '../audit/entry.ts';
import type { EntryWish } from '../audit/entry-filter.ts';
import { csvHead, csvRow } from '../audit/export-csv.ts';
import { ascii, type SealedEntry } from '../audit/line.ts';
import { type FoundEntry, newest, type QueryPlace, query } from '../audit/query.ts';
import { lineOf, utc } from '../replay/line-of.ts';
import { auditGroup } from './audit-group.ts';
import { onFiles, type WishOptions, wishOf, withWish } from './audit-options.ts';

/** Exit codes, as the help says; 2 is `unreadable`. */
const exit = { found: 0, nothing: 1 } as const;
/** Between two looks at the files for what came. */
const lookMs = 500;

interface Options extends WishOptions {
  readonly type?: string;
  readonly limit: number;
  readonly cursor?: QueryPlace;
  readonly index: boolean;
  readonly json?: boolean;
  readonly follow?: boolean;
  readonly format: 'jsonl' | 'csv';
}

export function addAuditQuery(program: Command): void {
  const audit = auditGroup(program);
  withType(audit.command('query'))
    .description('entries by who, what and when, oldest first and chain by chain')
    .option('--limit <count>', 'entries of a page', count, 100)
    .option('--cursor <place>', 'go on behind this place: the one that the page before ended with', place)
    .option('--no-index', 'read every line: an index is a file like others, and somebody may have changed it')
    .option('--json', 'print one JSON object: entries, and the cursor if there is more')
    .addHelpText(
      'after',
      '\nexit codes: 0 something was found, 1 nothing, 2 nothing that can be read, or usage',
    )
    .action((paths: string[], options: Options) => onFiles(() => page(paths, options)));
  withType(audit.command('tail'))
    .description('the newest entries of each chain, and with --follow those that come')
    .option('-n, --limit <count>', 'how many of each chain', count, 10)
    .option('-f, --follow', 'go on until it is interrupted')
    .option('--json', 'print the lines as they stand in the log')
    .action((paths: string[], options: Options) => onFiles(() => tail(paths, options)));
  withType(audit.command('export'))
    .description('all entries that are asked for, to standard output, each with its seq and prev')
    .addOption(new Option('--format <format>').choices(['jsonl', 'csv']).default('jsonl'))
    .option('--no-index', 'read every line')
    .action((paths: string[], options: Options) => onFiles(() => exported(paths, options)));
}

function withType(command: Command): Command {
  return withWish(command)
    .argument('<path...>', 'audit directories, or single segments of them')
    .option('--type <type>', 'a type such as grant.revoked, or the part before its dot');
}

function wishedFor(options: Options): EntryWish {
  return { ...wishOf(options), ...(options.type === undefined ? {} : { type: options.type }) };
}

async function page(paths: readonly string[], options: Options): Promise<number> {
  const { limit, cursor: after, index: indexed, json } = options;
  const entries: SealedEntry[] = [];
  let cursor: QueryPlace | undefined;
  // One more than the page says whether there is a next.
  for await (const { found } of query(paths, wishedFor(options), { after, indexed })) {
    for (const { entry, place } of found) {
      if (entries.length === limit) return printed(entries, cursor, json);
      entries.push(entry);
      cursor = place;
    }
  }
  return printed(entries, undefined, json);
}

function printed(entries: readonly SealedEntry[], cursor: QueryPlace | undefined, json = false): number {
  const next = cursor === undefined ? undefined : `${cursor.chain}:${cursor.segment}:${cursor.offset}`;
  if (json) process.stdout.write(`${ascii(JSON.stringify({ entries, cursor: next }))}\n`);
  else for (const entry of entries) process.stdout.write(`${textLine(entry)}\n`);
  if (!json && next !== undefined) process.stderr.write(`there is more: --cursor ${next}\n`);
  return entries.length > 0 ? exit.found : exit.nothing;
}

async function tail(paths: readonly string[], options: Options): Promise<number> {
  const { limit, follow, json } = options;
  const wish = wishedFor(options);
  const print = ({ entry, line }: FoundEntry): void =>
    void process.stdout.write(`${json === true ? line.toString('latin1') : textLine(entry)}\n`);
  const ends = new Map<string, QueryPlace>();
  for await (const { found, place } of newest(paths, wish, limit)) {
    ends.set(place.chain, place);
    found.forEach(print);
  }
  while (follow === true) {
    await pause(lookMs);
    for (const after of ends.values()) {
      for await (const { found, place } of query(paths, wish, { after, indexed: false })) {
        if (place.chain !== after.chain) break;
        found.forEach(print);
        ends.set(place.chain, place);
      }
    }
  }
  return exit.found;
}

async function exported(paths: readonly string[], options: Options): Promise<number> {
  const { format, index: indexed } = options;
  if (format === 'csv') await write(`${csvHead}\r\n`);
  for await (const { found } of query(paths, wishedFor(options), { indexed }))
    await write(
      found
        .map(({ entry, line }) =>
          format === 'csv' ? `${csvRow(entry, line)}\r\n` : `${line.toString('latin1')}\n`,
        )
        .join(''),
    );
  return exit.found;
}

/** Waits for a reader that is slower than the disk. */
async function write(text: string): Promise<void> {
  if (text !== '' && !process.stdout.write(text)) await once(process.stdout, 'drain');
}

/** In ASCII: nothing that somebody chose acts on the terminal. */
function textLine(entry: SealedEntry): string {
  const { v: _v, chain, seq, at, type, prev: _p, hash: _h, ...fields } = entry;
  return ascii(`${utc(at)}  ${chain} ${seq}  ${type}  ${told(entry) ?? JSON.stringify(fields)}`);
}

/** Undefined also for an entry that does not have the shape of its type. */
function told(entry: SealedEntry): string | undefined {
  try {
    return lineOf(checkEntry(entry));
  } catch {
    return undefined;
  }
}

function count(text: string): number {
  const value = Number(text);
  if (!/^\d{1,6}$/.test(text) || value === 0) throw new InvalidArgumentError('a number from 1 to 999999');
  return value;
}

function place(text: string): QueryPlace {
  const [, chain, segment, offset] = /^(A-[0-9A-Z]{16}):(\d{1,15}):(\d{1,15})$/.exec(text) ?? [];
  if (chain === undefined)
    throw new InvalidArgumentError('a cursor is CHAIN:SEGMENT:BYTE, as a page gives it');
  return { chain, segment: Number(segment), offset: Number(offset) };
}
