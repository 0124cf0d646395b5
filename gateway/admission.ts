/** Steps one to four of every operation, the same for both doors: who asks, what stands, may they. */
import { performance } from 'node:perf_hooks';
import { AuditError } from './audit/audit-error.ts';
import type { Allowed, Ask, Decision, UpdateAsk } from './grants/decide.ts';
import { type JudgedBy, judge, judgedBy } from './grants/judge.ts';
import type { Policy } from './grants/policy.ts';
import type { Refused } from './grants/refusal-text.ts';
import type { Evidence, MalformedWhy } from './identity/authorization.ts';
import { contradicts } from './identity/user-name.ts';
import { onceRecorded, type RecordingNeeds } from './once-recorded.ts';
import type { Credential, Principal, Right, Standing } from './store/records.ts';
import type { Stand, Store } from './store/store.ts';
import { StoreError } from './store/store-error.ts';

/** Nobody we know: the door asks for a credential, and says why when one was given. */
export interface Unknown {
  readonly kind: 'unknown';
  readonly why: 'none' | 'not-known' | 'contradicted' | 'id-token' | MalformedWhy;
}

/** Somebody, who may not; or nobody can say. */
export interface Turned {
  readonly kind: 'turned';
  readonly refused:
    | Refused
    | { readonly reason: 'api-credential' }
    /** Plain-file HTTP, archives, LFS: no grant opens these. */
    | { readonly reason: 'service-not-served' };
  /** Undefined when the store did not answer, or the audit took nothing. */
  readonly who: Who | undefined;
  readonly decision: Decision | undefined;
  /** What the decision rests on besides the standing; there where it is. */
  readonly judged: JudgedBy | undefined;
  /** The store's time, or this node's when the store did not answer. */
  readonly now: number;
}

export interface Admitted {
  readonly kind: 'admitted';
  readonly who: Who;
  readonly ask: Ask;
  readonly decision: Allowed;
  readonly judged: JudgedBy;
  /** Monotonic ms at which the read that decided was sent. */
  readonly sentAtMs: number;
}

export interface Who {
  readonly principal: Principal;
  readonly credential: Credential;
}

/** The one kind of credential that is good for git at a door: what proves somebody at the one proves nothing at the other. */
const kindAt: Readonly<Record<'https' | 'ssh', Credential['kind']>> = { https: 'git', ssh: 'ssh' };

export interface AdmissionNeeds {
  readonly store: Store;
  policy(): Policy;
  /** Makes request, approval and grant in one step where the rule approves by itself; false where it does not. */
  grantAtOnce(principal: Principal, repository: string, right: Right): Promise<boolean>;
  now(): number;
  /** Waits for a grant that is being recorded. */
  readonly recording: RecordingNeeds;
}

/**
 * Decides whether the bearer of the evidence may do this to the repository now; one round trip to the store, and a second
 * one where the policy has just approved by itself. A grant that is being recorded is waited for: of several operations that
 * begin at once, on whatever nodes, one gets the grant and the others rest on it.
 *
 * @param repository canonical name; undefined for a name that cannot be one, which is refused like an unknown one
 * @param updates the ref updates of a push once they are known; empty before
 */
export async function admit(
  needs: AdmissionNeeds,
  door: 'https' | 'ssh',
  evidence: Evidence,
  repository: string | undefined,
  right: Right,
  updates: readonly UpdateAsk[],
): Promise<Unknown | Turned | Admitted> {
  const ask = () => admitNow(needs, door, evidence, repository, right, updates);
  const answer = await ask();
  const waitsFor = unrecordedIn(answer);
  return waitsFor === undefined
    ? answer
    : await onceRecorded(needs.recording, waitsFor, ask, (again) => unrecordedIn(again) !== undefined);
}

/** The grant that would admit, were its entry durable. */
function unrecordedIn(answer: Unknown | Turned | Admitted): string | undefined {
  if (answer.kind !== 'turned' || answer.refused.reason !== 'grant-unrecorded') return undefined;
  return answer.refused.grantId;
}

async function admitNow(
  needs: AdmissionNeeds,
  door: 'https' | 'ssh',
  evidence: Evidence,
  repository: string | undefined,
  right: Right,
  updates: readonly UpdateAsk[],
): Promise<Unknown | Turned | Admitted> {
  if (evidence.kind === 'none') return { kind: 'unknown', why: 'none' };
  if (evidence.kind === 'malformed') return { kind: 'unknown', why: evidence.why };
  if (evidence.kind === 'jwt') return { kind: 'unknown', why: 'id-token' };

  const policy = needs.policy();
  const read = async (): Promise<Stand & { sentAtMs: number }> => {
    const sentAtMs = performance.now();
    return { ...(await needs.store.stand({ credentialHash: evidence.hash }, repository ?? '')), sentAtMs };
  };
  try {
    let stand = await read();
    const { credential, principal } = stand;
    if (credential === undefined || principal === undefined) return { kind: 'unknown', why: 'not-known' };
    if (contradicts(evidence.userName, principal)) return { kind: 'unknown', why: 'contradicted' };
    const who: Who = { principal, credential };
    const { now } = stand.standing;
    const turned = (refused: Turned['refused'], decision?: Decision): Turned => ({
      kind: 'turned',
      refused,
      who,
      decision,
      judged: decision && judgedBy(policy, principal, ask.repository, decision.basis.now),
      now,
    });
    if (credential.kind !== kindAt[door]) return turned({ reason: 'api-credential' });
    if (repository === undefined) return turned({ reason: 'not-in-policy' });

    const ask: Ask = { principalId: principal.id, repository, right };
    const decideNow = (standing: Standing): Decision => judge(ask, updates, standing, principal, policy);
    let decision = decideNow(stand.standing);
    if (!decision.allowed) {
      const mayAsk = policy.mayAsk(principal, repository, right, now);
      if (mayAsk.kind === 'groups-stale')
        return turned({ reason: 'groups-stale', groupsAt: principal.groupsAt }, decision);
      if (mayAsk.kind === 'not-in-policy') return turned({ reason: 'not-in-policy' }, decision);
      const mayHelp = decision.reason === 'no-grant' || decision.reason === 'grant-ended';
      if (mayHelp && mayAsk.limits.approval.kind === 'automatic') {
        if (await needs.grantAtOnce(principal, repository, right)) {
          stand = await read();
          decision = decideNow(stand.standing);
        }
      }
    }
    if (!decision.allowed) return turned(decision, decision);
    const judged = judgedBy(policy, principal, repository, decision.basis.now);
    return { kind: 'admitted', who, ask, decision, judged, sentAtMs: stand.sentAtMs };
  } catch (error) {
    const reason = outageOf(error);
    if (reason === undefined) throw error;
    return {
      kind: 'turned',
      refused: { reason },
      who: undefined,
      decision: undefined,
      judged: undefined,
      now: needs.now(),
    };
  }
}

/** What is away when a call could not be decided; the audit is, when what the policy approved by itself could not be recorded. */
function outageOf(error: unknown): 'store-unreachable' | 'audit-unavailable' | undefined {
  if (error instanceof StoreError) return 'store-unreachable';
  return error instanceof AuditError ? 'audit-unavailable' : undefined;
}
