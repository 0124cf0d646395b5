/** Requests by pages, as one list: what is in sight is kept current, the rest is read again when it comes into sight. */
import {
  type QueryClient,
  queryOptions,
  type UseQueryResult,
  useQueries,
  useQueryClient,
} from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { pollMs } from '../live/live-changes.ts';
import type { ApiProblem } from './api-problem.ts';
import { answered, api } from './client.ts';
import type { paths } from './schema.d.ts';
import type { ElevationRequest } from './shapes.ts';

/** What of the requests is listed. */
export type RequestWish = Pick<
  NonNullable<paths['/api/requests']['get']['parameters']['query']>,
  'mine' | 'state' | 'answerable' | 'find'
>;

type Page = paths['/api/requests']['get']['responses'][200]['content']['application/json'];

/** The first page is there at once; whoever goes on past it goes on a while. */
const firstLength = 100;
const pageLength = 250;
/** A page that is read again may have grown; the API gives no more at once. */
const grownAtMost = 500;
/** A list shorter than this goes on by itself, as one does whose last page held nothing: there is no end to scroll to. */
const filledFrom = 60;

const keyOf = (wish: RequestWish, cursor: string) => ['requests', 'page', wish, cursor] as const;

/** The page behind a cursor. Once read it ends where it ended, so that the pages behind it stay where they are. */
function pageQuery(queries: QueryClient, wish: RequestWish, cursor: string) {
  const queryKey = keyOf(wish, cursor);
  return queryOptions({
    queryKey,
    queryFn: () => {
      const until = queries.getQueryData<Page>(queryKey)?.cursor;
      const query = {
        ...wish,
        limit: cursor === '' ? firstLength : pageLength,
        ...(cursor === '' ? {} : { cursor }),
        ...(until === undefined ? {} : { until, limit: grownAtMost }),
      };
      return answered(() => api.GET('/api/requests', { params: { query } }));
    },
    refetchInterval: pollMs,
    staleTime: 10_000,
  });
}

/** The cursors of the pages that are known, in their order, and the one behind them where there is more. */
function chainOf(queries: QueryClient, wish: RequestWish): { known: string[]; next: string | undefined } {
  const known: string[] = [];
  let next: string | undefined = '';
  while (next !== undefined) {
    const page: Page | undefined = queries.getQueryData<Page>(keyOf(wish, next));
    if (page === undefined) break;
    known.push(next);
    next = page.cursor;
  }
  return { known, next };
}

function together(results: UseQueryResult<Page, ApiProblem>[]) {
  return {
    pages: results.map(({ data }) => data),
    error: results.find(({ error }) => error !== null)?.error ?? null,
  };
}

/** A list that may be long. */
export interface RequestPages {
  /** Undefined until the first page is there. */
  readonly requests: readonly ElevationRequest[] | undefined;
  /** There may be more than these. */
  readonly isMore: boolean;
  readonly error: ApiProblem | null;
  /** Reads the next page. */
  readonly readOn: () => void;
  /** Says which of them are in sight. */
  readonly onSight: (first: number, last: number) => void;
}

/** @param wish the same for as long as the component stands */
export function useRequestPages(wish: RequestWish): RequestPages {
  const queries = useQueryClient();
  const [sight, setSight] = useState({ first: 0, last: 0 });
  const [wanted, setWanted] = useState(1);
  const { known, next } = chainOf(queries, wish);
  const isReading = next !== undefined && known.length < wanted;
  const cursors = isReading ? [...known, next] : known;
  const { pages, error } = useQueries({
    queries: cursors.map((cursor, at) => ({
      ...pageQuery(queries, wish, cursor),
      enabled: at >= known.length || (at >= sight.first && at <= sight.last),
    })),
    combine: together,
  });
  const requests = useMemo(() => {
    if (pages[0] === undefined) return undefined;
    // One that moved while its page was read may stand in two of them.
    return [...new Map(pages.flatMap((page) => page?.requests ?? []).map((of) => [of.id, of])).values()];
  }, [pages]);
  const isMore = next !== undefined;
  const readOn = () => setWanted(known.length + 1);
  const isShort = (requests?.length ?? 0) < filledFrom || pages.at(-1)?.requests.length === 0;
  const goesOn = isMore && !isReading && isShort;
  useEffect(() => {
    if (goesOn) setWanted(known.length + 1);
  }, [goesOn, known.length]);

  return {
    requests,
    isMore,
    error,
    readOn,
    onSight(first, last) {
      const to = { first: pageAt(pages, first), last: pageAt(pages, last) };
      if (to.first !== sight.first || to.last !== sight.last) setSight(to);
    },
  };
}

/** Which page a row stands on. */
function pageAt(pages: readonly (Page | undefined)[], row: number): number {
  let end = 0;
  const at = pages.findIndex((page) => {
    end += page?.requests.length ?? 0;
    return row < end;
  });
  return at === -1 ? Math.max(0, pages.length - 1) : at;
}
