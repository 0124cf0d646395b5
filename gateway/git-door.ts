/** The data path put together: admission, conductor, leases, the book of operations, and the visits of the HTTPS door. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { performance } from 'node:perf_hooks';
import type { DirectCalls } from '../admin/direct-calls.ts';
import type { Config } from '../config/schema.ts';
import type { AdmissionNeeds } from './admission.ts';
import type { AuditLog } from './audit/log.ts';
import { type AuditNeeds, createConductor } from './conductor.ts';
import type { Visit } from './edge/https-door.ts';
import type { SshConnection, SshVisitor } from './edge/ssh-visitor.ts';
import type { FailedKnocks } from './failed-knocks.ts';
import type { Decision } from './grants/decide.ts';
import type { IdPrefix } from './grants/ids.ts';
import type { Policy } from './grants/policy.ts';
import { type SshPlace, sshCommand } from './grants/ssh-command.ts';
import { suggestedSpan } from './grants/suggested-span.ts';
import { gitVisits, type VisitNeeds } from './https/visit.ts';
import type { ClientAddress } from './identity/client-address.ts';
import type { CredentialIssuing } from './identity/issue-credential.ts';
import { inquire as inquireAt } from './inquiry.ts';
import type { Metrics } from './metrics.ts';
import { keepNodeLife } from './node-life.ts';
import { type OpenOperation, type OperationBook, openBook } from './operations.ts';
import { keepOutcomes } from './outcomes.ts';
import { after, pause } from './pause.ts';
import { waitingRequest } from './pending-request.ts';
import { endedEntry, type SettledUpdate } from './recorder.ts';
import { keepLeases, type LeaseKeeper } from './relay/lease.ts';
import { forInquiry } from './relay/ssh/asking.ts';
import { keepTenure, promisedBy } from './relay/tenure.ts';
import { certificateHolders } from './ssh/certificate-holder.ts';
import type { GitExec } from './ssh/exec-channel.ts';
import { createHold } from './ssh/hold.ts';
import { boundPendingLinks } from './ssh/pending-links.ts';
import { keepRequestWaits, type RequestWaits } from './ssh/request-waits.ts';
import { serveChannel } from './ssh/serve.ts';
import type { SignInLinkNeeds } from './ssh/sign-in-link.ts';
import type { UserAuthorities } from './ssh/user-authorities.ts';
import { sshVisits } from './ssh/visit.ts';
import { keepStillness } from './stillness.ts';
import type { PassedUpdate } from './store/records.ts';
import type { Store } from './store/store.ts';
import { createTexts } from './texts.ts';
import type { Upstreams } from './upstreams.ts';
import type { Watched } from './watched.ts';

export interface GitDoorNeeds {
  readonly store: Store;
  /** Whose SSH certificates count. */
  readonly userAuthorities: () => UserAuthorities;
  /** Makes events durable and acknowledges them; the other says whether it did. */
  readonly settle: SignInLinkNeeds['settle'];
  readonly settleInForce: SignInLinkNeeds['settleInForce'];
  readonly audit: AuditLog;
  /** Refusals, folded. */
  readonly refusals: Pick<AuditNeeds, 'refused' | 'knocked'>;
  readonly metrics: Metrics;
  readonly watched: Watched;
  readonly upstreams: Upstreams;
  readonly knocks: FailedKnocks;
  config(): Config;
  policy(): Policy;
  readonly grantAtOnce: AdmissionNeeds['grantAtOnce'];
  newId(prefix: IdPrefix): string;
  clientAddress(request: IncomingMessage): ClientAddress;
  draining(): boolean;
  /** Calls of the API for those whom a door knows. */
  readonly direct: DirectCalls;
  /** Where the SSH door is reached; undefined while there is none. */
  sshPlace(): SshPlace | undefined;
  page(request: IncomingMessage, response: ServerResponse): void;
  onTrouble(what: string, details: Readonly<Record<string, unknown>>): void;
}

