/** A push's passage through the gate, as both stores keep it. */
import { createHash } from 'node:crypto';
import type { PassedUpdate } from './records.ts';
import { updatesKept } from './spans.ts';
import type { GatePassage } from './store.ts';

/** What of a passage is kept: enough to know it again, to tell whose grants it rested on, and to ask the host for its fate. */
export interface KeptPassage {
  /** The operation's. */
  readonly id: string;
  readonly decidedAt: number;
  readonly grantIds: readonly string[];
  readonly updates: readonly PassedUpdate[];
  /** SHA-256 over all updates, those not kept included. */
  readonly digest: string;
}

/**
 * The passage as it is kept. One that is asked for again gives the same; another push of the same operation gives another,
 * since a passage raises `seq` and so what is decided later is decided at a later `seq`.
 */
export function keptPassage({ operationId, grants, decidedAt, updates }: GatePassage): KeptPassage {
  const plain = updates.map(({ ref, oldId, newId }) => ({
    ref: typeof ref === 'string' ? ref : { base64: ref.base64 },
    oldId,
    newId,
  }));
  return {
    id: operationId,
    decidedAt,
    grantIds: grants.map(({ id }) => id),
    updates: plain.slice(0, updatesKept),
    digest: createHash('sha256').update(JSON.stringify(plain)).digest('base64url'),
  };
}
