/** One node put together from its configuration: started in order, reloaded while it runs, stopped without losing a word. */
import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import { createAdmin } from '../admin/server.ts';
import { openServerCertificate } from '../certs/server-certificate.ts';
import { policyText } from '../config/policy-hash.ts';
import type { Config } from '../config/schema.ts';
import { openSecrets } from '../config/secrets.ts';
import { adminDeps } from './admin-wiring.ts';
import { openProvider, openRechecks } from './asking-again.ts';
import type { AuditError } from './audit/audit-error.ts';
import type { EntryOf } from './audit/entry.ts';
import { pieces } from './audit/outside-text.ts';
import { foldRefusals } from './audit/refusal-folding.ts';
import { type Opened, openBooks } from './books.ts';
import { openHttpsDoor } from './edge/https-door.ts';
import { countFailedKnocks } from './failed-knocks.ts';
import { openForAuditors } from './for-auditors.ts';
import { createGitDoor } from './git-door.ts';
import { createAftermath } from './grants/aftermath.ts';
import type { Elevating } from './grants/elevating.ts';
import { createElevations } from './grants/elevations.ts';
import { createIds } from './grants/ids.ts';
import { createInterventions } from './grants/interventions.ts';
import { compilePolicy } from './grants/policy.ts';
import { letHeapGrow } from './heap-growth.ts';
import {
  type ClientAddress,
  clientAddressReader,
  type ForwardingHeaders,
} from './identity/client-address.ts';
import { createMetrics } from './metrics.ts';
import { keepNodeReports } from './node-reports.ts';
import { openOpsListener, type Readiness } from './ops.ts';
import type { Outbox } from './outbox.ts';
import { pause } from './pause.ts';
import { checkingKeys } from './signed-log.ts';
import { openUserAuthorities } from './ssh/user-authorities.ts';
import { openSshSide } from './ssh-side.ts';
import type { Store } from './store/store.ts';
import { troubleLog } from './trouble-log.ts';
import { openUpstreams } from './upstreams.ts';
import { version } from './version.ts';
import { watched } from './watched.ts';

/** What a node is given beside its configuration. */
export interface GatewayDeps {
  readonly log: Logger;
  /** Folder of the built page. */
  readonly webRoot: string;
  /** A store already open, such as the demo's; otherwise the configuration's is opened. */
  readonly store?: Store;
  /** `CHAIN:SEQ`: the audit goes on from there though the store knows later entries. */
  readonly acceptRolledBackAudit?: string | undefined;
  /** The node must not go on, and takes no operations any more: whoever runs it is to close it. */
  readonly onUnfit?: (error: AuditError) => void;
}

export interface Gateway {
  readonly httpsPort: number;
  /** Undefined without an SSH door. */
  readonly sshPort: number | undefined;
  readonly opsPort: number;
  readonly store: Store;
  /** Makes the events of a change durable and tells the store. */
  readonly settle: Outbox['settle'];
  /** Takes a good configuration into force: running transfers are decided again. */
  use(config: Config): Promise<void>;
  /** Takes no new operations, lets running ones end for as long as configured, cuts the rest, and closes the books. */
  close(reason: string): Promise<void>;
}

/** Starts a node; rejects when its listeners, audit or store cannot be had, and then leaves nothing open. */
export async function startGateway(config: Config, deps: GatewayDeps): Promise<Gateway> {
  letHeapGrow();
  const opened: Opened = [];
  try {
    return await start(config, deps, opened);
  } catch (error) {
    for (const close of opened.toReversed()) await close().catch(() => undefined);
    throw error;
  }
}

