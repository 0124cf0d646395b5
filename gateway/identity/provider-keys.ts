/** The provider's signing keys: fetched when first needed, refetched for an unknown key id, the last good set kept. */
import {
  type CryptoKey,
  createLocalJWKSet,
  errors,
  type FlattenedJWSInput,
  type JSONWebKeySet,
  type JWSHeaderParameters,
} from 'jose';
import { ProviderError } from './provider-error.ts';
import type { ProviderFetch } from './provider-fetch.ts';

/** Least time between two downloads, whoever asks: strangers' key ids cannot flood the provider. */
const coolDownMs = 30_000;
/** After a failed download, sooner: there may be no good set yet. */
const retryMs = 5_000;
/** A set older than this is refreshed at its next use, so that withdrawn keys do not live for ever. */
const refreshMs = 600_000;

/** Finds the key a token is signed with; yields several when the set does not tell them apart. */
export interface ProviderKeys {
  /** Rejects with a `ProviderError` when no set could ever be fetched, with jose's `JWKSNoMatchingKey` for an unknown key. */
  candidates(header: JWSHeaderParameters, token: FlattenedJWSInput): Promise<readonly CryptoKey[]>;
}

/** Keeps the key set at the address that `jwksUri` answers (from the discovery document). */
export function providerKeys(deps: {
  readonly jwksUri: () => Promise<string>;
  readonly fetch: ProviderFetch;
  readonly now: () => number;
}): ProviderKeys {
  let good: { find: ReturnType<typeof createLocalJWKSet>; at: number } | undefined;
  let nextFetchAt = 0;
  let underWay: Promise<void> | undefined;
  let lastError: unknown;

  async function download(): Promise<void> {
    try {
      const set = await readKeySet(await deps.jwksUri(), deps.fetch);
      good = { find: createLocalJWKSet(set), at: deps.now() };
      nextFetchAt = deps.now() + coolDownMs;
    } catch (error) {
      lastError = error;
      nextFetchAt = deps.now() + retryMs;
    }
  }

  /** One download at a time, and none before its time. */
  function refresh(): Promise<void> {
    if (underWay === undefined && deps.now() < nextFetchAt) return Promise.resolve();
    underWay ??= download().finally(() => {
      underWay = undefined;
    });
    return underWay;
  }

  async function search(
    header: JWSHeaderParameters,
    token: FlattenedJWSInput,
  ): Promise<readonly CryptoKey[]> {
    if (good === undefined) {
      throw new ProviderError(
        'AUTH_PROVIDER_UNREACHABLE',
        'the keys of the identity provider could not be read',
        {
          cause: lastError,
        },
      );
    }
    try {
      return [await good.find(header, token)];
    } catch (error) {
      if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
      const keys: CryptoKey[] = [];
      for await (const key of error) keys.push(key);
      return keys;
    }
  }

  return {
    async candidates(header, token) {
      if (good === undefined || deps.now() - good.at > refreshMs) await refresh();
      try {
        return await search(header, token);
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
        const before = good;
        await refresh();
        if (good === before) throw error;
        return search(header, token);
      }
    },
  };
}

/** Downloads a key set. Rejects for anything that is no set of public keys, so an error page is never kept as one. */
async function readKeySet(uri: string, fetch: ProviderFetch): Promise<JSONWebKeySet> {
  const response = await fetch(uri, { headers: { accept: 'application/json, application/jwk-set+json' } });
  if (response.status !== 200) throw new Error(`key set at ${uri} answers ${response.status}`);
  const body: unknown = await response.json();
  const keys = typeof body === 'object' && body !== null && 'keys' in body ? body.keys : undefined;
  if (!Array.isArray(keys)) throw new Error(`key set at ${uri} has no array of keys`);
  // Symmetric keys have no place in a public set: one there would be a secret that everyone can read.
  const usable = keys.filter(
    (key: unknown) =>
      typeof key === 'object' &&
      key !== null &&
      'kty' in key &&
      typeof key.kty === 'string' &&
      key.kty !== 'oct',
  );
  if (usable.length === 0) throw new Error(`key set at ${uri} holds no public key`);
  return { keys: usable } as JSONWebKeySet;
}
