/** The identity provider, through openid-client: discovery, the code flow with PKCE, state and nonce, and who came back. */
import * as client from 'openid-client';
import type { OidcConfig } from '../../config/schema.ts';
import { type Identity, readClaims } from './claims.ts';
import { discover, type ProviderMetadata } from './discovery.ts';
import { type TokenExpectation, verifyIdToken } from './id-token.ts';
import { ProviderError } from './provider-error.ts';
import type { ProviderFetch } from './provider-fetch.ts';
import { type ProviderKeys, providerKeys } from './provider-keys.ts';

/** What one sign-in must remember between leaving for the provider and coming back. */
export interface Question {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

/** The identity provider as sign-in and the API see it. Every verb rejects with a `ProviderError`. */
export interface Provider {
  /** Where to send the browser; `fresh` demands that the person proves themselves again. */
  signInAddress(question: Question, redirectUri: string, fresh: boolean): Promise<URL>;
  /** Takes the code out of the callback's address, redeems it, and says who signed in. */
  redeem(question: Question, callback: URL): Promise<Identity>;
  /** The person of an ID token sent as Bearer. */
  verify(idToken: string): Promise<Identity>;
  /** Where the provider ends its own session, if it offers that. */
  signOutAddress(returnTo: string): Promise<string | undefined>;
}

/** What the provider is reached with. */
export interface ProviderDeps {
  readonly config: OidcConfig;
  /** Read for each sign-in, so that a changed file counts at once; undefined for a public client. */
  readonly clientSecret: () => Promise<string | undefined>;
  readonly fetch: ProviderFetch;
  readonly now: () => number;
}

/** Asked for so that the provider must say when the person proved themselves (`auth_time`), without troubling them: 30 days. */
const longestProviderSession = 2_592_000;

/** Makes the provider; nothing is fetched before it is needed, so the gateway starts without one. */
export function oidcProvider({ config, clientSecret, fetch, now }: ProviderDeps): Provider {
  const metadata = discover(config, fetch, now);
  const keys: ProviderKeys = providerKeys({
    jwksUri: async () => (await metadata()).jwks_uri,
    fetch,
    now,
  });
  const expected: TokenExpectation = {
    issuer: config.issuer,
    audiences: [config.clientId],
    clientId: config.clientId,
    clockToleranceMs: config.clockToleranceMs,
  };

  return {
    async signInAddress(question, redirectUri, fresh) {
      const configuration = configure(config, await metadata(), await clientSecret(), fetch, now);
      const prompt = fresh ? 'login' : config.prompt;
      return client.buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUri,
        scope: config.scopes.join(' '),
        state: question.state,
        nonce: question.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(question.codeVerifier),
        code_challenge_method: 'S256',
        max_age: String(fresh ? 0 : longestProviderSession),
        ...(prompt === undefined ? {} : { prompt }),
      });
    },

    async redeem(question, callback) {
      const configuration = configure(config, await metadata(), await clientSecret(), fetch, now);
      const tokens = await redeemCode(configuration, question, callback);
      const claims = await verifyIdToken(
        tokens.id_token ?? '',
        { ...expected, nonce: question.nonce },
        keys,
        now(),
      );
      const more = await missingClaims(configuration, claims, tokens.access_token, config);
      return readClaims({ ...more, ...claims }, config);
    },

    async verify(idToken) {
      const audiences = [config.clientId, ...config.audiences];
      return readClaims(await verifyIdToken(idToken, { ...expected, audiences }, keys, now()), config);
    },

    async signOutAddress(returnTo) {
      const known = await metadata();
      if (known.end_session_endpoint === undefined) return undefined;
      const address = new URL(known.end_session_endpoint);
      address.searchParams.set('client_id', config.clientId);
      address.searchParams.set('post_logout_redirect_uri', returnTo);
      return address.href;
    },
  };
}

function configure(
  config: OidcConfig,
  metadata: ProviderMetadata,
  secret: string | undefined,
  fetch: ProviderFetch,
  now: () => number,
): client.Configuration {
  // OpenID Connect Discovery section 3: a provider that lists no methods takes client_secret_basic.
  const methods = metadata.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
  const authentication =
    secret === undefined
      ? client.None()
      : methods.includes('client_secret_basic')
        ? client.ClientSecretBasic(secret)
        : client.ClientSecretPost(secret);
  const configuration = new client.Configuration(
    metadata,
    config.clientId,
    {
      [client.clockTolerance]: Math.floor(config.clockToleranceMs / 1_000),
      [client.clockSkew]: Math.round((now() - Date.now()) / 1_000),
    },
    authentication,
  );
  configuration[client.customFetch] = fetch;
  if (config.issuer.startsWith('http:')) client.allowInsecureRequests(configuration);
  return configuration;
}

async function redeemCode(
  configuration: client.Configuration,
  { state, nonce, codeVerifier }: Question,
  callback: URL,
): Promise<client.TokenEndpointResponse> {
  try {
    return await client.authorizationCodeGrant(configuration, callback, {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: codeVerifier,
      idTokenExpected: true,
    });
  } catch (cause) {
    throw translate(cause);
  }
}

/** Many providers put groups and e-mail into the userinfo answer only. */
async function missingClaims(
  configuration: client.Configuration,
  claims: Readonly<Record<string, unknown>>,
  accessToken: string,
  config: OidcConfig,
): Promise<Readonly<Record<string, unknown>>> {
  const topLevel = config.groupsClaim.split('.')[0] ?? '';
  const complete = claims.email !== undefined && (config.groupsClaim in claims || topLevel in claims);
  if (complete || configuration.serverMetadata().userinfo_endpoint === undefined) return {};
  try {
    return await client.fetchUserInfo(configuration, accessToken, String(claims.sub));
  } catch (cause) {
    throw translate(cause);
  }
}

/** The foreign error goes into `cause`; what it means goes into the code. */
function translate(cause: unknown): ProviderError {
  if (cause instanceof client.AuthorizationResponseError || cause instanceof client.ResponseBodyError) {
    // Both come from outside: only what RFC 6749 allows in an error code is shown.
    const said = /^[a-z_]{1,64}$/.test(cause.error) ? cause.error : 'an unreadable error';
    return new ProviderError('AUTH_REFUSED', `the identity provider answered ${said}`, { cause });
  }
  if (cause instanceof client.ClientError && cause.code === 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED') {
    return new ProviderError(
      'AUTH_CLOCK',
      'the times in the identity provider’s token do not fit this gateway’s clock: set the clock of one of them',
      { cause },
    );
  }
  const isAway = cause instanceof Error && cause.cause instanceof Response && cause.cause.status >= 500;
  if (cause instanceof client.ClientError && cause.code !== 'OAUTH_TIMEOUT' && !isAway) {
    return new ProviderError('AUTH_REFUSED', 'the identity provider’s answer does not fit the question', {
      cause,
    });
  }
  return new ProviderError('AUTH_PROVIDER_UNREACHABLE', 'the identity provider does not answer', { cause });
}
