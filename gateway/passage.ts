/** An operation under way: its lease, its push's list, its gate and its outcome, as the doors work with them. */
import type { Admitted, Turned } from './admission.ts';
import type { EntryOf } from './audit/entry.ts';
import { type GateNeeds, type GateState, passedUpdate, passGate, standingNow } from './gate.ts';
import type { RefUpdate } from './git/ref-update.ts';
import { type Decision, decidePush } from './grants/decide.ts';
import { holdsStill } from './grants/holds-still.ts';
import { type JudgedBy, judgedBy } from './grants/judge.ts';
import type { Policy } from './grants/policy.ts';
import { withinPolicy } from './grants/still-allowed.ts';
import { lostAt } from './lost-at.ts';
import { type OpenOperation, onTheBooks, type Progress } from './operations.ts';
import {
  commandsEntry,
  releasedEntry,
  type SettledUpdate,
  settledEntry,
  settledUpdates,
} from './recorder.ts';
import type { Lease, LeaseKeeper } from './relay/lease.ts';
import type { Tenure } from './relay/tenure.ts';
import type { PassedUpdate, Standing } from './store/records.ts';
import { updatesKept } from './store/spans.ts';
import type { Running, Store } from './store/store.ts';

/** What a push says of itself before its pack. */
export type PushList = Parameters<typeof commandsEntry>[2];

/** Admitted, recorded and running; `done` must be called once, whatever happens. */
export interface Passage {
  readonly kind: 'running';
  readonly admitted: Admitted;
  readonly operation: OpenOperation;
  /** The hold under which bytes may move. */
  readonly lease: Lease<Decision>;
  /** Counts behind the gate too. */
  readonly tenure: Tenure;
  /** Where a push stands; a fetch stays `before`. */
  readonly gate: GateState;
  /** Decides a push's list; allowed, it is durable when this resolves. `lost`: the lease is. */
  pass(push: PushList): Promise<Turned | 'passed' | 'lost'>;
  /**
   * The gate, once: after `passed` the lease is over and what the host does is what happened; after `lost` its cause is in
   * the lease, or without one when it was abandoned before. Nothing that the host could complete may have gone up yet.
   */
  passGate(abandoned: AbortSignal): Promise<'passed' | 'lost'>;
  /** Records the host's verdict for each ref; the client has it already, so a failing audit is an alarm and no refusal. */
  settle(updates: readonly SettledUpdate[], learnedBy?: 'report' | 'gateway'): Promise<void>;
  /** Records what the host's report said, or that nobody knows what became of the push; and then what it says when it is asked. */
  settleByAsking(reported?: readonly SettledUpdate[]): Promise<void>;
  done(progress: Progress, status: number): void;
}

export interface PassageNeeds {
  readonly store: Pick<Store, 'enter' | 'standings' | 'passGate' | 'standStill'>;
  readonly leases: LeaseKeeper<Decision>;
  record(entry: EntryOf<'push.commands' | 'push.released' | 'push.settled'>): Promise<void>;
  /** An entry about what has happened already could not be written. */
  auditFailed(error: unknown): void;
  turnedAway(turned: Turned, updates: readonly RefUpdate[]): Turned;
  policy(): Policy;
  /** How long transfers go on while the store is silent. */
  storeGraceMs(critical: boolean): number;
  /** How long a transfer may stand still. */
  idleMs(): number;
  /** Seconds from what the store said of an end until the last repository byte was handed on, for the metrics. */
  cutTook(seconds: number): void;
  inquire(repository: string, updates: readonly PassedUpdate[]): Promise<readonly SettledUpdate[]>;
  readonly onStoreTrouble: GateNeeds['onTrouble'];
  readonly pause: GateNeeds['pause'];
}

