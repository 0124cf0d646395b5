/** What a push may do to refs, in words. */
import type { Scope } from '../api/shapes.ts';

export type UpdateKind = Scope['kinds'][number];

/** All there are, in the order they are told. */
export const updateKinds: readonly UpdateKind[] = ['create', 'update', 'delete'];

/** `create, update and delete`; of fewer, `update only`. */
export function kindWords(kinds: readonly UpdateKind[]): string {
  const told = updateKinds.filter((kind) => kinds.includes(kind));
  const words = [told.slice(0, -1).join(', '), ...told.slice(-1)].filter((part) => part !== '').join(' and ');
  return told.length < updateKinds.length ? `${words} only` : words;
}
