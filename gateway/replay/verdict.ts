/** What replay says of one decision. */
import type { ChainGap } from '../audit/chain-entries.ts';

export type Verdict =
  | { readonly kind: 'agreed' }
  /** The log contradicts it. */
  | { readonly kind: 'disagreed'; readonly what: string }
  /** What it would be checked against is not in the log; `what` names it. */
  | { readonly kind: 'undecidable'; readonly what: string };

export const agreed: Verdict = { kind: 'agreed' };

export function disagreed(what: string): Verdict {
  return { kind: 'disagreed', what };
}

export function undecidable(what: string): Verdict {
  return { kind: 'undecidable', what };
}

/**
 * Something that must be in a whole log and is not: where a part of the log is missing it may have stood there, and only
 * otherwise is it a contradiction.
 */
export function lacking(what: string, gaps: readonly Pick<ChainGap, 'isDeleted'>[]): Verdict {
  if (gaps.length === 0) return disagreed(`${what} is nowhere in the log`);
  const how = gaps.every(({ isDeleted }) => isDeleted === true) ? 'was deleted' : 'is missing';
  return undecidable(`${what} is not in the log, of which a part ${how}`);
}

/** The first that is not `agreed`; a contradiction goes before what cannot be decided. */
export function worst(verdicts: readonly Verdict[]): Verdict {
  return (
    verdicts.find(({ kind }) => kind === 'disagreed') ??
    verdicts.find(({ kind }) => kind === 'undecidable') ??
    agreed
  );
}
