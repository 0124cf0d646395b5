/** The address of the audit's screen after its question mark: what is looked for. */
import type { SearchTexts } from '../shell/search-text.ts';

/** What an auditor may narrow by. */
export const filterNames = ['from', 'to', 'principal', 'repository', 'type', 'grant', 'operation'] as const;
export type FilterName = (typeof filterNames)[number];
export type AuditSearch = { readonly [N in FilterName]?: string } & {
  /** Only this node's log. */
  readonly nodes?: 'this';
};

/** Texts of the length that the API takes; others are left out. */
export function readAuditSearch(search: SearchTexts): AuditSearch {
  const named: AuditSearch = Object.fromEntries(
    filterNames.flatMap((name) => {
      const text = search[name];
      return typeof text === 'string' && text.trim() !== '' ? [[name, text.trim().slice(0, 1_024)]] : [];
    }),
  );
  return search.nodes === 'this' ? { ...named, nodes: 'this' } : named;
}
