/** The configuration as the rest of the program sees it: defaults filled in, spans in ms, sizes in bytes, paths absolute, names canonical. */
import type { RepositoryRule } from './rules.ts';
import type { SecretSource } from './secrets.ts';
import type { Selector } from './selector.ts';
import type { UpstreamConfig } from './upstream.ts';

export type { Approval, ApprovalDemand, RepositoryRule, RightRule } from './rules.ts';
export type { UpstreamConfig, UpstreamCredential, UpstreamKind, UpstreamSsh } from './upstream.ts';

/** Everything `sluice.yaml` says. A running process sees a new value after each reload, never a changed one. */
export interface Config {
  /** The origin people and links use, without a slash at the end: `https://git.example.com`. */
  readonly publicUrl: string;
  readonly https: HttpsListener;
  /** Undefined: no SSH door. */
  readonly ssh: SshListener | undefined;
  /** `/readyz` and `/metrics`. */
  readonly ops: { readonly listen: ListenAddress };
  readonly store: StoreConfig;
  readonly oidc: OidcConfig;
  readonly roles: RolesConfig;
  readonly signIn: SignInConfig;
  readonly credentials: CredentialsConfig;
  readonly hooks: HooksConfig;
  /** By name, in the order of the file. */
  readonly upstreams: ReadonlyMap<string, UpstreamConfig>;
  /** First match wins; no match is refused like an unknown repository. */
  readonly repositories: readonly RepositoryRule[];
  readonly audit: AuditConfig;
  readonly limits: LimitsConfig;
  readonly log: { readonly level: LogLevel };
}

/** Where to listen; port 0 takes a free one. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** A range of addresses, in the words of `net.BlockList`'s `addSubnet`. */
export interface Cidr {
  readonly address: string;
  readonly prefix: number;
  readonly family: 'ipv4' | 'ipv6';
}

export interface HttpsListener {
  readonly listen: ListenAddress;
  /** `none` only stands with at least one trusted proxy. */
  readonly tls:
    | { readonly kind: 'pair'; readonly certificateFile: string; readonly keyFile: string }
    | { readonly kind: 'none' };
  /** Peers whose `X-Forwarded-For` counts, read from the right. */
  readonly trustedProxies: readonly Cidr[];
  /** Peers that must send a PROXY header; from others one closes the connection. Empty: the header is not spoken. */
  readonly proxyProtocolFrom: readonly Cidr[];
}

export interface SshListener {
  readonly listen: ListenAddress;
  readonly hostKeyFiles: readonly string[];
  readonly userCertificates: UserCertificatesConfig;
  /** Requests under critical rules may be answered by `ssh GATEWAY approve` and `deny` too, and not on the page alone. */
  readonly allowCriticalAnswers: boolean;
  readonly proxyProtocolFrom: readonly Cidr[];
  /** The link that a terminal shows when its key is not known; undefined: none is offered. */
  readonly signInLink: { readonly keyLifeMs: number } | undefined;
}

/** Whose certificates let people in at the SSH door. */
export interface UserCertificatesConfig {
  /** With which the gateway signs itself; undefined: it does not. */
  readonly own: { readonly keyFile: string; readonly longestLifeMs: number } | undefined;
  readonly trusted: readonly { readonly publicKeyFile: string; readonly revokedFile: string | undefined }[];
}

/** `memory` is one process, for trying things out. */
export type StoreConfig = { readonly kind: 'memory' } | RedisStoreConfig;

export interface RedisStoreConfig {
  readonly kind: 'redis' | 'sentinel' | 'cluster';
  /** One for `redis`; the sentinels or some cluster nodes otherwise. */
  readonly addresses: readonly ListenAddress[];
  /** The name the sentinels know the primary by; set for `sentinel` alone. */
  readonly primaryName: string | undefined;
  readonly username: string | undefined;
  readonly password: SecretSource | undefined;
  /** Undefined: plain TCP. */
  readonly tls: StoreTls | undefined;
  /** 32 bytes as 64 hex digits; the same on every node (`readIntegrityKey`). */
  readonly integrityKey: SecretSource;
  /** How long one answer may take. */
  readonly timeoutMs: number;
}

export interface StoreTls {
  readonly caFile: string | undefined;
  readonly serverName: string | undefined;
  readonly certificateFile: string | undefined;
  readonly keyFile: string | undefined;
}

