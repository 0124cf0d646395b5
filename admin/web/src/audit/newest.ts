/** What comes to the audit while it is looked at, put in front of what was read. */
import type { InfiniteData } from '@tanstack/react-query';
import type { paths } from '../api/schema.d.ts';
import { type Entry, entriesOf, placeOf } from './entry-words.ts';

type Page = paths['/api/audit']['get']['responses'][200]['content']['application/json'];
export type Pages = InfiniteData<Page, string>;
type People = Page['people'];

/** Entries, the newest first, and who stands in them. */
export interface Newest {
  readonly entries: readonly Entry[];
  readonly people: People;
}

/** Past so many nothing more is kept: the list begins anew before they are shown. */
const heldAtMost = 2_500;

export const nothing: Newest = { entries: [], people: [] };

/** What came now, and what came before; each entry once. */
export function together(now: Newest, before: Newest): Newest {
  if (before.entries.length > heldAtMost) return before;
  const seen = new Set(before.entries.map(placeOf));
  return {
    entries: [...now.entries.filter((entry) => !seen.has(placeOf(entry))), ...before.entries],
    people: [...before.people, ...now.people],
  };
}

/** Those of `newest` that are not in the pages' first yet. */
export function unseen(newest: readonly Entry[], pages: Pages | undefined): readonly Entry[] {
  const seen = new Set(entriesOf(pages?.pages[0]?.entries ?? []).map(placeOf));
  return newest.filter((entry) => !seen.has(placeOf(entry)));
}

/** The pages with what is new in front; each entry stands there once. */
export function inFront({ entries, people }: Newest, pages: Pages): Pages {
  const [first, ...others] = pages.pages;
  const fresh = unseen(entries, pages);
  if (first === undefined || fresh.length === 0) return pages;
  const everybody = new Map([...first.people, ...people].map((person) => [person.id, person]));
  const page = { ...first, entries: [...fresh, ...first.entries], people: [...everybody.values()] };
  return { ...pages, pages: [page, ...others] };
}
