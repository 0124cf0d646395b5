/** Takes what is looked for out of the page as JSON lines, oldest first, as an investigator's tools read it. */
import { answered, api } from '../api/client.ts';
import type { AuditSearch } from './audit-search.ts';

/** More would have to be held by the browser in one piece; for those there is the API and the files themselves. */
export const exportedAtMost = 100_000;

/**
 * Reads page after page.
 *
 * @param onProgress is told how many there are so far
 * @returns the lines, and whether there are more than `exportedAtMost`
 */
export async function readLines(
  search: AuditSearch,
  onProgress: (count: number) => void,
): Promise<{ readonly text: string; readonly isCut: boolean }> {
  const lines: string[] = [];
  let cursor: string | undefined;
  do {
    const query = { ...search, limit: 1_000, ...(cursor === undefined ? {} : { cursor }) };
    const page = await answered(() => api.GET('/api/audit', { params: { query } }));
    lines.push(...page.entries.map((entry) => `${JSON.stringify(entry)}\n`));
    cursor = page.cursor;
    onProgress(lines.length);
  } while (cursor !== undefined && lines.length < exportedAtMost);
  return { text: lines.join(''), isCut: cursor !== undefined };
}
