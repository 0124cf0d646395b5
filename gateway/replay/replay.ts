/** Replay: policy, grants and locks rebuilt from the log alone, and every recorded decision checked against them. */
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ChainGap } from '../audit/chain-entries.ts';
import type { Entry } from '../audit/entry.ts';
import { type EntryWish, entryFilter } from '../audit/entry-filter.ts';
import type { SealedEntry } from '../audit/line.ts';
import { type Person, readPeople } from '../audit/people.ts';
import { checkDecision } from './check-decision.ts';
import { checkGrant } from './check-grant.ts';
import { checkStep } from './check-step.ts';
import { DeletedGaps } from './deleted-gaps.ts';
import { type PlacedEntry, placedEntries } from './entries.ts';
import { History } from './history.ts';
import { disagreed, type Verdict, worst } from './verdict.ts';

/** Something that replay does not agree with or cannot decide, and where. */
export interface Finding {
  readonly chain: string;
  readonly seq: number;
  /** The node's clock, epoch ms. */
  readonly at: number;
  readonly type: string;
  readonly operationId?: string;
  readonly verdict: Exclude<Verdict['kind'], 'agreed'>;
  readonly what: string;
}

export type Tally = Record<Verdict['kind'], number>;

/** One chain as far as it was read. */
export interface ReplayedChain {
  readonly chain: string;
  entries: number;
  lastSeq: number;
  lastAt: number;
}

export interface Replayed {
  readonly chains: readonly ReplayedChain[];
  /** Missing, altered and deleted parts of the log. */
  readonly gaps: readonly ChainGap[];
  /** What was decided of operations: starts, lists, passages of the gate, what became of pushes, ends, refusals. */
  readonly decisions: Tally;
  /** Grants, each with its extensions. */
  readonly grants: Tally;
  /** The first `findingsAtMost`. */
  readonly findings: readonly Finding[];
  readonly findingsLeftOut: number;
}

/** Findings that are listed; the rest is counted. */
export const findingsAtMost = 1_000;

/** Told each entry that was wished for, chain by chain; without a verdict where it decides nothing. */
export type OnEntry = (entry: Entry, sealed: SealedEntry, verdict: Verdict | undefined) => void;

/** What the log alone says of the past. */
export interface ReadHistory {
  readonly history: History;
  readonly chains: readonly ReplayedChain[];
}

/**
 * Reads every chain below the paths. Rejects for files that cannot be read.
 *
 * @param elsewhere chains that are known of and whose files may lie elsewhere: those that are not below the paths count as gaps
 */
export async function readHistory(
  paths: readonly string[],
  elsewhere: readonly string[] = [],
): Promise<ReadHistory> {
  const history = new History();
  const chains = new Map<string, ReplayedChain>();
  const deleted = new DeletedGaps();
  const gaps: ChainGap[] = [];
  const unusable = {
    onGap: (gap: ChainGap) => void gaps.push(gap),
    onMisshapen: (sealed: SealedEntry, what: string) => void history.misshapen.push({ sealed, what }),
  };
  for await (const placed of placedEntries(paths, unusable)) {
    for (const { entry, sealed } of placed) {
      history.take(entry, sealed);
      deleted.take(entry, sealed);
      const { chain, seq: lastSeq, at: lastAt } = sealed;
      const known = chains.get(chain);
      if (known === undefined) chains.set(chain, { chain, entries: 1, lastSeq, lastAt });
      else Object.assign(known, { entries: known.entries + 1, lastSeq, lastAt });
    }
  }
  history.gaps.push(...gaps.map((gap) => deleted.told(gap)));
  for (const chain of elsewhere) if (!chains.has(chain)) history.gaps.push(filesElsewhere(chain));
  history.complete();
  return { history, chains: [...chains.values()] };
}

/** The gap that a chain is whose files are not at hand. */
export function filesElsewhere(chain: string): ChainGap {
  return { chain, after: 0, before: undefined, what: 'the files of this chain are not here' };
}

