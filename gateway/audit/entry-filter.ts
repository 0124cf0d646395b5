/** What a reader of the log asks for, and whether an entry is it. */
import type { SealedEntry } from './line.ts';

/** Parts of a type that an index knows; the program's own have fewer. */
const typeParts = 4;

/** All that is given must hold; times in epoch ms by the node's clock, `to` not included. */
export interface EntryWish {
  readonly from?: number;
  readonly to?: number;
  /** Whoever did it or whom it concerns. */
  readonly principalId?: string;
  readonly repository?: string;
  /** A type, or all that begin with it and a dot. */
  readonly type?: string;
  readonly grantId?: string;
  readonly operationId?: string;
}

/**
 * Makes two tests of a wish: one on the bytes of a line, which lets nearly all unwanted lines pass by unread, and the exact one on
 * the entry.
 */
export function entryFilter(wish: EntryWish): {
  readonly mayHold: (line: Buffer) => boolean;
  readonly holds: (entry: SealedEntry) => boolean;
} {
  const { principalId, repository, grantId, operationId, type } = wish;
  const wanted = [principalId, repository, grantId, operationId].filter((value) => value !== undefined);
  const needles = wanted
    .filter((value) => /^[\x20-\x7e]+$/.test(value))
    .map((value) => JSON.stringify(value));
  if (type !== undefined && /^[a-z.-]+$/.test(type)) needles.push(`"type":"${type}`);
  return {
    mayHold: (line) => needles.every((needle) => line.includes(needle)),
    holds: (entry) => matches(entry, wish),
  };
}

function matches(
  entry: SealedEntry,
  { from, to, principalId, repository, type, grantId, operationId }: EntryWish,
): boolean {
  if (from !== undefined && entry.at < from) return false;
  if (to !== undefined && entry.at >= to) return false;
  if (type !== undefined && !isOfType(entry.type, type)) return false;
  if (principalId !== undefined && !peopleOf(entry).includes(principalId)) return false;
  if (repository !== undefined && !repositoriesOf(entry).includes(repository)) return false;
  if (operationId !== undefined && entry.operationId !== operationId) return false;
  return grantId === undefined || entry.grantId === grantId || listed(entry.grantIds).includes(grantId);
}

/** Whether a type is the wished one, or begins with it and a dot. */
export function isOfType(type: string, wished: string): boolean {
  return type === wished || type.startsWith(`${wished}.`);
}

/** What an index keeps of an entry: a key for each thing that a wish can name, so that whoever looks for one finds the entry. */
export function keysOf(entry: SealedEntry): readonly string[] {
  const { grantId, operationId } = entry;
  return [
    ...peopleOf(entry).map((value) => keyOf('P', value)),
    ...repositoriesOf(entry).map((value) => keyOf('R', value)),
    ...[grantId, ...listed(entry.grantIds)].map((value) => keyOf('G', value)),
    keyOf('O', operationId),
    ...typesOf(entry).map((value) => keyOf('T', value)),
  ].filter((key) => key !== undefined);
}

/** A type and all that it begins with: `a.b.c`, `a.b` and `a`. */
function typesOf({ type }: SealedEntry): readonly string[] {
  const parts = String(type).split('.', typeParts);
  return parts.map((_, at) => parts.slice(0, at + 1).join('.'));
}

/** The keys that an entry must have to be what is wished for. */
export function wishedKeys({
  principalId,
  repository,
  grantId,
  operationId,
  type,
}: EntryWish): readonly string[] {
  const wished = [
    keyOf('P', principalId),
    keyOf('R', repository),
    keyOf('G', grantId),
    keyOf('O', operationId),
    // Of a longer one the index has the beginning.
    keyOf('T', type?.split('.', typeParts).join('.')),
  ];
  return wished.filter((key) => key !== undefined);
}

function keyOf(kind: string, value: unknown): string | undefined {
  return typeof value === 'string' ? `${kind}${value}` : undefined;
}

function peopleOf(entry: SealedEntry): readonly unknown[] {
  return [entry.principalId, entry.by, ...listed(entry.approvers), fieldOf(entry.on, 'principalId')];
}

function repositoriesOf(entry: SealedEntry): readonly unknown[] {
  const scopes = [entry.scope, ...listed(entry.scopes), entry.on];
  return [entry.repository, ...scopes.map((scope) => fieldOf(scope, 'repository'))];
}

function fieldOf(value: unknown, field: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[field] : undefined;
}

function listed(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
