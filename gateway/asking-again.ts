/** The identity provider of one node, and the re-checks that ask it again for people. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import type { Config } from '../config/schema.ts';
import { readIntegrityKey, type Secrets } from '../config/secrets.ts';
import type { IdPrefix } from './grants/ids.ts';
import { oidcProvider, type Provider } from './identity/oidc.ts';
import { providerFetch } from './identity/provider-fetch.ts';
import { type Rechecks, rechecks, roundEveryMs } from './identity/recheck.ts';
import { refreshSeal } from './identity/refresh-seal.ts';
import { after } from './pause.ts';
import { keepRounds } from './rounds.ts';
import type { OutboxEvent, Store } from './store/store.ts';

export interface AskingNeeds {
  config(): Config;
  readonly secrets: Secrets;
  readonly store: Store;
  newId(prefix: IdPrefix): string;
  readonly settle: (events: readonly OutboxEvent[]) => Promise<void>;
  readonly settleInForce: (events: readonly OutboxEvent[]) => Promise<boolean>;
  readonly onTrouble: (error: unknown) => void;
  readonly onAlarm: (message: string) => void;
}

/** The provider as the configuration says at the start; its address does not change while the node runs. */
export function openProvider({ config, secrets }: Pick<AskingNeeds, 'config' | 'secrets'>): Provider {
  const { oidc } = config();
  const { clientSecret, caFile } = oidc;
  return oidcProvider({
    config: oidc,
    clientSecret: async () => (clientSecret === undefined ? undefined : await secrets.read(clientSecret)),
    fetch: providerFetch(caFile === undefined ? undefined : readFileSync(caFile, 'utf8')),
    now: Date.now,
  });
}

/** The re-checks of a node that runs. */
export interface AskingAgain extends Pick<Rechecks, 'keep'> {
  /** Runs a round now and then, until the answer is called, which resolves when the last round is over. */
  start(): () => Promise<void>;
}

/** Rejects with a `SecretError` when the store's integrity key cannot be read. */
export async function openRechecks(needs: AskingNeeds, provider: Provider): Promise<AskingAgain> {
  const { config, secrets, store, newId } = needs;
  const kept = config().store;
  // What the in-process store holds ends with the process, and so may its key.
  const key = kept.kind === 'memory' ? randomBytes(32) : await readIntegrityKey(secrets, kept.integrityKey);
  const { keep, round } = rechecks({
    store,
    provider,
    seal: refreshSeal(key),
    settle: needs.settle,
    settleInForce: needs.settleInForce,
    newLockId: () => newId('L'),
    newPrincipalId: () => newId('P'),
    endWithSignIn: () => config().credentials.endWithSignIn,
    spans: () => config().oidc.recheck,
    clock: () => performance.now(),
    after,
    onTrouble: needs.onTrouble,
    onAlarm: needs.onAlarm,
  });
  return { keep, start: () => keepRounds(() => round().catch(needs.onTrouble), roundEveryMs) };
}
