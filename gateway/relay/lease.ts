/** Leases: what a running transfer holds on the grants it rests on, and who tells it that they are gone. */
import type { CredentialEnd, OperationCut, Standing } from '../store/records.ts';
import type { Change, Running } from '../store/store.ts';
import { rereads } from './rereads.ts';

/** What a fresh look at the store means for a running transfer. */
export type Renewal<Denial> =
  | { readonly holds: true; readonly endsAt: number }
  | { readonly holds: false; readonly denial: Denial };

/** Why a lease was lost. */
export type Loss<Denial> =
  /** A re-read no longer allows the transfer: expiry, revocation, lock, policy. */
  | { readonly kind: 'denied'; readonly denial: Denial }
  /** The credential it was begun with ended before its time. */
  | { readonly kind: 'credential-ended'; readonly end: CredentialEnd; readonly now: number }
  /** The known end came; the store was not asked again. */
  | { readonly kind: 'end-reached' }
  /** The store has been out of contact for longer than the grace. */
  | { readonly kind: 'store-lost' }
  /** This node was silent for so long that another may have recorded the end. */
  | { readonly kind: 'taken-over' }
  /** No byte moved in either direction for so long. */
  | { readonly kind: 'idle'; readonly afterMs: number }
  /** An operator cut this one operation. */
  | { readonly kind: 'cut'; readonly cut: OperationCut }
  /** The audit cannot be written, and nothing may go on without it. */
  | { readonly kind: 'audit-failed' }
  /** This node stops. */
  | { readonly kind: 'stopping' };

/** Held by one running transfer. `signal` aborts once, when `loss` is set. */
export interface Lease<Denial> {
  readonly signal: AbortSignal;
  readonly loss: Loss<Denial> | undefined;
  /** The current end, store time. */
  readonly endsAt: number;
  /** A byte is about to move, or came nearer; false when it may not, since the lease is lost. */
  moves(): boolean;
  /** Bytes of the repository were just handed on under it. */
  handedOn(): void;
  /**
   * Milliseconds from a moment of the store's to the last bytes handed on under it, to now where none went since. The moment
   * is placed on this node's clock by the last read, as early as it can have been: so it is never too short.
   */
  wentOnMs(since: number): number;
  /** What is left until it, by this node's clock since the last read. */
  readonly leftMs: number;
  /**
   * Calls back when a minute is left, at once when that moment has passed under this lease, again when an extension has moved
   * the end; not for what begins later than that.
   */
  onSoon(listener: () => void): void;
  /** Ends it for a cause that the keeper cannot see. Harmless once it is lost or released. */
  lose(loss: Loss<Denial>): void;
  release(): void;
}

/** What a transfer rests on, as it was decided. */
export interface LeaseTerms<Denial> extends Running {
  readonly endsAt: number;
  /** The store's time in the read that decided. */
  readonly readAt: number;
  /** The monotonic time, ms, at which that read was sent: the local end is this plus what remained. */
  readonly sentAtMs: number;
  /** How long the transfer may go on while the store is out of contact. */
  readonly storeGraceMs: number;
  /** How long nothing may move. */
  readonly idleMs: number;
  /** Decides again from a fresh read; pure. */
  renew(standing: Standing): Renewal<Denial>;
}

/** Of a published change, what tells whom it may concern. */
export type LeaseChange = Pick<Change, 'kind' | 'id' | 'principalId'>;

export interface LeaseKeeper<Denial> {
  take(terms: LeaseTerms<Denial>): Lease<Denial>;
  /** Reads again at once for those a change may concern; without one, for all. */
  recheck(change?: LeaseChange): void;
  /** Ends every lease, and each that is taken later. */
  stop(): void;
  /** Ends every lease that is held now. */
  loseAll(loss: Loss<Denial>): void;
  readonly size: number;
}

/** What the keeper needs from outside, so that tests own the clock. */
export interface LeaseKeeperNeeds {
  standings(of: readonly Running[]): Promise<readonly Standing[]>;
  /** Monotonic milliseconds. */
  clock(): number;
  after(ms: number, work: () => void): () => void;
  /** Whether this node may let anything move; when it finds that it may not, every lease is to be lost. */
  lasts(): boolean;
  /** Lets the event loop see to everything else once. */
  rest(): Promise<void>;
  onReadFailed(error: unknown): void;
}

/** Every running operation is re-read this often, since published changes get lost. */
const rereadEveryMs = 1_000;
/** A transfer is told so long before its end. */
const warnBeforeMs = 60_000;
/** Node's timers overflow beyond 2^31-1 ms. */
const longestTimerMs = 2_147_483_647;

interface Held<Denial> {
  readonly terms: LeaseTerms<Denial>;
  readonly abort: AbortController;
  loss: Loss<Denial> | undefined;
  endsAt: number;
  /** The end on this node's monotonic clock. */
  endsAtMs: number;
  /** When the last read that answered was sent. */
  confirmedAtMs: number;
  /** The store's time in it. */
  readAt: number;
  movedAtMs: number;
  handedOnAtMs: number;
  cancelEnd: () => void;
  /** More than the warning's time was left when the end was last looked at. */
  mayWarn: boolean;
  /** That moment has come since. */
  warned: boolean;
  soon: (() => void) | undefined;
}

/** What a fresh look at the store means for the transfer it was about. */
export function lossIn<Denial>(standing: Standing, renewal: Renewal<Denial>): Loss<Denial> | undefined {
  if (standing.takenOver) return { kind: 'taken-over' };
  if (standing.cut !== undefined) return { kind: 'cut', cut: standing.cut };
  if (standing.credentialEnded !== undefined)
    return { kind: 'credential-ended', end: standing.credentialEnded, now: standing.now };
  return renewal.holds ? undefined : { kind: 'denied', denial: renewal.denial };
}

