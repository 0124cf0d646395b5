/** Turns a checked file into the configuration: defaults filled in, text parsed, paths made absolute. */
import { resolve } from 'node:path';
import { parseCidr, parseHostPort } from './addresses.ts';
import { defaults } from './defaults.ts';
import type { ConfigFile } from './file/root.ts';
import { parseDuration, parseSize } from './quantities.ts';
import { resolveRules } from './resolve-rules.ts';
import { resolveUpstreams } from './resolve-upstreams.ts';
import type {
  AuditConfig,
  Config,
  HttpsListener,
  LimitsConfig,
  OidcConfig,
  SshListener,
  StoreConfig,
  UserCertificatesConfig,
} from './schema.ts';
import type { SecretSource } from './secrets.ts';
import { parseSelector } from './selector.ts';

/** A secret as the file names it. */
export type SecretFile = string | { readonly env: string };

/** How paths and secrets of one file are read: relative to its folder. */
export interface Places {
  path(written: string): string;
  maybePath(written: string | undefined): string | undefined;
  secret(written: SecretFile): SecretSource;
  maybeSecret(written: SecretFile | undefined): SecretSource | undefined;
}

/** Paths relative to `folder`, which is absolute. */
export function placesIn(folder: string): Places {
  const path = (written: string): string => resolve(folder, written);
  const secret = (written: SecretFile): SecretSource =>
    typeof written === 'string' ? { kind: 'file', path: path(written) } : { kind: 'env', name: written.env };
  return {
    path,
    maybePath: (written) => (written === undefined ? undefined : path(written)),
    secret,
    maybeSecret: (written) => (written === undefined ? undefined : secret(written)),
  };
}

/** Resolves a file that has passed the schema and every cross check. */
export function resolveConfig(file: ConfigFile, folder: string): Config {
  const places = placesIn(folder);
  const selectors = (written: readonly string[] | undefined) => (written ?? []).map(parseSelector);
  const audit = { ...defaults.audit, ...file.audit };
  const signIn = { ...defaults.signIn, ...file.signIn };
  const maxLifeMs = parseDuration(file.credentials?.maxLife ?? defaults.credentials.maxLife);
  return {
    publicUrl: file.publicUrl,
    https: resolveHttps(file.https, places),
    ssh: file.ssh === undefined ? undefined : resolveSsh(file.ssh, places, maxLifeMs),
    ops: { listen: parseHostPort(file.ops?.listen ?? defaults.ops.listen) },
    store: resolveStore(file.store, places),
    oidc: resolveOidc(file.oidc, places),
    roles: {
      approver: selectors(file.roles?.approver),
      auditor: selectors(file.roles?.auditor),
      admin: selectors(file.roles?.admin),
    },
    signIn: { idleMs: parseDuration(signIn.idle), lifeMs: parseDuration(signIn.life) },
    credentials: {
      maxLifeMs,
      endWithSignIn: file.credentials?.endWithSignIn ?? [],
    },
    hooks: { deactivated: resolveHook(file.hooks?.deactivated, places) },
    upstreams: resolveUpstreams(file.upstreams, places),
    repositories: resolveRules(file),
    audit: {
      directory: places.path(audit.directory),
      onFailure: audit.onFailure,
      segmentBytes: parseSize(audit.segmentSize),
      segmentAgeMs: parseDuration(audit.segmentAge),
      compress: audit.compress,
      archiveDirectory: places.maybePath(audit.archive),
      retentionMs: audit.retention === undefined ? undefined : parseDuration(audit.retention),
      signingKey: places.maybeSecret(audit.signingKeyFile),
      witnessFile: places.maybePath(audit.witness?.file),
      witnessWebhook: resolveWebhook(audit.witness?.webhook, places),
      checkpoint: resolveCheckpoint(file.audit.checkpoint),
    },
    limits: resolveLimits(file.limits),
    log: { level: file.log?.level ?? defaults.log.level },
  };
}

function resolveHttps(https: ConfigFile['https'], places: Places): HttpsListener {
  const { certificate, key } = https;
  return {
    listen: parseHostPort(https.listen),
    tls:
      certificate === undefined || key === undefined
        ? { kind: 'none' }
        : { kind: 'pair', certificateFile: places.path(certificate), keyFile: places.path(key) },
    trustedProxies: (https.trustedProxies ?? []).map(parseCidr),
    proxyProtocolFrom: (https.proxyProtocol?.from ?? []).map(parseCidr),
  };
}

function resolveSsh(ssh: NonNullable<ConfigFile['ssh']>, places: Places, maxLifeMs: number): SshListener {
  const signInLink = { ...defaults.ssh.signInLink, ...ssh.signInLink };
  return {
    listen: parseHostPort(ssh.listen),
    hostKeyFiles: ssh.hostKeys.map(places.path),
    userCertificates: resolveUserCertificates(ssh.userCertificates, places),
    allowCriticalAnswers: ssh.allowCriticalAnswers ?? defaults.ssh.allowCriticalAnswers,
    proxyProtocolFrom: (ssh.proxyProtocol?.from ?? []).map(parseCidr),
    signInLink:
      signInLink.offer === 'nobody'
        ? undefined
        : { keyLifeMs: Math.min(parseDuration(signInLink.keyLife), maxLifeMs) },
  };
}

