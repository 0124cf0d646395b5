/** Runs the steps of an operation in their order, for every door: admit, record the start, lend a lease, record the outcome. */

import {
  type AdmissionNeeds,
  type Admitted,
  admit,
  holdsStill,
  type Turned,
  type Unknown,
} from './admission.ts';
import type { EntryOf } from './audit/entry.ts';
import type { RefUpdate } from './git/ref-update.ts';
import { type Decision, decidePush } from './grants/decide.ts';
import { withinPolicy } from './grants/still-allowed.ts';
import type { Evidence } from './identity/authorization.ts';
import type { OpenOperation, OperationBook, Progress } from './operations.ts';
import {
  commandsEntry,
  type Origin,
  refusedEntry,
  type SettledUpdate,
  settledEntry,
  startedEntry,
} from './recorder.ts';
import type { Lease, LeaseKeeper } from './relay/lease.ts';
import type { Right } from './store/records.ts';

/** A call as any door makes it. */
export interface Call {
  readonly origin: Origin;
  readonly evidence: Evidence;
  /** Canonical name; undefined for a name that cannot be one. */
  readonly repository: string | undefined;
  /** The name as the client wrote it, for the record of a refusal. */
  readonly asWritten: string;
  readonly right: Right;
  /** Version of git's protocol. */
  readonly protocol: number;
  readonly connection: { readonly id: string; readonly closed: Promise<void> };
  readonly requestId: string;
  /** What this request of the operation is: `advertise`, `fetch`, `push`. */
  readonly what: string;
}

/** The audit's part in it; each rejects when the entry could not be made durable. */
export interface AuditNeeds {
  record(entry: EntryOf<'operation.started' | 'push.commands' | 'push.settled'>): Promise<void>;
  /** An entry about what has happened already could not be written. */
  failed(error: unknown): void;
  /** Folded with its likes of the last minute. */
  refused(entry: EntryOf<'operation.refused'>): void;
  /** Nobody known: counted by address and reason. */
  knocked(origin: Origin, reason: string): void;
}

export interface ConductorNeeds {
  readonly admission: AdmissionNeeds;
  readonly audit: AuditNeeds;
  readonly book: OperationBook;
  readonly leases: LeaseKeeper<Decision>;
  /** How long transfers go on while the store is silent. */
  storeGraceMs(critical: boolean): number;
  /** How long a transfer may stand still. */
  idleMs(): number;
  newOperationId(): string;
  /** Takes no new operations while draining. */
  draining(): boolean;
}

/** Admitted, recorded and running; `done` must be called once, whatever happens. */
export interface Passage {
  readonly kind: 'running';
  readonly admitted: Admitted;
  readonly operation: OpenOperation;
  /** Takes the hold under which bytes may move. */
  lease(): Lease<Decision>;
  /** Decides a push's list; allowed, it is durable when this resolves. */
  pass(push: Parameters<typeof commandsEntry>[2]): Promise<Turned | 'passed'>;
  /** Records the host's verdict for each ref; the client has it already, so a failing audit is an alarm and no refusal. */
  settle(updates: readonly SettledUpdate[], learnedBy?: 'report' | 'gateway'): Promise<void>;
  done(progress: Progress, status: number): void;
}

/** Why a call did not start though it was allowed. */
export type NotStarted = { readonly kind: 'audit-failed' } | { readonly kind: 'draining' };

export interface Conductor {
  begin(call: Call): Promise<Unknown | Turned | NotStarted | Passage>;
  /** Turns a call away that asks for what no grant opens; it is on record all the same. */
  turnAway(call: Call): Promise<Unknown | Turned>;
}

/** Requests of one operation that its entry lists. */
const exchangesListed = 200;