/** Whether a change may have taken something from a transfer. */
function concerns({ kind, id, principalId }: LeaseChange, terms: Running): boolean {
  // Told of each transfer that stands still, too: it must not have all others of its principal read again.
  if (kind === 'operation') return terms.operationId === id;
  // Nothing rests on these.
  if (kind === 'request' || kind === 'sign-in' || kind === 'audit') return false;
  return principalId === undefined || terms.principalId === principalId;
}

/** Keeps the leases of one node: a local timer for each end, one pipelined re-read a second for all. */
export function keepLeases<Denial>(needs: LeaseKeeperNeeds): LeaseKeeper<Denial> {
  const held = new Set<Held<Denial>>();
  let cancelTick: (() => void) | undefined;
  let stopped = false;

  const lose = (lease: Held<Denial>, loss: Loss<Denial>): void => {
    if (lease.loss !== undefined || !held.delete(lease)) return;
    lease.loss = loss;
    lease.cancelEnd();
    lease.abort.abort();
  };

  const armEnd = (lease: Held<Denial>, readAt: number, sentAtMs: number): void => {
    lease.cancelEnd();
    lease.endsAtMs = sentAtMs + (lease.endsAt - readAt);
    const waitMs = lease.endsAtMs - needs.clock();
    if (waitMs <= 0) {
      lose(lease, { kind: 'end-reached' });
      return;
    }
    const isSoon = waitMs <= warnBeforeMs;
    lease.warned = isSoon && (lease.warned || lease.mayWarn);
    if (isSoon && lease.mayWarn) lease.soon?.();
    lease.mayWarn = !isSoon;
    // Timers round down and may fire early by a fraction of a millisecond: an end is never early.
    const nextMs = Math.ceil(isSoon ? waitMs : waitMs - warnBeforeMs);
    lease.cancelEnd = needs.after(Math.min(nextMs, longestTimerMs), () => armEnd(lease, readAt, sentAtMs));
  };

  const { ask } = rereads<Held<Denial>>({
    read: (leases) => needs.standings(leases.map(({ terms }) => terms)),
    apply(lease, standing, sentAtMs) {
      if (lease.loss !== undefined || !held.has(lease)) return 'ended';
      // An older answer that arrives late must not move the end back.
      if (sentAtMs < lease.confirmedAtMs) return 'goes-on';
      lease.confirmedAtMs = sentAtMs;
      lease.readAt = standing.now;
      const renewal = lease.terms.renew(standing);
      const loss = lossIn(standing, renewal);
      if (loss !== undefined) {
        lose(lease, loss);
        return 'ended';
      }
      if (renewal.holds) {
        lease.endsAt = renewal.endsAt;
        armEnd(lease, standing.now, sentAtMs);
      }
      return 'goes-on';
    },
    clock: needs.clock,
    rest: needs.rest,
    onReadFailed: needs.onReadFailed,
  });

  const tick = (): void => {
    cancelTick = undefined;
    if (!needs.lasts() || held.size === 0 || stopped) return;
    const nowMs = needs.clock();
    for (const lease of [...held]) {
      const { storeGraceMs, idleMs } = lease.terms;
      if (nowMs - lease.confirmedAtMs > storeGraceMs) lose(lease, { kind: 'store-lost' });
      else if (nowMs - lease.movedAtMs >= idleMs) lose(lease, { kind: 'idle', afterMs: idleMs });
    }
    ask([...held]);
    startTicking();
  };
  const startTicking = (): void => {
    cancelTick ??= needs.after(rereadEveryMs, tick);
  };

  return {
    take(terms) {
      const lease: Held<Denial> = {
        terms,
        abort: new AbortController(),
        loss: undefined,
        endsAt: terms.endsAt,
        endsAtMs: 0,
        confirmedAtMs: terms.sentAtMs,
        readAt: terms.readAt,
        movedAtMs: needs.clock(),
        handedOnAtMs: Number.NEGATIVE_INFINITY,
        cancelEnd: () => undefined,
        mayWarn: false,
        warned: false,
        soon: undefined,
      };
      held.add(lease);
      if (stopped) lose(lease, { kind: 'stopping' });
      else if (!needs.lasts()) lose(lease, { kind: 'store-lost' });
      else {
        armEnd(lease, terms.readAt, terms.sentAtMs);
        startTicking();
      }
      return {
        signal: lease.abort.signal,
        get loss() {
          return lease.loss;
        },
        get endsAt() {
          return lease.endsAt;
        },
        get leftMs() {
          return Math.max(0, lease.endsAtMs - needs.clock());
        },
        moves() {
          lease.movedAtMs = needs.clock();
          return needs.lasts() && lease.loss === undefined;
        },
        handedOn() {
          lease.handedOnAtMs = needs.clock();
        },
        wentOnMs(since) {
          const sinceMs = lease.confirmedAtMs + (since - lease.readAt);
          const lastMs = lease.handedOnAtMs > sinceMs ? lease.handedOnAtMs : needs.clock();
          return Math.max(0, lastMs - sinceMs);
        },
        onSoon(listener) {
          lease.soon = listener;
          if (lease.warned) listener();
        },
        lose: (loss) => lose(lease, loss),
        release() {
          held.delete(lease);
          lease.cancelEnd();
        },
      };
    },
    recheck(change) {
      ask([...held].filter(({ terms }) => change === undefined || concerns(change, terms)));
    },
    stop() {
      stopped = true;
      cancelTick?.();
      for (const lease of [...held]) lose(lease, { kind: 'stopping' });
    },
    loseAll(loss) {
      for (const lease of [...held]) lose(lease, loss);
    },
    get size() {
      return held.size;
    },
  };
}
