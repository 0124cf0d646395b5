/** The lines of a node's journal of the store. */
import type { Lock } from './records.ts';

export type Note =
  /** The mark of the store. */
  | { readonly kind: 'store'; readonly generation: string }
  | { readonly kind: 'seq'; readonly seq: number }
  | {
      readonly kind: 'revoked';
      readonly grantId: string;
      readonly principalId: string;
      readonly by: string;
      readonly reason: string;
      readonly at: number;
      /** The grant's end: from then on there is nothing to revoke. */
      readonly until: number;
    }
  | { readonly kind: 'locked'; readonly lock: Lock }
  | { readonly kind: 'lifted'; readonly lockId: string; readonly by: string; readonly until: number }
  /** A credential that the store has known, so that its absence can be told from a stranger's. */
  | {
      readonly kind: 'credential';
      readonly hash: string;
      readonly credentialId: string;
      readonly until: number;
    }
  | {
      readonly kind: 'credential-ended';
      readonly hash: string;
      readonly credentialId: string;
      readonly principalId: string;
      readonly until: number;
    };

/** What a line is about; a later line about the same takes its place. */
export function keyOf(note: Note): string {
  switch (note.kind) {
    case 'store':
    case 'seq':
      return note.kind;
    case 'revoked':
      return `grant ${note.grantId}`;
    case 'locked':
      return `lock ${note.lock.id}`;
    case 'lifted':
      return `lock ${note.lockId}`;
    case 'credential':
    case 'credential-ended':
      return `credential ${note.hash}`;
  }
}

/** When a note is over, store time in ms; infinity for what has no end. */
export function untilOf(note: Note): number {
  switch (note.kind) {
    case 'store':
    case 'seq':
      return Number.POSITIVE_INFINITY;
    case 'locked':
      return note.lock.until ?? Number.POSITIVE_INFINITY;
    default:
      return note.until;
  }
}

const kinds: readonly string[] = [
  'store',
  'seq',
  'revoked',
  'locked',
  'lifted',
  'credential',
  'credential-ended',
] satisfies Note['kind'][];

/** Reads a line; undefined for one torn by a crash, or written by a later version. */
export function noteOf(line: string): Note | undefined {
  if (line === '') return undefined;
  try {
    const note = JSON.parse(line) as Note;
    return kinds.includes(note.kind) ? note : undefined;
  } catch {
    return undefined;
  }
}
