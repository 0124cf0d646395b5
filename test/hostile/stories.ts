/** What the audit holds of each operation. */
import type { Recorded } from './end-state.ts';

export type Of<T extends Recorded['type']> = Extract<Recorded, { readonly type: T }>;

/** What the audit holds of one operation, in its order. */
export interface Story {
  readonly id: string;
  readonly entries: readonly Recorded[];
  of<T extends Recorded['type']>(type: T): readonly Of<T>[];
}

export function storiesOf(entries: readonly Recorded[]): ReadonlyMap<string, Story> {
  const byId = new Map<string, Recorded[]>();
  for (const entry of entries)
    if (
      'operationId' in entry &&
      typeof entry.operationId === 'string' &&
      entry.type !== 'operation.cut-ordered'
    )
      byId.set(entry.operationId, [...(byId.get(entry.operationId) ?? []), entry]);
  return new Map(
    [...byId].map(([id, entries]) => [
      id,
      {
        id,
        entries,
        of: <T extends Recorded['type']>(type: T) =>
          entries.filter((entry) => entry.type === type) as unknown as readonly Of<T>[],
      },
    ]),
  );
}

/** By whose they are. */
export function ownedStories(stories: ReadonlyMap<string, Story>): ReadonlyMap<string, readonly Story[]> {
  const owned = new Map<string, Story[]>();
  for (const story of stories.values()) {
    const [first] = story.entries;
    if (first?.type !== 'operation.started') continue;
    owned.set(first.principalId, [...(owned.get(first.principalId) ?? []), story]);
  }
  return owned;
}
