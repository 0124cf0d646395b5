/** The address of the requests' screen after its question mark. */
import type { RequestWish } from '../api/request-pages.ts';
import type { SearchTexts } from '../shell/search-text.ts';

/** States that a request can be in, as they are picked. */
export const requestStates = ['pending', 'approved', 'denied', 'withdrawn', 'lapsed'] as const;

/** `?of=all&state=denied&find=acme`: the viewer's own without `of`. */
export interface RequestSearch {
  readonly of?: 'all';
  readonly state?: (typeof requestStates)[number];
  readonly find?: string;
}

/** What cannot be looked for is left out. */
export function readRequestSearch({ of, state, find }: SearchTexts): RequestSearch {
  const known = requestStates.find((name) => name === state);
  return {
    ...(of === 'all' ? { of } : {}),
    ...(known === undefined ? {} : { state: known }),
    ...(typeof find === 'string' && find.trim() !== '' ? { find: find.trim().slice(0, 200) } : {}),
  };
}

/** The same as the API is asked for it. */
export function wishOf({ of, state, find }: RequestSearch): RequestWish {
  return {
    ...(of === 'all' ? {} : { mine: true }),
    ...(state === undefined ? {} : { state }),
    ...(find === undefined ? {} : { find }),
  };
}