export function createConductor(needs: ConductorNeeds): Conductor {
  const { admission, audit, book, leases } = needs;

  const turnedAway = (call: Call, turned: Turned, updates: readonly RefUpdate[] = []): Turned => {
    const { who } = turned;
    if (who === undefined) audit.knocked(call.origin, turned.refused.reason);
    else {
      const repository = call.repository ?? call.asWritten;
      audit.refused(
        refusedEntry(
          { ...turned, who },
          call.origin,
          repository,
          call.right,
          admission.policy().hash,
          updates,
        ),
      );
    }
    return turned;
  };

  const operationOf = async (call: Call, admitted: Admitted): Promise<OpenOperation> => {
    const { who, ask, decision } = admitted;
    const key = {
      credentialId: who.credential.id,
      repository: ask.repository,
      right: ask.right,
      connectionId: call.connection.id,
      address: call.origin.address.address,
    };
    const known = book.find(key);
    if (known !== undefined) return known;
    const operation: OpenOperation = {
      id: needs.newOperationId(),
      key,
      door: call.origin.door,
      principalId: who.principal.id,
      openedAt: decision.basis.now,
      grantIds: decision.grantIds,
      endsAt: decision.endsAt,
      progress: 'advertised',
      running: 0,
      requests: 0,
      bytesUp: 0,
      bytesDown: 0,
      exchanges: [],
      outcome: undefined,
    };
    await audit.record(startedEntry(operation.id, admitted, call.origin, call.protocol));
    book.open(operation);
    return operation;
  };

  const admitted = async (call: Call): Promise<Unknown | Turned | Admitted> => {
    const answer = await admit(admission, call.evidence, call.repository, call.right, []);
    // A request without a credential is git's normal first knock.
    if (answer.kind === 'unknown' && answer.why !== 'none') audit.knocked(call.origin, answer.why);
    return answer;
  };

  return {
    async turnAway(call) {
      const answer = await admitted(call);
      if (answer.kind === 'unknown') return answer;
      if (answer.kind === 'turned') return turnedAway(call, answer);
      const { who, decision } = answer;
      const refused = { reason: 'service-not-served' } as const;
      return turnedAway(call, { kind: 'turned', refused, who, decision, now: decision.basis.now });
    },
    async begin(call) {
      if (needs.draining()) return { kind: 'draining' };
      const answer = await admitted(call);
      if (answer.kind === 'unknown') return answer;
      if (answer.kind === 'turned') return turnedAway(call, answer);

      let current = answer;
      let operation: OpenOperation;
      try {
        operation = await operationOf(call, current);
      } catch {
        return { kind: 'audit-failed' };
      }
      const running = book.begin(operation, call.connection);
      const exchange: OpenOperation['exchanges'][number] = { id: call.requestId, what: call.what };
      if (operation.exchanges.length < exchangesListed) operation.exchanges.push(exchange);

      return {
        kind: 'running',
        get admitted() {
          return current;
        },
        operation,
        lease() {
          const { ask, decision, sentAtMs, who } = current;
          operation.grantIds = decision.grantIds;
          operation.endsAt = decision.endsAt;
          return leases.take({
            principalId: ask.principalId,
            repository: ask.repository,
            credential: who.credential,
            endsAt: decision.endsAt,
            readAt: decision.basis.now,
            sentAtMs,
            storeGraceMs: needs.storeGraceMs(decision.critical),
            idleMs: needs.idleMs(),
            renew(standing) {
              const allowed = withinPolicy(standing, who.principal, admission.policy());
              const still = holdsStill(ask, decision.grantIds, allowed);
              if (!still.holds) return { holds: false, denial: still.decision };
              operation.endsAt = still.endsAt;
              return still;
            },
          });
        },
        async pass(push) {
          const decision = decidePush(
            current.ask,
            push.updates,
            current.decision.basis,
            current.decision.basis.now,
          );
          if (!decision.allowed) {
            const { who } = current;
            const turned: Turned = {
              kind: 'turned',
              refused: decision,
              who,
              decision,
              now: decision.basis.now,
            };
            return turnedAway(call, turned, push.updates);
          }
          current = { ...current, decision };
          await audit.record(commandsEntry(operation.id, current, push));
          return 'passed';
        },
        async settle(updates, learnedBy = 'report') {
          await audit.record(settledEntry(operation, updates, learnedBy)).catch(audit.failed);
        },
        done(progress, status) {
          exchange.status = status;
          running.done(progress);
        },
      };
    },
  };
}
