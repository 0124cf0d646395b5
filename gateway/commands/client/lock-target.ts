/** What a lock is on, as an operator types it. */
import { InvalidArgumentError } from 'commander';
import { parseId } from '../../grants/ids.ts';

/** One of the four fields of the API's call. */
export type LockTarget =
  | { readonly principal: string }
  | { readonly repository: string }
  | { readonly upstream: string }
  | { readonly everything: true };

/**
 * Reads `P-…`, `<upstream>/<path>`, `upstream:NAME` or `everything`; `principal:` and `repository:` may be written too.
 * A bare name is refused rather than taken for an upstream: half a repository's name would lock all of them.
 * Throws an `InvalidArgumentError`.
 */
export function lockTarget(text: string): LockTarget {
  const [, kind, name = ''] = /^(principal|repository|upstream):(.+)$/s.exec(text) ?? [];
  if (kind === 'upstream') return { upstream: name };
  if (kind === 'repository') return { repository: name };
  if (kind === 'principal') return { principal: principalOf(name) };
  if (text === 'everything') return { everything: true };
  if (text.includes('/')) return { repository: text };
  // Upstreams are written small, so that no name of one looks like this.
  if (text.startsWith('P-')) return { principal: principalOf(text) };
  throw new InvalidArgumentError('It is none of P-…, UPSTREAM/PATH, upstream:NAME and everything.');
}

function principalOf(text: string): string {
  const id = parseId(text, 'P');
  if (id === undefined)
    throw new InvalidArgumentError('A person is named by id, P-…; sluice grants and operations show it.');
  return id;
}
