/** Asks the provider again for everyone who has something live: who it no longer knows is locked out, an outage changes nothing. */
import { randomUUID } from 'node:crypto';
import type { KeptRefresh } from '../store/records.ts';
import { type EndingDeps, lockOut } from './endings.ts';
import type { Provider } from './oidc.ts';
import { enrol } from './principals.ts';
import { ProviderError } from './provider-error.ts';
import type { RefreshSeal } from './refresh-seal.ts';

/** What asking again rests on. */
export interface RecheckDeps extends EndingDeps {
  readonly provider: Pick<Provider, 'refresh'>;
  readonly seal: RefreshSeal;
  readonly newPrincipalId: () => string;
  /** In force at the moment of the call. */
  readonly spans: () => { readonly everyMs: number; readonly alarmAfterMs: number };
  /** Monotonic ms, for how long the provider has not answered. */
  readonly clock: () => number;
  /** Runs `work` once `ms` have passed and answers how to call it off. */
  readonly after: (ms: number, work: () => void) => () => void;
  readonly onTrouble: (error: unknown) => void;
  /** The provider has not answered for long: once, until it answers again. */
  readonly onAlarm: (message: string) => void;
}

/** The re-checks of one node. */
export interface Rechecks {
  /** Keeps the refresh token of a new sign-in. */
  keep(
    principalId: string,
    sid: string | undefined,
    refresh: { token: string; offline: boolean },
  ): Promise<void>;
  /** One round: everyone who is due. Resolves when all of them are answered for. */
  round(): Promise<void>;
}

/** How often a node looks for people who are due. */
export const roundEveryMs = 1_000;
/** One person is asked for by one node: longer than any answer of the provider takes, with what must be written after it. */
const claimMs = 60_000;
/** After an outage the same person is asked for again no sooner. */
const retryMs = 60_000;
/** Asked for at the same time. */
const atOnce = 4;
/** A new token replaces one that is used up: it is worth some tries. */
const keepTries = 10;

export const lockOutReason = 'identity provider no longer knows this sign-in';

/** Makes the re-checks of one node. */
export function rechecks(deps: RecheckDeps): Rechecks {
  const { store, seal } = deps;
  let silentSince: number | undefined;
  let hasAlarmed = false;

  const keptFor = (
    principalId: string,
    sid: string | undefined,
    token: string,
    offline: boolean,
  ): KeptRefresh => ({
    principalId,
    version: randomUUID(),
    sealed: seal.seal(token, principalId),
    ...(sid === undefined ? {} : { sid }),
    offline,
  });

  const answered = (): void => {
    silentSince = undefined;
    hasAlarmed = false;
  };
  const notAnswered = (error: unknown): void => {
    deps.onTrouble(error);
    silentSince ??= deps.clock();
    const { alarmAfterMs } = deps.spans();
    if (hasAlarmed || deps.clock() - silentSince < alarmAfterMs) return;
    hasAlarmed = true;
    deps.onAlarm('the identity provider does not answer for people who are signed in; their access goes on');
  };

  const replace = async (seen: KeptRefresh, refresh: KeptRefresh, dueInMs: number): Promise<void> => {
    for (let tries = 1; ; tries += 1) {
      try {
        await store.replaceRefresh(seen, { refresh, dueInMs });
        return;
      } catch (error) {
        if (tries === keepTries) throw error;
        await new Promise<void>((resolve) => void deps.after(tries * 500, resolve));
      }
    }
  };

  const ask = async (kept: KeptRefresh): Promise<void> => {
    const { principalId } = kept;
    const principal = await store.principal(principalId);
    const token = seal.open(kept.sealed, principalId);
    if (principal === undefined || token === undefined) {
      await store.replaceRefresh(kept, undefined);
      return;
    }
    const { everyMs } = deps.spans();
    try {
      const refreshed = await deps.provider.refresh(token, principal.subject);
      answered();
      const next =
        refreshed.token === undefined ? kept : keptFor(principalId, kept.sid, refreshed.token, kept.offline);
      await replace(kept, next, everyMs);
      if (refreshed.trouble !== undefined) deps.onTrouble(refreshed.trouble);
      if (refreshed.identity !== undefined) await enrol(store, refreshed.identity, deps.newPrincipalId);
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      if (error.code === 'AUTH_GRANT_ENDED') {
        answered();
        // Of a token that another sign-in has replaced by now, the provider's no says nothing. The token is forgotten with
        // the rest: if that breaks off, it is asked for again.
        if ((await store.refreshOf(principalId))?.version === kept.version)
          await lockOut(deps, principal, { by: 'identity-provider', reason: lockOutReason });
        return;
      }
      await store.replaceRefresh(kept, { refresh: kept, dueInMs: Math.min(retryMs, everyMs) });
      notAnswered(error);
    }
  };

  const round: Rechecks['round'] = async () => {
    const due = [...(await store.claimRefreshes(claimMs))];
    const worker = async (): Promise<void> => {
      for (let kept = due.shift(); kept !== undefined; kept = due.shift())
        await ask(kept).catch(deps.onTrouble);
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
  };

  return {
    round,
    async keep(principalId, sid, { token, offline }) {
      await store.keepRefresh(keptFor(principalId, sid, token, offline), deps.spans().everyMs);
    },
  };
}
