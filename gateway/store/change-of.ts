/** What nodes are told about an event: which record moved. */
import type { Change, EventDraft } from './store.ts';

/** A change before the store gave it its `seq`. */
export type Move = Omit<Change, 'seq'>;

/** Events on a grant move that grant; every other event of the same verb moves what the verb is about. */
export function moveOf(event: EventDraft, about: Move): Move {
  const { grantId } = event.body;
  if (!event.type.startsWith('grant.') || typeof grantId !== 'string') return about;
  return { ...about, kind: 'grant', id: grantId };
}

/**
 * Where among `events` the grant's own event of this type stands; its `seq` becomes the grant's.
 * @throws TypeError when there is none: a change nobody would record must not be made
 */
export function ownEvent(events: readonly EventDraft[], type: string, grantId: string): number {
  const index = events.findIndex((event) => event.type === type && event.body.grantId === grantId);
  if (index < 0) throw new TypeError(`grant ${grantId} comes without a ${type} event that names it`);
  return index;
}
