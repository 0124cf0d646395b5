/** Every page of a list of grants as one. */
import type { Answer } from '../../../admin/handlers/handling.ts';

type GrantList = Answer<'listGrants'>;

/** The most the API lists in a page. */
const pageLength = 500;
/** A list of more pages, of 100,000 grants, is told as one that is not whole. */
const pagesAtMost = 200;

/**
 * Asks for page after page until the last. One that is extended meanwhile may be in two of them, and is told as it was last, in its last place.
 *
 * @param isOther whether an answer is no page: it is then the answer to all of it
 */
export async function allGrants<Other>(
  ask: (page: { readonly limit: number; readonly cursor?: string }) => Promise<GrantList | Other>,
  isOther: (answer: GrantList | Other) => answer is Other,
): Promise<GrantList | Other> {
  const grants = new Map<string, GrantList['grants'][number]>();
  let behind: { readonly cursor?: string } = {};
  for (let read = 1; ; read += 1) {
    const page = await ask({ limit: pageLength, ...behind });
    if (isOther(page)) return page;
    for (const grant of page.grants) {
      grants.delete(grant.id);
      grants.set(grant.id, grant);
    }
    if (page.cursor === undefined || read === pagesAtMost) return { ...page, grants: [...grants.values()] };
    behind = { cursor: page.cursor };
  }
}