function resolveUserCertificates(
  file: NonNullable<ConfigFile['ssh']>['userCertificates'],
  places: Places,
): UserCertificatesConfig {
  const { authorityKey, life, trusted } = { ...defaults.ssh.userCertificates, ...file };
  return {
    own:
      authorityKey === undefined
        ? undefined
        : { keyFile: places.path(authorityKey), longestLifeMs: parseDuration(life) },
    trusted: (trusted ?? []).map(({ publicKey, revoked }) => ({
      publicKeyFile: places.path(publicKey),
      revokedFile: places.maybePath(revoked),
    })),
  };
}

function resolveStore(store: ConfigFile['store'], places: Places): StoreConfig {
  if (store.kind === 'memory' || store.integrityKeyFile === undefined) return { kind: 'memory' };
  const { tls } = store;
  return {
    kind: store.kind,
    addresses: (store.addresses ?? []).map(parseHostPort),
    primaryName: store.primaryName,
    username: store.username,
    password: places.maybeSecret(store.passwordFile),
    tls:
      tls === undefined
        ? undefined
        : {
            caFile: places.maybePath(tls.caFile),
            serverName: tls.serverName,
            certificateFile: places.maybePath(tls.certificateFile),
            keyFile: places.maybePath(tls.keyFile),
          },
    integrityKey: places.secret(store.integrityKeyFile),
    timeoutMs: parseDuration(store.timeout ?? defaults.store.timeout),
  };
}

function resolveOidc(oidc: ConfigFile['oidc'], places: Places): OidcConfig {
  const recheck = { ...defaults.oidc.recheck, ...oidc.recheck };
  return {
    issuer: oidc.issuer,
    discoveryUrl: oidc.discoveryUrl,
    clientId: oidc.clientId,
    clientSecret: places.maybeSecret(oidc.clientSecretFile),
    scopes: [...new Set(['openid', ...(oidc.scopes ?? defaults.oidc.scopes)])],
    groupsClaim: oidc.groupsClaim ?? defaults.oidc.groupsClaim,
    groupsMaxAgeMs: parseDuration(oidc.groupsMaxAge ?? defaults.oidc.groupsMaxAge),
    audiences: oidc.audiences ?? [oidc.clientId],
    emailVerified: oidc.emailVerified ?? defaults.oidc.emailVerified,
    prompt: oidc.prompt,
    clockToleranceMs: parseDuration(oidc.clockTolerance ?? defaults.oidc.clockTolerance),
    caFile: places.maybePath(oidc.caFile),
    recheck: {
      offlineAccess: recheck.offlineAccess,
      everyMs: parseDuration(recheck.every),
      alarmAfterMs: parseDuration(recheck.alarmAfter),
    },
  };
}

function resolveHook(written: { secretFile: SecretFile } | undefined, places: Places) {
  return written === undefined ? undefined : { secret: places.secret(written.secretFile) };
}

function resolveWebhook(
  written: { url: string; secretFile: SecretFile } | undefined,
  places: Places,
): AuditConfig['witnessWebhook'] {
  return written === undefined ? undefined : { url: written.url, secret: places.secret(written.secretFile) };
}

function resolveCheckpoint(written: ConfigFile['audit']['checkpoint']): AuditConfig['checkpoint'] {
  const { entries, seconds } = { ...defaults.audit.checkpoint, ...written };
  return { every: entries, everyMs: seconds * 1_000 };
}

function resolveLimits(written: ConfigFile['limits']): LimitsConfig {
  const limits = { ...defaults.limits, ...written };
  return {
    idleMs: parseDuration(limits.idle),
    keepAliveMs: parseDuration(limits.keepAlive),
    headersMs: parseDuration(limits.headers),
    tlsHandshakeMs: parseDuration(limits.tlsHandshake),
    upstreamConnectMs: parseDuration(limits.upstreamConnect),
    reportMs: parseDuration(limits.report),
    cutGraceMs: parseDuration(limits.cutGrace),
    storeGraceMs: parseDuration(limits.storeGrace),
    criticalStoreGraceMs: parseDuration(limits.criticalStoreGrace),
    drainMs: parseDuration(limits.drain),
    maxHeaderBytes: parseSize(limits.maxHeaderSize),
    maxFetchRequestBytes: parseSize(limits.maxFetchRequest),
    maxPushBytes: written?.maxPush === undefined ? undefined : parseSize(written.maxPush),
    maxConnections: limits.maxConnections,
    maxConnectionsPerAddress: limits.maxConnectionsPerAddress,
    maxAuthFailuresPerMinute: limits.maxAuthFailuresPerMinute,
    maxWaitMs: parseDuration(limits.maxWait),
    maxWaits: limits.maxWaits,
    maxWaitsPerPerson: limits.maxWaitsPerPerson,
  };
}
