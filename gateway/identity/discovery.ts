/** The provider's discovery document: fetched when needed, its issuer compared exactly as it is spelled. */
import type { ServerMetadata } from 'openid-client';
import type { OidcConfig } from '../../config/schema.ts';
import { ProviderError } from './provider-error.ts';
import type { ProviderFetch } from './provider-fetch.ts';

/** What a sign-in needs of the document. */
export type ProviderMetadata = ServerMetadata & {
  readonly authorization_endpoint: string;
  readonly token_endpoint: string;
  readonly jwks_uri: string;
};

/** A document is good for this long; after that a new one is tried and the old one kept if that fails. */
const refreshMs = 3_600_000;
/** Least time between two attempts while the provider does not answer. */
const retryMs = 5_000;

/**
 * Makes the reader of the document. It rejects with a `ProviderError`: `AUTH_PROVIDER_UNREACHABLE` while there is no
 * document, `AUTH_ISSUER_DIFFERS` with both spellings when the provider names itself otherwise than `config.issuer`.
 */
export function discover(
  config: Pick<OidcConfig, 'issuer' | 'discoveryUrl'>,
  fetch: ProviderFetch,
  now: () => number,
): () => Promise<ProviderMetadata> {
  let good: { document: ProviderMetadata; at: number } | undefined;
  let bad: { error: unknown; at: number } | undefined;
  let underWay: Promise<ProviderMetadata> | undefined;

  async function read(): Promise<ProviderMetadata> {
    try {
      const document = await readDocument(config, fetch);
      good = { document, at: now() };
      bad = undefined;
      return document;
    } catch (error) {
      bad = { error, at: now() };
      if (good !== undefined) return good.document;
      throw error;
    }
  }

  return () => {
    if (good !== undefined && now() - good.at < refreshMs) return Promise.resolve(good.document);
    if (bad !== undefined && now() - bad.at < retryMs) {
      return good === undefined ? Promise.reject(bad.error) : Promise.resolve(good.document);
    }
    underWay ??= read().finally(() => {
      underWay = undefined;
    });
    return underWay;
  };
}

/** Where the document is: below the issuer, whose own last slash is dropped for this address only (Discovery section 4). */
export function discoveryAddress(config: Pick<OidcConfig, 'issuer' | 'discoveryUrl'>): string {
  return config.discoveryUrl ?? `${config.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
}

async function readDocument(
  config: Pick<OidcConfig, 'issuer' | 'discoveryUrl'>,
  fetch: ProviderFetch,
): Promise<ProviderMetadata> {
  const address = discoveryAddress(config);
  const unreachable = (why: string, cause?: unknown): ProviderError =>
    new ProviderError('AUTH_PROVIDER_UNREACHABLE', `the identity provider’s discovery document ${why}`, {
      cause,
    });

  const response = await fetch(address, { headers: { accept: 'application/json' } }).catch(
    (cause: unknown) => {
      throw unreachable('could not be read', cause);
    },
  );
  if (response.status !== 200) throw unreachable(`answers ${response.status}`);
  const document: unknown = await response.json().catch((cause: unknown) => {
    throw unreachable('is not JSON', cause);
  });
  if (!isMetadata(document)) throw unreachable('lacks an endpoint of the code flow');
  if (document.issuer !== config.issuer) {
    throw new ProviderError(
      'AUTH_ISSUER_DIFFERS',
      `the provider calls itself ${JSON.stringify(document.issuer)}, configured is ${JSON.stringify(config.issuer)}: they must be equal, slash at the end included`,
    );
  }
  return document;
}

function isMetadata(document: unknown): document is ProviderMetadata {
  if (typeof document !== 'object' || document === null) return false;
  const fields = document as Record<string, unknown>;
  return ['issuer', 'authorization_endpoint', 'token_endpoint', 'jwks_uri'].every(
    (name) => typeof fields[name] === 'string' && /^https?:\/\//.test(fields[name]),
  );
}
