/** One line of a push: which ref, from which object id, to which. Ids are 40 or 64 lower-case hex digits. */
export interface RefUpdate {
  /** Full ref name decoded as UTF-8; bytes that are not UTF-8 stand as U+FFFD, and `refBytes` then holds the original. */
  readonly ref: string;
  readonly refBytes?: Buffer;
  readonly oldId: string;
  readonly newId: string;
  readonly kind: UpdateKind;
}

/** What an update does to its ref. A rewind is an `update`: the ids alone do not tell (DESIGN: words). */
export type UpdateKind = 'create' | 'update' | 'delete';

/** Every kind, in the order they are shown. */
export const updateKinds: readonly UpdateKind[] = ['create', 'update', 'delete'];
