/** Follows the audit: what becomes durable, on whatever node, stands in front of what was read. */
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { answered, api } from '../api/client.ts';
import { auditQuery } from '../api/queries.ts';
import { listen } from '../live/listen.ts';
import type { AuditSearch } from './audit-search.ts';
import { entriesOf } from './entry-words.ts';
import { inFront, type Newest, nothing, type Pages, together, unseen } from './newest.ts';

/** Entries that come together are drawn together. */
const gatherMs = 150;
/** More than so many are not kept in front: the list begins anew with the newest. */
const keptAtMost = 2_000;

interface Told {
  readonly entries: readonly unknown[];
  readonly people: Newest['people'];
}

export interface AuditTail {
  /** `off`: it follows nothing, by choice; `broken`: it would, and is not told at the moment. */
  readonly state: 'opening' | 'live' | 'off' | 'broken';
  /** Entries that wait to be shown, since whoever reads further down would lose their place. */
  readonly waiting: number;
  follow(wanted: boolean): void;
  /** Shows those that wait. */
  show(): boolean;
}

/**
 * @param search one with an end is not followed
 * @param isInSight whether the begin of the list is, at that moment
 */
export function useAuditTail(search: AuditSearch, isInSight: () => boolean): AuditTail {
  const queries = useQueryClient();
  const [isWanted, setWanted] = useState(true);
  const [told, setTold] = useState<'opening' | 'live' | 'broken'>('opening');
  const [waiting, setWaiting] = useState(0);
  const held = useRef(nothing);
  const inSight = useRef(isInSight);
  inSight.current = isInSight;
  const text = new URLSearchParams(search).toString();
  const follows = isWanted && search.to === undefined;

  const show = useCallback(() => {
    if (!putInFront(queries, searchOf(text), held.current)) return false;
    held.current = nothing;
    setWaiting(0);
    return true;
  }, [queries, text]);

  useEffect(() => {
    if (!follows) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const turn = () => {
      timer = undefined;
      if (!inSight.current()) setWaiting(held.current.entries.length);
      // The first page is still on its way.
      else if (!show()) timer = setTimeout(turn, gatherMs);
    };
    const add = (newest: Newest) => {
      held.current = together(newest, held.current);
      if (held.current.entries.length > 0) timer ??= setTimeout(turn, gatherMs);
    };
    const stop = listen({
      address: `/api/audit/stream?${text}`,
      on: {
        // What was written between the reading and now was told to nobody.
        ready() {
          setTold('live');
          void readNewest(queries, searchOf(text)).then(add, () => undefined);
        },
        entries(data) {
          const { entries, people } = data as Told;
          add({ entries: entriesOf(entries).toReversed(), people });
        },
      },
      onBroken: () => setTold('broken'),
      onHidden: () => setTold('opening'),
    });
    return () => {
      stop();
      clearTimeout(timer);
      held.current = nothing;
      setWaiting(0);
      setTold('opening');
    };
  }, [queries, text, follows, show]);

  return {
    state: follows ? told : 'off',
    waiting,
    follow: setWanted,
    show,
  };
}

function searchOf(text: string): AuditSearch {
  return Object.fromEntries(new URLSearchParams(text));
}

/** What the newest page has that was not read yet; where all of it is new, there may be more between, and the list begins anew. */
async function readNewest(queries: QueryClient, search: AuditSearch): Promise<Newest> {
  const options = auditQuery(search);
  const pages = await queries.fetchInfiniteQuery(options);
  const query = { ...search, order: 'newest' as const, limit: 200 };
  const page = await answered(() => api.GET('/api/audit', { params: { query } }));
  const entries = entriesOf(page.entries);
  const fresh = unseen(entries, pages);
  if (fresh.length < entries.length || entries.length === 0 || page.cursor === undefined)
    return { entries: fresh, people: page.people };
  await queries.resetQueries({ queryKey: options.queryKey });
  return nothing;
}

/** Answers whether there was something to put it in front of. */
function putInFront(queries: QueryClient, search: AuditSearch, newest: Newest): boolean {
  const { queryKey } = auditQuery(search);
  const pages = queries.getQueryData<Pages>(queryKey);
  if (pages === undefined) return false;
  if (newest.entries.length + (pages.pages[0]?.entries.length ?? 0) > keptAtMost)
    void queries.resetQueries({ queryKey });
  else queries.setQueryData<Pages>(queryKey, inFront(newest, pages));
  return true;
}
