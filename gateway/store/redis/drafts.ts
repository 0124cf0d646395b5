/** Events on their way into a script, and back out of its answer. */
import { type Move, moveOf } from '../change-of.ts';
import type { EventDraft, OutboxEvent } from '../store.ts';

/** The arguments that `emit` reads: how many, then for each the rest of its outbox record and of its published change. */
export function draftArguments(drafts: readonly EventDraft[], about: Move): readonly string[] {
  const texts = drafts.flatMap((draft) => {
    const { kind, id, principalId } = moveOf(draft, about);
    const change = { kind, id, ...(principalId === undefined ? {} : { principalId }), event: draft.type };
    return [inside({ type: draft.type, body: draft.body }), inside(change)];
  });
  return [String(drafts.length), ...texts];
}

/** The drafts as they stand in the outbox now. */
export function emitted(drafts: readonly EventDraft[], seqs: unknown, at: number): readonly OutboxEvent[] {
  if (!Array.isArray(seqs)) return [];
  return drafts.map(({ type, body }, index) => ({ seq: Number(seqs[index]), at, type, body }));
}

/** JSON of an object without its opening brace: the script writes what comes first. */
function inside(value: object): string {
  return JSON.stringify(value).slice(1);
}