export interface OidcConfig {
  /** Exactly as written: it is compared with what the provider spells, slash at the end included. */
  readonly issuer: string;
  /** Where the discovery document is fetched, when the provider is reached by another name than its issuer. */
  readonly discoveryUrl: string | undefined;
  readonly clientId: string;
  /** Undefined: a public client, held by PKCE alone. */
  readonly clientSecret: SecretSource | undefined;
  readonly scopes: readonly string[];
  readonly groupsClaim: string;
  /** Groups older than this give no role and match no rule. */
  readonly groupsMaxAgeMs: number;
  /** Accepted `aud` values of ID tokens sent as Bearer. */
  readonly audiences: readonly string[];
  /** `assumed`: an absent `email_verified` counts as true (providers that never send it); `false` never does. */
  readonly emailVerified: 'required' | 'assumed';
  readonly prompt: 'login' | 'select_account' | 'consent' | undefined;
  readonly clockToleranceMs: number;
  readonly caFile: string | undefined;
  readonly recheck: RecheckConfig;
}

/** Asking the provider again for people who have something live. */
export interface RecheckConfig {
  /** `advertised` and `always` ask for `offline_access` (where the provider lists it, or in any case); `off` keeps no refresh token. */
  readonly offlineAccess: 'advertised' | 'always' | 'off';
  /** At most this often for each person. */
  readonly everyMs: number;
  /** No answer of the provider for this long is an alarm. */
  readonly alarmAfterMs: number;
}

/** Calls by which other systems tell the gateway something, each signed. */
export interface HooksConfig {
  /** Undefined: the call is not served. */
  readonly deactivated: { readonly secret: SecretSource } | undefined;
}

/** Who holds the roles that rules do not give. */
export interface RolesConfig {
  readonly approver: readonly Selector[];
  readonly auditor: readonly Selector[];
  readonly admin: readonly Selector[];
}

export interface SignInConfig {
  /** Ends a browser's sign-in after this long without use. */
  readonly idleMs: number;
  /** Ends it in any case. */
  readonly lifeMs: number;
}

export interface CredentialsConfig {
  /** The longest life a credential may be given. */
  readonly maxLifeMs: number;
  /** Credentials of these kinds end with the sign-in they were made in. */
  readonly endWithSignIn: readonly ('git' | 'api' | 'ssh')[];
}

export interface AuditConfig {
  readonly directory: string;
  /** What new operations get while the audit cannot be written. */
  readonly onFailure: 'refuse' | 'continue';
  /** A segment is closed once it is this long or this old. */
  readonly segmentBytes: number;
  readonly segmentAgeMs: number;
  /** Whether closed segments are compressed. */
  readonly compress: boolean;
  /** A folder that gets a copy of each closed segment. */
  readonly archiveDirectory: string | undefined;
  /** Segments whose last entry is older are deleted, with an entry that says so; undefined: none is. */
  readonly retentionMs: number | undefined;
  /** Signs the chain's checkpoints; without it there are none. */
  readonly signingKey: SecretSource | undefined;
  /** Where checkpoints are kept elsewhere. */
  readonly witnessFile: string | undefined;
  readonly witnessWebhook: { readonly url: string; readonly secret: SecretSource } | undefined;
  /** Lines from one checkpoint to the next, and ms that a head stays without one, at the most. */
  readonly checkpoint: { readonly every: number; readonly everyMs: number };
}

/** Bounds of the doors and the relay. No limit here ends a healthy transfer: only its grant does. */
export interface LimitsConfig {
  /** No byte in either direction. */
  readonly idleMs: number;
  /** Between two requests of one connection (git waits there while a pre-push hook runs). */
  readonly keepAliveMs: number;
  /** From the first byte of a request to the end of its headers. */
  readonly headersMs: number;
  readonly tlsHandshakeMs: number;
  /** Connecting to an upstream. */
  readonly upstreamConnectMs: number;
  /** Host's report after the gate. */
  readonly reportMs: number;
  /** What the closing text of a cut gets to drain; critical rules have 0. */
  readonly cutGraceMs: number;
  /** How long running operations go on while the store is out of contact. */
  readonly storeGraceMs: number;
  readonly criticalStoreGraceMs: number;
  /** From SIGTERM until what still runs is cut. */
  readonly drainMs: number;
  readonly maxHeaderBytes: number;
  /** A fetch request's body once inflated. */
  readonly maxFetchRequestBytes: number;
  /** Undefined: a push may be as long as it likes. */
  readonly maxPushBytes: number | undefined;
  readonly maxConnections: number;
  readonly maxConnectionsPerAddress: number;
  /** Failed credentials of one address in a minute, after which it waits. */
  readonly maxAuthFailuresPerMinute: number;
  /** How long a command at the SSH door may wait for the answer to a request. */
  readonly maxWaitMs: number;
  /** Commands that wait at a time, of all people on this node and of one of them. */
  readonly maxWaits: number;
  readonly maxWaitsPerPerson: number;
}

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error';