/** @param over called once, when the request is over */
export function openPassage(
  needs: PassageNeeds,
  first: Admitted,
  operation: OpenOperation,
  tenure: Tenure,
  over: (progress: Progress, status: number) => void,
): Passage {
  const { store, leases } = needs;
  const { ask, decision } = first;
  let admitted = first;
  let gate: GateState = 'before';
  let updates: readonly RefUpdate[] = [];

  // Who has left a group meanwhile is no longer who was let in.
  const allowed = (standing: Standing): Standing =>
    withinPolicy(standing, standing.principal ?? first.who.principal, needs.policy());
  const renew = (standing: Standing): ReturnType<typeof holdsStill> => {
    const still = holdsStill(ask, admitted.decision.grantIds, allowed(standing));
    if (still.holds) operation.endsAt = still.endsAt;
    return still;
  };
  operation.grantIds = decision.grantIds;
  operation.decidedAt = decision.basis.seq;
  operation.endsAt = decision.endsAt;
  const running: Running = {
    operationId: operation.id,
    principalId: ask.principalId,
    repository: ask.repository,
    credential: admitted.who.credential,
  };
  const lease = leases.take({
    ...running,
    endsAt: decision.endsAt,
    readAt: decision.basis.now,
    sentAtMs: admitted.sentAtMs,
    storeGraceMs: needs.storeGraceMs(decision.critical),
    idleMs: needs.idleMs(),
    renew,
  });
  let measured = false;
  const measure = (): void => {
    const at = lease.loss && lostAt(lease.loss, lease.endsAt);
    if (at === undefined || measured) return;
    measured = true;
    needs.cutTook(lease.wentOnMs(at) / 1_000);
  };
  // Who revokes waits to hear that nothing moves any more; the handlers of the same signal have just seen to it.
  const isCut = (): void => {
    operation.cut = true;
    measure();
    void store.standStill(operation.id, 'cut').catch(needs.onStoreTrouble);
  };
  lease.signal.addEventListener('abort', () => {
    if (gate === 'before') queueMicrotask(isCut);
  });

  if (!tenure.lasts()) lease.lose({ kind: 'taken-over' });

  /** Grants that discovery did not rest on go on the books too, or their revocation would not find this push. */
  const decideList = async (
    list: readonly RefUpdate[],
  ): Promise<{ decided: Decision; judged: JudgedBy } | 'gone'> => {
    let standing: Standing = admitted.decision.basis;
    let { judged } = admitted;
    for (;;) {
      const decided = decidePush(ask, list, standing, standing.now);
      if (!decided.allowed || sameIds(decided.grantIds, operation.grantIds)) return { decided, judged };
      const entered = await store.enter(onTheBooks(operation, decided.grantIds), standing.seq, 'again');
      if (entered === 'gone') return 'gone';
      if (entered === 'entered') {
        operation.grantIds = decided.grantIds;
        operation.decidedAt = standing.seq;
        leases.recheck({ kind: 'operation', id: operation.id });
        return { decided, judged };
      }
      const read = await standingNow(store, running);
      standing = allowed(read);
      judged = judgedBy(needs.policy(), read.principal ?? first.who.principal, ask.repository, read.now);
    }
  };

  const settle = async (
    settled: readonly SettledUpdate[],
    learnedBy: Parameters<typeof settledEntry>[2] = 'report',
  ): Promise<void> => {
    await needs.record(settledEntry(operation, settled, learnedBy)).catch(needs.auditFailed);
  };

  return {
    kind: 'running',
    get admitted() {
      return admitted;
    },
    operation,
    lease,
    tenure,
    get gate() {
      return gate;
    },
    async pass(push) {
      const answer = await decideList(push.updates);
      if (answer === 'gone') {
        lease.lose({ kind: 'taken-over' });
        return 'lost';
      }
      const { decided, judged } = answer;
      if (!decided.allowed) {
        const { who } = admitted;
        const { now } = decided.basis;
        const turned: Turned = { kind: 'turned', refused: decided, who, decision: decided, judged, now };
        return needs.turnedAway(turned, push.updates);
      }
      admitted = { ...admitted, decision: decided, judged };
      updates = push.updates;
      await needs.record(commandsEntry(operation.id, admitted, push));
      return 'passed';
    },
    async passGate(abandoned) {
      if (operation.gated) throw new Error('a push stands before the gate once');
      operation.gated = true;
      gate = 'asking';
      const result = await passGate(
        {
          store,
          released: (passed) => needs.record(releasedEntry(operation, passed)),
          onTrouble: needs.onStoreTrouble,
          pause: needs.pause,
        },
        { operationId: operation.id, running, updates, lease, tenure, abandoned, renew },
      );
      gate = result;
      if (result === 'passed') {
        operation.passed = true;
        lease.release();
      } else isCut();
      return result;
    },
    settle,
    async settleByAsking(reported) {
      if (reported === undefined) {
        const unknown = settledUpdates(updates, () => ({ outcome: 'unknown' }));
        await settle(unknown, 'gateway');
      } else await settle(reported);
      const asked = updates.slice(0, updatesKept).map(passedUpdate);
      await settle(await needs.inquire(ask.repository, asked), 'inquiry');
    },
    done(progress, status) {
      lease.release();
      over(progress, status);
    },
  };
}

/** Whether both are the same grants, in whatever order. */
export function sameIds(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((id) => others.includes(id));
}
