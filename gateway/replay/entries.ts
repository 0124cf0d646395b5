/** The log's entries as replay takes them: of known types and forms, each with what its node had at that point. */
import { AuditError } from '../audit/audit-error.ts';
import { type ChainGap, chainEntries } from '../audit/chain-entries.ts';
import { checkEntry, type Entry, entryTypes } from '../audit/entry.ts';
import type { SealedEntry } from '../audit/line.ts';

/** An entry and where its chain stood. */
export interface PlacedEntry {
  readonly entry: Entry;
  readonly sealed: SealedEntry;
  /** The store of the node, as its last start said; undefined for a log that does not say. */
  readonly store: string | undefined;
  /** Hashes of the policies that the node loaded last and before that. */
  readonly policies: readonly string[];
}

/** Told on the way; both are left out of what is read. */
export interface Unusable {
  onGap(gap: ChainGap): void;
  /** An entry whose fields do not fit its type. */
  onMisshapen(sealed: SealedEntry, what: string): void;
}

const known = new Set<string>(entryTypes);

/** Reads all chains, one after the other. Types that this version does not know are passed over. */
export async function* placedEntries(
  paths: readonly string[],
  { onGap, onMisshapen }: Unusable,
): AsyncGenerator<readonly PlacedEntry[]> {
  let chain = '';
  let store: string | undefined;
  let policies: readonly string[] = [];
  for await (const steps of chainEntries(paths)) {
    const placed: PlacedEntry[] = [];
    for (const step of steps) {
      if (step.kind === 'gap') {
        onGap(step.gap);
        continue;
      }
      const { entry: sealed } = step;
      if (sealed.chain !== chain) {
        ({ chain } = sealed);
        store = undefined;
        policies = [];
      }
      if (!known.has(sealed.type)) continue;
      const entry = inForm(sealed, onMisshapen);
      if (entry === undefined) continue;
      if (entry.type === 'node.started') store = entry.store?.id;
      if (entry.type === 'policy.loaded') policies = [entry.policy, ...policies.slice(0, 1)];
      placed.push({ entry, sealed, store, policies });
    }
    yield placed;
  }
}

function inForm(sealed: SealedEntry, onMisshapen: Unusable['onMisshapen']): Entry | undefined {
  try {
    return checkEntry(sealed);
  } catch (error) {
    if (!(error instanceof AuditError)) throw error;
    onMisshapen(sealed, error.message);
    return undefined;
  }
}
