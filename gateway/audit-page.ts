/** A page of the audit of all nodes: this one's from its files, those of the others from their copies in the store, and how much of each that was. */
import type { AuditFilter, AuditPageRead } from '../admin/admin-deps.ts';
import { chainForm } from './audit/line.ts';
import { type ChainPage, mergePages, type TakenPage } from './audit/merge-pages.ts';
import { readEntries } from './audit/read.ts';
import type { LogFolders } from './audit/read-spans.ts';
import { coverageOf, type KnownHeads, ownRanges } from './audit-coverage.ts';
import { readSharedChains } from './shared-chain.ts';
import type { SharedChain } from './store/records.ts';
import type { Store } from './store/store.ts';

export interface AuditPageNeeds extends KnownHeads {
  readonly log: LogFolders;
  readonly store: Pick<Store, 'sharedChains' | 'sharedEntries'>;
  /** The store could not be asked; the page then is of this node's files alone, and says so. */
  onTrouble(error: unknown): void;
}

/** Reads it. A cursor is the place in this node's files, then for each other chain the number it went on to. */
export async function readAuditPage(
  { nodes, cursor, ...filter }: AuditFilter,
  needs: AuditPageNeeds,
): Promise<Omit<AuditPageRead, 'people'>> {
  const { head, onTrouble } = needs;
  const { first, limit } = filter;
  const from = placesIn(cursor);
  const own = await ownPage(needs, { ...filter, cursor: from.own });
  const shared = new Map<string, SharedChain>();
  const pages = [own];
  try {
    const filterOf = (chain: string) => ({ ...filter, place: from.others.get(chain) });
    for await (const { copy, page } of nodes === 'this' ? [] : readSharedChains(needs, filterOf)) {
      pages.push(page);
      shared.set(copy.chain, copy);
    }
  } catch (error) {
    onTrouble(error);
  }
  const { entries, chains, isMore } = mergePages(pages, first, limit);
  const places = textOf(from.others, head.chain, chains, 'place');
  return {
    entries,
    ...(isMore ? { cursor: places } : {}),
    place: first === 'newest' ? textOf(from.others, head.chain, chains, 'begin') : places,
    coverage: coverageOf(chains, shared, needs),
  };
}

async function ownPage(
  { log, head }: AuditPageNeeds,
  filter: Omit<AuditFilter, 'cursor' | 'nodes'> & { readonly cursor: string | undefined },
): Promise<ChainPage> {
  const { cursor: given, ...rest } = filter;
  const { seq: lastSeq, chain } = head;
  const page = await readEntries(log, {
    ...rest,
    lastSeq,
    ...(given === undefined ? {} : { cursor: given }),
  });
  const { entries, places, place, cursor } = page;
  const isOldest = filter.first === 'oldest';
  const reachesFirst = isOldest ? given === undefined : cursor === undefined;
  return {
    chain,
    entries,
    places,
    begin: isOldest ? (given ?? '0:0') : place,
    end: cursor ?? (isOldest ? place : '0:0'),
    isMore: cursor !== undefined,
    ...ownRanges(page.seen, lastSeq, reachesFirst),
  };
}

interface Places {
  readonly own: string | undefined;
  readonly others: ReadonlyMap<string, number>;
}

function placesIn(cursor = ''): Places {
  const [own, ...rest] = cursor.split(',');
  const others = rest.flatMap((text): [string, number][] => {
    const [chain = '', seq = ''] = text.split(':');
    return chainForm.test(chain) && /^\d{1,15}$/.test(seq) ? [[chain, Number(seq)]] : [];
  });
  return { own: own === '' ? undefined : own, others: new Map(others) };
}

/** Chains that were not read this time keep the place they had. */
function textOf(
  before: ReadonlyMap<string, number>,
  own: string,
  taken: readonly TakenPage[],
  which: 'place' | 'begin',
): string {
  const places = new Map<string, string | number>(before);
  for (const page of taken) places.set(page.chain, page[which]);
  const mine = places.get(own) ?? '0:0';
  places.delete(own);
  return [String(mine), ...[...places].map(([chain, place]) => `${chain}:${place}`)].join(',');
}
