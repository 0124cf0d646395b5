/** How a node, its audit and its hosts are, in words. */
import type { Node, Now } from '../api/shapes.ts';

/** Words, and the tone of the tag they stand in. */
export interface Said {
  readonly words: string;
  readonly tone: 'good' | 'warn' | 'bad' | 'quiet';
}

/** What a node does, as it said last or by its silence. */
export function nodeState({ state, silent }: Pick<Node, 'state' | 'silent'>): Said {
  if (silent) return { words: 'silent', tone: 'bad' };
  switch (state) {
    case 'serving':
      return { words: 'serving', tone: 'good' };
    case 'draining':
      return { words: 'draining: takes nothing new', tone: 'warn' };
    case 'stopped':
      return { words: 'stopped', tone: 'quiet' };
    case 'audit-failed':
      return { words: 'refuses: its audit cannot be written', tone: 'bad' };
    default:
      return { words: state, tone: 'warn' };
  }
}

/** How its audit is. */
export function auditWords({ writable, seq, waiting, waitingMs, refused }: Node['audit']): Said {
  if (!writable) {
    return { words: `audit cannot be written; ${refused} entries were not taken`, tone: 'bad' };
  }
  if (waitingMs >= 1_000) {
    return {
      words: `audit is slow: ${waiting} entries wait, the first for ${(waitingMs / 1_000).toFixed(1)}\u00a0s`,
      tone: 'warn',
    };
  }
  return { words: `audit is written, ${seq} entries`, tone: 'good' };
}

/** How a Git host is by what was last asked of it; `not-found` is an answer. */
export function hostState({ answeredAt = 0, trouble }: Node['upstreams'][number]): Said {
  if (trouble !== undefined && trouble.at > answeredAt && trouble.kind !== 'not-found')
    return { words: trouble.kind.replaceAll('-', ' '), tone: 'bad' };
  if (answeredAt > 0 || trouble !== undefined) return { words: 'answers', tone: 'good' };
  return { words: 'not asked yet', tone: 'quiet' };
}

/** Whether living nodes decide by different policies: a roll-out, or one that was forgotten. */
export function policiesDiffer({ nodes }: Pick<Now, 'nodes'>): boolean {
  const policies = nodes
    .filter(({ silent, state }) => !silent && state !== 'stopped')
    .map(({ policy }) => policy);
  return new Set(policies).size > 1;
}

/** What keeps live state, and how quick it was. */
export function storeWords({ kind, answeredInMs }: Now['store']): string {
  const span = answeredInMs < 1 ? 'under 1' : String(answeredInMs);
  return `Store: ${kind === 'memory' ? 'memory of this process' : kind}, answered in ${span}\u00a0ms`;
}
