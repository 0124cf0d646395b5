/** The policies that the log holds, compiled again from their documents. */
import { createHash } from 'node:crypto';
import type { PolicyPart } from '../../config/policy-hash.ts';
import type { EntryOf } from '../audit/entry.ts';
import { compilePolicy, type Policy } from '../grants/policy.ts';

/** A policy of the log; `altered` when its document is not the one its hash was taken of. */
export type LoadedPolicy =
  | { readonly kind: 'policy'; readonly policy: Policy }
  | { readonly kind: 'altered' }
  | { readonly kind: 'untold' };

/** Reads what `policy.loaded` holds. `untold`: it holds no document. */
export function loadedPolicy({ policy: hash, document }: EntryOf<'policy.loaded'>): LoadedPolicy {
  if (document === undefined) return { kind: 'untold' };
  const text = document.join('');
  if (createHash('sha256').update(text).digest('hex') !== hash) return { kind: 'altered' };
  try {
    const policy = compilePolicy(partOf(text));
    return policy.hash === hash ? { kind: 'policy', policy } : { kind: 'altered' };
  } catch {
    return { kind: 'altered' };
  }
}

function partOf(text: string): PolicyPart {
  const part = JSON.parse(text) as Omit<PolicyPart, 'upstreams'> & {
    readonly upstreams: readonly (PolicyPart['upstreams'] extends ReadonlyMap<string, infer One>
      ? One
      : never)[];
  };
  return { ...part, upstreams: new Map(part.upstreams.map((upstream) => [upstream.name, upstream])) };
}