/**
 * Reads every chain below the paths twice: for the history, which always comes from all of it, and for the decisions that are
 * wished for. Memory grows with grants, requests, locks, credentials and operations.
 *
 * Rejects for files that cannot be read.
 */
export async function replay(
  paths: readonly string[],
  wish: EntryWish = {},
  onEntry: OnEntry = () => undefined,
  elsewhere: readonly string[] = [],
): Promise<Replayed> {
  const { history, chains } = await readHistory(paths, elsewhere);
  const people = await peopleBeside(paths);
  const { holds } = entryFilter(wish);
  const findings = new Findings();
  for (const { sealed, what } of history.misshapen) if (holds(sealed)) findings.note(sealed, disagreed(what));

  const passedOver = { onGap: () => undefined, onMisshapen: () => undefined };
  for await (const placed of placedEntries(paths, passedOver)) {
    for (const one of placed) {
      if (!holds(one.sealed)) continue;
      const verdict = verdictOf(one, history, people);
      if (verdict !== undefined) findings.count(one, verdict);
      onEntry(one.entry, one.sealed, verdict);
    }
  }
  const { decisions, grants, listed, leftOut } = findings;
  return { chains, gaps: history.gaps, decisions, grants, findings: listed, findingsLeftOut: leftOut };
}

function verdictOf(
  { entry, store, policies }: PlacedEntry,
  history: History,
  people: ReadonlyMap<string, Person>,
): Verdict | undefined {
  switch (entry.type) {
    case 'operation.started':
    case 'operation.refused':
    case 'push.commands': {
      const person = people.get(entry.principalId);
      const right = history.operations.get(entry.operationId ?? '')?.right;
      const decided = checkDecision(entry, { history, store, policies, person, right });
      if (entry.type !== 'push.commands') return decided;
      return worst([checkStep(entry, history, store), ...(decided === undefined ? [] : [decided])]);
    }
    case 'push.released':
    case 'push.settled':
    case 'operation.ended':
      return checkStep(entry, history, store);
    case 'grant.issued': {
      const held = history.grants.get(entry.grantId);
      return held && checkGrant(held, history);
    }
    case 'policy.loaded': {
      const isAltered = history.policies.get(entry.policy)?.kind === 'altered';
      return isAltered ? disagreed(`the policy ${entry.policy.slice(0, 12)} was altered`) : undefined;
    }
    default:
      return undefined;
  }
}

/** Counts verdicts and lists what is not agreed. */
class Findings {
  readonly decisions: Tally = { agreed: 0, disagreed: 0, undecidable: 0 };
  readonly grants: Tally = { agreed: 0, disagreed: 0, undecidable: 0 };
  readonly listed: Finding[] = [];
  leftOut = 0;

  count({ entry, sealed }: PlacedEntry, verdict: Verdict): void {
    if (entry.type === 'grant.issued') this.grants[verdict.kind] += 1;
    else if (entry.type !== 'policy.loaded') this.decisions[verdict.kind] += 1;
    this.note(sealed, verdict);
  }

  note({ chain, seq, at, type, operationId }: SealedEntry, verdict: Verdict): void {
    if (verdict.kind === 'agreed') return;
    const { kind, what } = verdict;
    const of = typeof operationId === 'string' ? { operationId } : {};
    if (this.listed.length < findingsAtMost)
      this.listed.push({ chain, seq, at, type, ...of, verdict: kind, what });
    else this.leftOut += 1;
  }
}

/** Who stands behind the ids, as far as the people files beside the chains still say. */
export async function peopleBeside(paths: readonly string[]): Promise<ReadonlyMap<string, Person>> {
  const directories = await Promise.all(
    paths.map(async (path) => ((await stat(path)).isDirectory() ? path : dirname(path))),
  );
  const files = await Promise.all([...new Set(directories)].map(readPeople));
  return new Map(files.flatMap((file) => [...file]));
}