async function start(
  first: Config,
  { log, webRoot, store: given, acceptRolledBackAudit, onUnfit }: GatewayDeps,
  opened: Opened,
): Promise<Gateway> {
  let config = first;
  let policy = compilePolicy(config);
  let draining = false;
  const onTrouble = troubleLog(log, Date.now);
  const secrets = openSecrets({ onWarning: (message) => log.warn(message) });
  const newId = createIds(randomBytes);
  // Until there is a door there is nothing to lose.
  let loseAll = (): void => undefined;
  const books = await openBooks(
    config,
    {
      log,
      secrets,
      store: given,
      acceptRolledBackAudit,
      onTrouble,
      onUnfit(error) {
        draining = true;
        onUnfit?.(error);
      },
      onAuditLost() {
        if (config.audit.onFailure === 'refuse') loseAll();
      },
    },
    opened,
  );
  const { audit, store, people, settle, settleInForce, alarm } = books;
  const elevating: Elevating = {
    store,
    policy: () => policy,
    settle,
    settleInForce,
    newId,
    allowCriticalAnswersAtSsh: () => config.ssh?.allowCriticalAnswers ?? false,
    aftermath: createAftermath({
      store,
      storeGraceMs: (critical) =>
        critical ? config.limits.criticalStoreGraceMs : config.limits.storeGraceMs,
      clock: () => performance.now(),
      pause,
    }),
    record: async (draft) => void (await audit.append({ ...draft.body, type: draft.type } as never)),
  };
  const elevations = createElevations(elevating);

  const folding = foldRefusals({
    append: (entry) => audit.append(entry),
    now: Date.now,
    onFailed: (error) => onTrouble('audit', { cause: error }),
  });
  const certificate =
    config.https.tls.kind === 'none'
      ? undefined
      : await openServerCertificate({
          ...config.https.tls,
          onRenewed: (pair) => door.useCertificate(pair),
          onAlarm: (message) => log.error({ alarm: 'certificate' }, message),
        });
  opened.push(async () => certificate?.close());
  const metrics = createMetrics({
    liveTransfers: () => git.leases.size,
    connections: () => ({ https: door.connections.size, ssh: ssh?.door.size }),
    certificateDaysLeft: () => certificate?.daysLeft(Date.now()),
  });
  const watching = watched(Date.now);
  const upstreams = openUpstreams(
    config,
    secrets,
    (error) => onTrouble('upstream', { cause: error }),
    (name, message) => alarm('upstream-host-key', `upstream ${name}: ${message}`),
  );
  const readAddress = clientAddressReader(config.https.trustedProxies);
  const addressOf = (socket: Socket, headers: ForwardingHeaders): ClientAddress =>
    readAddress(socket.remoteAddress, headers, door.connections.of(socket).proxied);
  let userAuthorities = await openUserAuthorities(config.ssh);
  const git = createGitDoor({
    store,
    userAuthorities: () => userAuthorities,
    settle,
    settleInForce,
    audit,
    refusals: folding,
    metrics,
    watched: watching,
    upstreams,
    knocks: countFailedKnocks(config.limits.maxAuthFailuresPerMinute),
    config: () => config,
    policy: () => policy,
    grantAtOnce: (principal, repository, right) =>
      elevations.grantAutomatically(principal, repository, right),
    newId,
    clientAddress: (request) => addressOf(request.socket, request.headers),
    draining: () => draining,
    sshPlace: () => ssh?.place,
    page: (request, response) => admin.handler(request, response),
    direct: (name, caller, input) => admin.direct(name, caller, input),
    onTrouble,
  });
  loseAll = () => git.leases.loseAll({ kind: 'audit-failed' });
  opened.push(() => git.close());
  const provider = openProvider({ config: () => config, secrets });
  const asking = await openRechecks(
    {
      config: () => config,
      secrets,
      store,
      newId,
      settle,
      settleInForce,
      onTrouble: (error) => onTrouble('identity provider', { cause: error }),
      onAlarm: (message) => alarm('provider-silent', message),
    },
    provider,
  );
  const forAuditors = openForAuditors({
    config: () => config.audit,
    audit,
    people,
    checkingKeys: () => checkingKeys(config.audit, secrets),
    others: books.others,
    store,
    onTrouble: (error) => onTrouble('audit', { cause: error }),
    onStoreTrouble: (error) => onTrouble('store', { cause: error }),
  });
  opened.push(() => forAuditors.close());
  const admin = await createAdmin(
    adminDeps({
      provider,
      keepRefresh: asking.keep,
      config: () => config,
      policy: () => policy,
      store,
      elevations,
      interventions: createInterventions(elevating),
      secrets,
      newId,
      settle,
      settleInForce,
      audit,
      forAuditors,
      upstreams,
      addressOf,
      webRoot,
      log,
      ssh: () => ssh,
      userAuthorities: () => userAuthorities,
    }),
  );
  opened.push(() => admin.close());
  const stopWatching = store.onChange((change) => {
    git.leases.recheck(change);
  });

  const stopAsking = asking.start();
  opened.push(stopAsking);
  await books.record({
    type: 'node.started',
    node: audit.chain,
    version,
    store: { kind: config.store.kind, id: books.storeId },
  });
  await books.record(policyEntry(config, policy.hash));
  const door = await openHttpsDoor({
    listen: config.https.listen,
    proxyProtocolFrom: config.https.proxyProtocolFrom,
    certificate: certificate?.current,
    limits: config.limits,
    visit: git.visit,
    onTurnedAway: (_address, why) => metrics.turnedAway.inc({ why }),
    onFault: (error) => log.error({ err: error }, 'a request failed in the gateway itself'),
  });
  opened.push(() => door.close());
  const ssh = await openSshSide(config, {
    visit: git.visitSsh,
    onTurnedAway(address, why) {
      metrics.turnedAway.inc({ why });
      folding.knocked({ door: 'ssh', address: { address } }, why);
    },
    onFault: (error) =>
      log.error({ err: error }, 'a connection of the SSH door failed in the gateway itself'),
  });
  opened.push(async () => {
    const closed = ssh?.door.close();
    ssh?.door.resetAll();
    await closed;
  });
  const readiness = (): Readiness => ({
    ready: !draining && (audit.stats().writable || config.audit.onFailure === 'continue'),
    state: draining ? 'draining' : audit.stats().writable ? 'serving' : 'audit-failed',
    store: books.storeState(),
    policy: policy.hash,
    node: audit.chain,
  });
  const startedAt = Date.now();
  let isStopped = false;
  const reports = keepNodeReports({
    store,
    watched: watching,
    report() {
      const { writable, waiting, waitingMs, refused } = audit.stats();
      const { seq } = audit.head();
      return {
        node: audit.chain,
        version,
        startedAt,
        state: isStopped ? 'stopped' : readiness().state,
        policy: policy.hash,
        transfers: git.leases.size,
        audit: { writable, seq, waiting, waitingMs: Math.round(waitingMs), refused },
        upstreams: watching.upstreams(config.upstreams.keys()),
        stretches: watching.stretches(),
      };
    },
    onTrouble: (error) => onTrouble('store', { cause: error }),
  });
  opened.push(() => reports.stop());
  const ops = await openOpsListener(config.ops.listen, metrics.registry, readiness);

  const close = async (reason: string): Promise<void> => {
    draining = true;
    void reports.tell();
    admin.events.close();
    const waited = git.waits.stop();
    const doorsClosed = Promise.all([door.close(), ssh?.door.close()]);
    const deadline = Date.now() + config.limits.drainMs;
    const passed = (): boolean =>
      git.book.live().some((operation) => operation.passed && operation.running > 0);
    while ((git.leases.size > 0 || passed()) && Date.now() < deadline) await pause(100);
    git.leases.stop();
    const running = git.book.live().filter((operation) => operation.running > 0).length;
    // The cut ones have their closing text to read, and who waited for an answer too.
    if (running > 0 || waited > 0) await pause(Math.min(config.limits.cutGraceMs, 2_000));
    door.connections.resetAll();
    ssh?.door.resetAll();
    await doorsClosed;
    stopWatching();
    await stopAsking();
    await admin.close();
    await forAuditors.close();
    git.book.closeAll();
    await git.close();
    await folding.flush();
    await books.stopOutbox();
    upstreams.close();
    certificate?.close();
    await books
      .record({ type: 'node.stopped', node: audit.chain, reason, running })
      .catch((error: unknown) => onTrouble('audit', { cause: error }));
    await ops.close();
    isStopped = true;
    await reports.stop();
    await books.close();
  };

  return {
    httpsPort: door.port,
    sshPort: ssh?.door.port,
    opsPort: ops.port,
    store,
    settle,
    async use(next) {
      const compiled = compilePolicy(next);
      userAuthorities = await openUserAuthorities(next.ssh);
      config = next;
      policy = compiled;
      upstreams.use(next);
      await books.record(policyEntry(next, compiled.hash));
      git.leases.recheck();
      void reports.tell();
      admin.events.policyChanged();
    },
    close,
  };
}

/** The policy as the audit keeps it, in pieces that stay readable in a line. */
function policyEntry(config: Config, hash: string): EntryOf<'policy.loaded'> {
  const document = pieces(policyText(config));
  return { type: 'policy.loaded', policy: hash, rules: config.repositories.length, document };
}
