/** The gate: the one step after which a push may complete on its host (DESIGN §6). */
import type { RefUpdate } from './git/ref-update.ts';
import type { Decision } from './grants/decide.ts';
import { type Lease, lossIn, type Renewal } from './relay/lease.ts';
import type { Tenure } from './relay/tenure.ts';
import type { OperationPassed, PassedUpdate, Standing } from './store/records.ts';
import type { GatePassage, Running, Store } from './store/store.ts';
import { StoreError } from './store/store-error.ts';

/** `asking`: the store is being asked, and what it answers is what happened, whatever becomes of the lease meanwhile. */
export type GateState = 'before' | 'asking' | 'passed' | 'lost';

/** One push that stands before the gate. */
export interface AtTheGate {
  readonly operationId: string;
  readonly running: Running;
  readonly updates: readonly RefUpdate[];
  readonly lease: Lease<Decision>;
  readonly tenure: Tenure;
  /** Aborts when nobody waits for the push any more. */
  readonly abandoned: AbortSignal;
  /** Decides again from a fresh read; the ends of the grants it rests on come with a yes. */
  renew(standing: Standing): Renewal<Decision> & { readonly grants?: readonly GrantEnd[] };
}

/** A grant and the end it was decided by. */
export interface GrantEnd {
  readonly id: string;
  readonly endsAt: number;
}

export interface GateNeeds {
  readonly store: Pick<Store, 'standings' | 'passGate'>;
  /** Makes `push.released` durable. */
  released(passed: OperationPassed): Promise<void>;
  onTrouble(error: unknown): void;
  /** Waits so long, or until the signal aborts. */
  pause(ms: number, signal: AbortSignal): Promise<void>;
}

/** Between two tries while the store is away. */
const retryMs = 200;

/** Grants and locks that change at every single try come from no person. */
const triesAtMost = 50;

/**
 * Asks the store until it answers, the lease is lost or the push abandoned. `passed` is durable in the audit when this
 * resolves; `lost` comes with its cause in the lease, or none.
 */
export async function passGate(needs: GateNeeds, push: AtTheGate): Promise<'passed' | 'lost'> {
  const { store } = needs;
  const { lease, tenure, abandoned } = push;
  let sent: GatePassage | undefined;
  for (let tries = 1; tenure.lasts() && lease.loss === undefined && !abandoned.aborted; tries += 1) {
    try {
      // One whose answer got lost may have passed: asked again word by word, it answers with that passage.
      const passage = sent ?? (await prepared(store, push));
      if (passage === undefined) return 'lost';
      sent = passage;
      const answer = await store.passGate(passage);
      if (answer.kind === 'passed') {
        const result = await recorded(needs, lease, answer.passed);
        // Who was silent meanwhile has lost the push to another node, which asks the host what became of it.
        return tenure.lasts() ? result : 'lost';
      }
      if (answer.kind === 'gone') lease.lose({ kind: 'taken-over' });
      sent = undefined;
      if (tries >= triesAtMost) lease.lose({ kind: 'store-lost' });
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      needs.onTrouble(error);
      await needs.pause(retryMs, lease.signal);
    }
  }
  return 'lost';
}

/** The passage as a fresh look at the store allows it; undefined when it does not, and then the lease is lost. */
async function prepared(
  store: GateNeeds['store'],
  { operationId, running, updates, lease, renew }: AtTheGate,
): Promise<GatePassage | undefined> {
  const standing = await standingNow(store, running);
  const renewal = renew(standing);
  const loss = lossIn(standing, renewal);
  if (loss !== undefined) lease.lose(loss);
  if (lease.loss !== undefined || !renewal.holds) return undefined;
  return {
    operationId,
    credential: running.credential,
    grants: renewal.grants ?? [],
    decidedAt: standing.seq,
    updates: updates.map(passedUpdate),
  };
}

/** What stands for one running operation. */
export async function standingNow(store: Pick<Store, 'standings'>, running: Running): Promise<Standing> {
  const [standing] = await store.standings([running]);
  if (standing === undefined) throw new Error('a standing was asked for and none came');
  return standing;
}

async function recorded(
  needs: GateNeeds,
  lease: Lease<Decision>,
  passed: OperationPassed,
): Promise<'passed' | 'lost'> {
  try {
    await needs.released(passed);
    return 'passed';
  } catch {
    lease.lose({ kind: 'audit-failed' });
    return 'lost';
  }
}

/** One update as the store keeps it. */
export function passedUpdate({ ref, refBytes, oldId, newId }: RefUpdate): PassedUpdate {
  return { ref: refBytes === undefined ? ref : { base64: refBytes.toString('base64') }, oldId, newId };
}
