/** Upper and lower case in names: which hosts take them for one, and how patterns follow. */
import { defaults } from './defaults.ts';
import type { UpstreamKind } from './upstream.ts';

/** Whether a host takes names that differ only in case for one; its kind says so unless the file does. */
export function upstreamFoldsCase(upstream: {
  kind: UpstreamKind;
  foldsCase?: boolean | undefined;
}): boolean {
  return upstream.foldsCase ?? defaults.foldsCase[upstream.kind];
}

/** How a pattern over repositories stands to the hosts it may match. */
export type MatchScope =
  /** The names of the hosts it may match are all treated alike. */
  | { readonly kind: 'canonical'; readonly match: string }
  /** It starts with a name that no host has. */
  | { readonly kind: 'unknown-upstream'; readonly name: string }
  /** It holds capital letters and may match hosts that fold case as well as hosts that do not. */
  | { readonly kind: 'mixed' };

/** Writes a pattern as canonical names are written: NFC, and lower case where the host folds. */
export function canonicalMatch(match: string, hosts: ReadonlyMap<string, boolean>): MatchScope {
  const composed = match.normalize('NFC');
  const [first = ''] = composed.split('/');
  if (!first.includes('*')) {
    const folds = hosts.get(first);
    if (folds === undefined) return { kind: 'unknown-upstream', name: first };
    return { kind: 'canonical', match: folds ? composed.toLowerCase() : composed };
  }
  const folding = new Set(hosts.values());
  if (composed === composed.toLowerCase() || !folding.has(true))
    return { kind: 'canonical', match: composed };
  return folding.has(false) ? { kind: 'mixed' } : { kind: 'canonical', match: composed.toLowerCase() };
}
