/** What the API, the sign-in and the page rest on; given by the composition. */
import type { Socket } from 'node:net';
import type { FastifyBaseLogger } from 'fastify';
import type { Static } from 'typebox';
import type { Config } from '../config/schema.ts';
import type { EntryOf } from '../gateway/audit/entry.ts';
import type { CountedTime } from '../gateway/audit/time-counts.ts';
import type { Elevations } from '../gateway/grants/elevations.ts';
import type { IdPrefix } from '../gateway/grants/ids.ts';
import type { Interventions } from '../gateway/grants/interventions.ts';
import type { Policy } from '../gateway/grants/policy.ts';
import type { SshPlace } from '../gateway/grants/ssh-command.ts';
import type { ClientAddress, ForwardingHeaders } from '../gateway/identity/client-address.ts';
import type { Provider } from '../gateway/identity/oidc.ts';
import type { SignInDeps } from '../gateway/identity/sign-in.ts';
import type { OwnAuthority } from '../gateway/ssh/user-authorities.ts';
import type { EventDraft, OutboxEvent, Store } from '../gateway/store/store.ts';
import type { Answer } from './handlers/handling.ts';
import type { AccessReport } from './schemas/audit-report.ts';

/** What an auditor may narrow by; times in epoch ms, `to` not included. */
export interface AuditWish {
  readonly from?: number;
  readonly to?: number;
  readonly principalId?: string;
  readonly repository?: string;
  readonly type?: string;
  readonly grantId?: string;
  readonly operationId?: string;
}

/** A page of it. */
export interface AuditFilter extends AuditWish {
  readonly cursor?: string;
  readonly limit: number;
  /** A cursor is good for the order it came from. */
  readonly first: 'oldest' | 'newest';
  /** This node's alone; by default also what other nodes shared. */
  readonly nodes?: 'this' | 'all';
}

/** Somebody whom entries name, as far as the people file knows them. */
export interface NamedPerson {
  readonly id: string;
  readonly name?: string;
  readonly email?: string;
}

/** One page of entries; `cursor` continues after it, `place` is where what comes later will stand. */
export interface AuditPageRead {
  readonly entries: readonly Readonly<Record<string, unknown>>[];
  readonly people: readonly NamedPerson[];
  readonly cursor?: string;
  readonly place: string;
  readonly coverage: Answer<'readAudit'>['coverage'];
}

/** How many entries there are over time. */
export interface AuditCounts extends CountedTime {
  readonly coverage: Answer<'countAudit'>['coverage'];
}

/** What came of a replay or report that was asked for. */
export type ReadApart<T> =
  | { readonly kind: 'answered'; readonly answer: T }
  | { readonly kind: 'busy' }
  | { readonly kind: 'given-up'; readonly what: string };

/** What nobody changes, all the way down; what may be absent may be undefined too, which JSON leaves out. */
type Read<T> = T extends object
  ? {
      readonly [Key in keyof T]:
        | Read<T[Key]>
        | (Record<never, never> extends Pick<T, Key> ? undefined : never);
    }
  : T;

/** An access report as `sluice audit report` makes it, and its page. */
export interface ReportForAuditor {
  readonly report: Read<Static<typeof AccessReport>>;
  readonly html: string;
}

/** What verifying this node’s log found. */
export interface VerifiedLog extends Omit<Answer<'verifyAudit'>, 'at' | 'lines' | 'chains'> {
  readonly lines: readonly string[];
  readonly chains: readonly Answer<'verifyAudit'>['chains'][number][];
}

export interface AdminDeps {
  /** The configuration in force at the moment of the call. */
  readonly config: () => Config;
  /** This node's name. */
  readonly node: string;
  readonly store: Store;
  readonly policy: () => Policy;
  readonly elevations: Pick<Elevations, 'ask' | 'approve' | 'deny' | 'withdraw' | 'extend' | 'revoke'>;
  readonly interventions: Interventions;
  readonly provider: Provider;
  /** Keeps the refresh token of a sign-in, to ask for its person again. */
  readonly keepRefresh: SignInDeps['keepRefresh'];
  /** The secret that `POST /api/hooks/deactivated` is signed with; undefined where that is not served. */
  readonly hookSecret: () => Promise<string | undefined>;
  readonly newId: (prefix: IdPrefix) => string;
  /** Makes events durable in the audit and acknowledges them; rejects when the audit cannot be written. */
  readonly settle: (events: readonly OutboxEvent[]) => Promise<void>;
  /** The same for what the store enforces at once: whether it is durable by now. If not, it stays in the outbox and is recorded later. */
  readonly settleInForce: (events: readonly OutboxEvent[]) => Promise<boolean>;
  /** Writes to the audit what changed nothing, such as a refused sign-in. */
  readonly record: (draft: EventDraft) => Promise<void>;
  readonly readAudit: (filter: AuditFilter) => Promise<AuditPageRead>;
  /** Counts over time what an auditor looks for, in bounded time and memory. */
  readonly countAudit: (wish: AuditWish, nodes: 'this' | 'all') => Promise<ReadApart<AuditCounts>>;
  /** Replays this node's log, in bounded time and memory; with `at`, says what stood at that moment. */
  readonly replayAudit: (
    wish: AuditWish,
    at: number | undefined,
  ) => Promise<ReadApart<Answer<'replayAudit'>>>;
  /** The access report of a period from this node's log, epoch ms, `to` not included; bounded in the same way. */
  readonly accessReport: (from: number, to: number) => Promise<ReadApart<ReportForAuditor>>;
  /** Verifies this node’s log, with the key and the anchor that it is configured with; bounded in the same way. */
  readonly verifyAudit: () => Promise<ReadApart<VerifiedLog>>;
  /** Puts on record that somebody reads the audit, `asked` being the query; equal reads are counted. Never rejects. */
  readonly auditRead: (
    principalId: string,
    what: EntryOf<'audit.read'>['what'],
    asked: string,
  ) => Promise<void>;
  /** Calls back whenever entries became durable here or were shared by other nodes, until the function it answers with is called. */
  readonly onAudited: (listener: () => void) => () => void;
  /** The one canonical name of a repository as written by a person, or undefined for what cannot be one. */
  readonly canonicalName: (repository: string) => string | undefined;
  readonly clientAddress: (socket: Socket, headers: ForwardingHeaders) => ClientAddress;
  /** Where the SSH door is reached; undefined without one. */
  readonly ssh: () => SshPlace | undefined;
  /** The SSH door's host keys as lines for `known_hosts`; none without one. */
  readonly knownHosts: () => readonly string[];
  /** What SSH certificates are signed with; undefined where none are. */
  readonly sshAuthority: () => OwnAuthority | undefined;
  /** Folder of the built page. */
  readonly webRoot: string;
  readonly log: FastifyBaseLogger;
}
