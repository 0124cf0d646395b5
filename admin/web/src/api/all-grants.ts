/** Lists of grants read to their end: who has access is told whole or said not to be. */
import { answered, api } from './client.ts';
import type { paths } from './schema.d.ts';
import type { Grant } from './shapes.ts';

type Wish = Omit<NonNullable<paths['/api/grants']['get']['parameters']['query']>, 'limit' | 'cursor'>;

/** The most the API gives at once. */
const pageLength = 500;
/** More grants than 10,000 are no list that a person looks through. */
const pagesAtMost = 20;

/** Grants, each once. */
export interface AllGrants {
  readonly grants: readonly Grant[];
  /** There are more of them than are read. */
  readonly more: boolean;
}

/** Reads page after page. What is extended meanwhile may be in two of them, and counts as it was last, in its last place. */
export async function readAllGrants(wish: Wish): Promise<AllGrants> {
  const grants = new Map<string, Grant>();
  let behind: { readonly cursor?: string } = {};
  for (let read = 1; ; read += 1) {
    const query = { ...wish, limit: pageLength, ...behind };
    const page = await answered(() => api.GET('/api/grants', { params: { query } }));
    for (const grant of page.grants) {
      grants.delete(grant.id);
      grants.set(grant.id, grant);
    }
    if (page.cursor === undefined || read === pagesAtMost)
      return { grants: [...grants.values()], more: page.cursor !== undefined };
    behind = { cursor: page.cursor };
  }
}