export interface GitDoor {
  readonly visit: Visit;
  /** A client of the SSH door. */
  readonly visitSsh: (connection: SshConnection) => SshVisitor;
  /** Git on one of its channels. */
  readonly serveExec: (exec: GitExec) => Promise<void>;
  readonly leases: LeaseKeeper<Decision>;
  readonly book: OperationBook;
  /** Commands at the SSH door that wait for an answer. */
  readonly waits: RequestWaits;
  /** Resolves when every outcome noted so far is on the disk, or was given up with an alarm. */
  outcomesWritten(): Promise<void>;
  /** Stops giving signs of life, and writes the outcomes. */
  close(): Promise<void>;
}

export function createGitDoor(needs: GitDoorNeeds): GitDoor {
  const { store, audit, refusals, metrics, watched, onTrouble } = needs;
  const onStoreTrouble = (error: unknown): void => onTrouble('store', { cause: error });
  const auditFailed = (error: unknown): void => onTrouble('audit', { cause: error });

  const outcomes = keepOutcomes({
    record: (operation, outcome) => audit.append(endedEntry(operation, outcome)),
    leave: (operationId) => store.leave(operationId),
    onTrouble: (what, cause) => onTrouble(what, { cause }),
    pause,
  });
  const stillness = keepStillness({
    standStill: (operationId, how) => store.standStill(operationId, how),
    onTrouble: onStoreTrouble,
    after,
  });
  const onEnd = (operation: OpenOperation): void => {
    // Before it leaves the books, where nobody could learn any more how it stood still.
    stillness.ends(operation);
    const outcome = operation.outcome ?? { outcome: 'advertised' as const };
    metrics.operations.inc({ door: operation.door, right: operation.key.right, outcome: outcome.outcome });
    watched.count('operations');
    if (outcome.outcome === 'cut') watched.count('cuts');
    outcomes.note(operation, outcome);
  };
  const inquire = async (
    repository: string,
    updates: readonly PassedUpdate[],
  ): Promise<readonly SettledUpdate[]> => {
    const slash = repository.indexOf('/');
    const upstream = needs.upstreams.get(repository.slice(0, slash));
    return await inquireAt(upstream && forInquiry(upstream), repository.slice(slash + 1), updates);
  };
  const book = openBook(onEnd, () => needs.config().limits.idleMs, Date.now, after);

  const clock = (): number => performance.now();
  const tenure = keepTenure({ clock, after, onOver: (kind) => leases.loseAll({ kind }) });
  const leases = keepLeases<Decision>({
    standings: (of) => store.standings(of),
    clock,
    after,
    lasts: tenure.lasts,
    rest: () => new Promise((resolve) => setImmediate(resolve)),
    onReadFailed: onStoreTrouble,
  });

  const knocked: AuditNeeds['knocked'] = (origin, reason) => {
    metrics.refusals.inc({ door: origin.door, reason });
    watched.count('refusals');
    refusals.knocked(origin, reason);
  };
  const recording = { store, canRecord: () => audit.stats().writable, clock, pause };
  const conductor = createConductor({
    admission: {
      store,
      policy: needs.policy,
      grantAtOnce: needs.grantAtOnce,
      now: Date.now,
      recording,
    },
    audit: {
      async record(entry) {
        await audit.append(entry).catch((error: unknown) => {
          auditFailed(error);
          if (needs.config().audit.onFailure === 'refuse') throw error;
        });
      },
      failed: auditFailed,
      refused(entry) {
        metrics.refusals.inc({ door: entry.door, reason: entry.reason });
        watched.count('refusals');
        refusals.refused(entry);
      },
      knocked,
    },
    book,
    stillness,
    leases,
    tenure,
    storeGraceMs(critical) {
      const { storeGraceMs, criticalStoreGraceMs } = needs.config().limits;
      return critical ? criticalStoreGraceMs : storeGraceMs;
    },
    idleMs: () => needs.config().limits.idleMs,
    cutTook: (seconds) => metrics.cutSeconds.observe(seconds),
    onStoreTrouble,
    pause,
    inquire,
    newOperationId: () => needs.newId('O'),
    draining: needs.draining,
  });

  const life = keepNodeLife({
    node: audit.chain,
    store,
    live: book.live,
    isOurs: (id) => outcomes.has(id) || book.live().some((operation) => operation.id === id),
    record: (entry) => audit.append(entry),
    inquire,
    onTrouble: onStoreTrouble,
    tenure,
    promised: () => promisedBy(needs.config().limits),
    clock,
    after,
  });

  const texts = createTexts({
    publicUrl: () => needs.config().publicUrl,
    ssh: needs.sshPlace,
    async namesOf(ids) {
      const people = await store.principals(ids);
      return new Map([...people].map(([id, { name, email }]) => [id, name ?? email]));
    },
    pendingFor: (about) => waitingRequest(store, needs.policy(), about),
    clock,
    suggestedFor: ({ repository, right }) => suggestedSpan(needs.policy(), repository, right),
  });

  const serving: VisitNeeds = {
    conductor,
    texts,
    limits: () => needs.config().limits,
    onTrouble(what, details) {
      const { upstream, kind } = details;
      if (what === 'upstream' && typeof upstream === 'string')
        watched.troubled(upstream, typeof kind === 'string' ? kind : 'broken-off');
      onTrouble(what, details);
    },
    carried(direction, bytes) {
      metrics.bytes.inc({ direction }, bytes);
      watched.count(direction === 'up' ? 'bytesUp' : 'bytesDown', bytes);
    },
    answered: watched.answered,
    upstream: (name) => needs.upstreams.get(name),
    publicUrl: () => needs.config().publicUrl,
    clientAddress: needs.clientAddress,
    mayKnock: (address) => needs.knocks.mayKnock(address),
    failedKnock: needs.knocks.failed,
    page: needs.page,
  };
  const visit = gitVisits(serving);
  const waits = keepRequestWaits({
    store,
    bounds: () => needs.config().limits,
    after,
    onTrouble: onStoreTrouble,
  });
  const atSsh = {
    call: needs.direct,
    waits,
    store,
    publicUrl: () => needs.config().publicUrl,
    maxWaitMs: () => needs.config().limits.maxWaitMs,
  };
  const hold = createHold({
    ...atSsh,
    texts,
    conductor,
    suggestedFor: (repository, right) => suggestedSpan(needs.policy(), repository, right),
    widest: (repository, right) => needs.policy().ruleFor(repository)?.[right],
    recording,
  });
  const serveExec = (exec: GitExec): Promise<void> => serveChannel({ ...serving, hold }, exec);

  const issuing: CredentialIssuing = {
    store,
    settle: needs.settle,
    settleInForce: needs.settleInForce,
    newCredentialId: () => needs.newId('C'),
    endWithSignIn: () => needs.config().credentials.endWithSignIn,
  };
  const certificates = certificateHolders({
    ...issuing,
    authorities: needs.userAuthorities,
    issuer: () => needs.config().oidc.issuer,
    longestLifeMs: () => needs.config().credentials.maxLifeMs,
    onTrouble: (error) => onTrouble('ssh certificates', { cause: error }),
  });
  const sshPlace = (): SshPlace =>
    needs.sshPlace() ?? { host: new URL(needs.config().publicUrl).hostname, port: 22 };
  const visitSsh = sshVisits({
    store,
    conductor,
    certificates,
    commands: {
      ...atSsh,
      commandLine: (words) => sshCommand(sshPlace(), words),
      allowCriticalAnswers: () => needs.config().ssh?.allowCriticalAnswers ?? false,
    },
    links: {
      ...issuing,
      pending: boundPendingLinks(),
      keyLifeMs: () => needs.config().ssh?.signInLink?.keyLifeMs,
      refused: async (about) => void (await audit.append({ type: 'sign-in.link-refused', ...about })),
    },
    publicUrl: () => needs.config().publicUrl,
    mayKnock: (address) => needs.knocks.mayKnock(address),
    failedKnock: (address, guess) => needs.knocks.failed(address, 'not-known', guess),
    knocked,
    onRefused: (what) => metrics.turnedAway.inc({ why: `ssh-${what}` }),
    serveGit: serveExec,
  });

  return {
    visit,
    visitSsh,
    serveExec,
    leases,
    book,
    waits,
    outcomesWritten: outcomes.written,
    async close() {
      waits.stop();
      await life.stop();
      tenure.stop();
      await outcomes.close();
    },
  };
}
