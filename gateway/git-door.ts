/** The data path put together: admission, conductor, leases, the book of operations, and the visits of the HTTPS door. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { performance } from 'node:perf_hooks';
import type { Config } from '../config/schema.ts';
import type { AdmissionNeeds } from './admission.ts';
import type { AuditLog } from './audit/log.ts';
import { type AuditNeeds, createConductor } from './conductor.ts';
import type { Visit } from './edge/https-door.ts';
import type { FailedKnocks } from './failed-knocks.ts';
import type { Decision } from './grants/decide.ts';
import type { IdPrefix } from './grants/ids.ts';
import type { Policy } from './grants/policy.ts';
import { gitVisits } from './https/visit.ts';
import type { ClientAddress } from './identity/client-address.ts';
import type { Metrics } from './metrics.ts';
import { type OpenOperation, type OperationBook, openBook } from './operations.ts';
import { waitingRequest } from './pending-request.ts';
import { endedEntry } from './recorder.ts';
import { keepLeases, type LeaseKeeper } from './relay/lease.ts';
import type { Store } from './store/store.ts';
import { createTexts } from './texts.ts';
import type { Upstreams } from './upstreams.ts';

export interface GitDoorNeeds {
  readonly store: Store;
  readonly audit: AuditLog;
  /** Refusals, folded. */
  readonly refusals: Pick<AuditNeeds, 'refused' | 'knocked'>;
  readonly metrics: Metrics;
  readonly upstreams: Upstreams;
  readonly knocks: FailedKnocks;
  config(): Config;
  policy(): Policy;
  readonly grantAtOnce: AdmissionNeeds['grantAtOnce'];
  newId(prefix: IdPrefix): string;
  clientAddress(request: IncomingMessage): ClientAddress;
  draining(): boolean;
  page(request: IncomingMessage, response: ServerResponse): void;
  onTrouble(what: string, details: Readonly<Record<string, unknown>>): void;
}

export interface GitDoor {
  readonly visit: Visit;
  readonly leases: LeaseKeeper<Decision>;
  readonly book: OperationBook;
  /** Resolves when every outcome noted so far is on the disk, or was given up with an alarm. */
  outcomesWritten(): Promise<void>;
}

export function createGitDoor(needs: GitDoorNeeds): GitDoor {
  const { store, audit, refusals, metrics, onTrouble } = needs;
  const after = (ms: number, work: () => void): (() => void) => {
    const timer = setTimeout(work, ms);
    return () => clearTimeout(timer);
  };
  const auditFailed = (error: unknown): void => onTrouble('audit', { cause: error });

  const writing = new Set<Promise<unknown>>();
  const onEnd = (operation: OpenOperation): void => {
    const outcome = operation.outcome ?? { outcome: 'advertised' as const };
    metrics.operations.inc({ door: operation.door, right: operation.key.right, outcome: outcome.outcome });
    const written = audit.append(endedEntry(operation, outcome)).catch(auditFailed);
    writing.add(written);
    void written.then(() => writing.delete(written));
  };
  const book = openBook(onEnd, () => needs.config().limits.idleMs, Date.now, after);

  const leases = keepLeases<Decision>({
    standings: (of) => store.standings(of),
    clock: () => performance.now(),
    after,
    onReadFailed: (error) => onTrouble('store', { cause: error }),
  });

  const conductor = createConductor({
    admission: { store, policy: needs.policy, grantAtOnce: needs.grantAtOnce, now: Date.now },
    audit: {
      record: async (entry) => void (await audit.append(entry)),
      failed: auditFailed,
      refused(entry) {
        metrics.refusals.inc({ door: entry.door, reason: entry.reason });
        refusals.refused(entry);
      },
      knocked(origin, reason) {
        metrics.refusals.inc({ door: origin.door, reason });
        refusals.knocked(origin, reason);
      },
    },
    book,
    leases,
    storeGraceMs(critical) {
      const { storeGraceMs, criticalStoreGraceMs } = needs.config().limits;
      return critical ? criticalStoreGraceMs : storeGraceMs;
    },
    idleMs: () => needs.config().limits.idleMs,
    newOperationId: () => needs.newId('O'),
    draining: needs.draining,
  });

  const texts = createTexts({
    publicUrl: () => needs.config().publicUrl,
    // The SSH door is not there yet; no text may send anybody to it.
    ssh: () => undefined,
    async namesOf(ids) {
      const people = await store.principals(ids);
      return new Map([...people].map(([id, { name, email }]) => [id, name ?? email]));
    },
    pendingFor: (about) => waitingRequest(store, needs.policy(), about),
    suggestedFor: () => '1h',
  });

  const visit = gitVisits({
    conductor,
    texts,
    limits: () => needs.config().limits,
    onTrouble,
    carried: (direction, bytes) => metrics.bytes.inc({ direction }, bytes),
    upstream: (name) => needs.upstreams.get(name),
    publicUrl: () => needs.config().publicUrl,
    clientAddress: needs.clientAddress,
    mayKnock: (address) => needs.knocks.mayKnock(address),
    failedKnock: needs.knocks.failed,
    page: needs.page,
  });

  return {
    visit,
    leases,
    book,
    async outcomesWritten() {
      while (writing.size > 0) await Promise.all(writing);
    },
  };
}
