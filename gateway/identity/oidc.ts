/** The identity provider, through openid-client: discovery, the code flow with PKCE, state and nonce, and who came back. */
import * as client from 'openid-client';
import type { OidcConfig } from '../../config/schema.ts';
import { type Identity, readClaims } from './claims.ts';
import { discover, type ProviderMetadata } from './discovery.ts';
import { type TokenExpectation, verifyIdToken } from './id-token.ts';
import { type ProviderLogout, verifyLogoutToken } from './logout-token.ts';
import { ProviderError } from './provider-error.ts';
import type { ProviderFetch } from './provider-fetch.ts';
import { type ProviderKeys, providerKeys } from './provider-keys.ts';

/** What one sign-in must remember between leaving for the provider and coming back. */
export interface Question {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

/** A person who signed in. */
export interface Redeemed {
  readonly identity: Identity;
  readonly refresh: { readonly token: string; readonly offline: boolean } | undefined;
}

/** A person whom the provider still knows. */
export interface Refreshed {
  /** Undefined when the answer says nothing of the person. */
  readonly identity: Identity | undefined;
  /** Set when the provider has put another in place of the token that was used. */
  readonly token: string | undefined;
  /** Why the answer could not be read though the provider gave one. */
  readonly trouble: unknown;
}

/** The identity provider as sign-in and the API see it. Every verb rejects with a `ProviderError`. */
export interface Provider {
  /** Where to send the browser; `fresh` demands that the person proves themselves again. */
  signInAddress(question: Question, redirectUri: string, fresh: boolean): Promise<URL>;
  /** Takes the code out of the callback's address, redeems it, and says who signed in. */
  redeem(question: Question, callback: URL): Promise<Redeemed>;
  /**
   * Asks again for a person who signed in before. Rejects with a `ProviderError` of code `AUTH_GRANT_ENDED` for
   * `invalid_grant` and for nothing else: every other answer is the provider's trouble or ours.
   */
  refresh(refreshToken: string, subject: string): Promise<Refreshed>;
  /** What a log-out token ends (Back-Channel Logout 1.0); whether it is new is not looked at. */
  verifyLogout(logoutToken: string): Promise<ProviderLogout>;
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
      const known = await metadata();
      const configuration = configure(config, known, await clientSecret(), fetch, now);
      const prompt = fresh ? 'login' : config.prompt;
      return client.buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUri,
        scope: scopesAsked(config, known).join(' '),
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
      const granted = tokens.scope?.split(' ') ?? scopesAsked(config, await metadata());
      return {
        identity: readClaims({ ...more, ...claims }, config),
        refresh:
          tokens.refresh_token === undefined || config.recheck.offlineAccess === 'off'
            ? undefined
            : { token: tokens.refresh_token, offline: granted.includes('offline_access') },
      };
    },

    async refresh(refreshToken, subject) {
      const configuration = configure(config, await metadata(), await clientSecret(), fetch, now);
      const tokens = await refreshTokens(configuration, refreshToken);
      // OpenID Connect Core section 12.2: an ID token may come, and is then of the same person.
      const tell = async (): Promise<Identity | undefined> => {
        const claims =
          tokens.id_token === undefined
            ? undefined
            : await verifyIdToken(tokens.id_token, expected, keys, now());
        if (claims !== undefined && claims.sub !== subject)
          throw new ProviderError('AUTH_TOKEN', 'the refreshed token is of another person');
        const seen = claims ?? { iss: config.issuer, sub: subject };
        const more = await missingClaims(configuration, seen, tokens.access_token, config);
        if (claims === undefined && Object.keys(more).length === 0) return undefined;
        return readClaims({ ...more, ...seen }, config);
      };
      const token = tokens.refresh_token === refreshToken ? undefined : tokens.refresh_token;
      // The token that was used may be worth nothing any more: its successor must be kept whatever else fails.
      return await tell().then(
        (identity) => ({ identity, token, trouble: undefined }),
        (trouble: unknown) => ({ identity: undefined, token, trouble }),
      );
    },

    verifyLogout: async (logoutToken) => await verifyLogoutToken(logoutToken, expected, keys, now()),

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

/** `offline_access` is asked for where it may be (OpenID Connect Core section 11). */
function scopesAsked(
  { scopes, recheck }: OidcConfig,
  { scopes_supported: offered }: ProviderMetadata,
): readonly string[] {
  const asks =
    recheck.offlineAccess === 'always' ||
    (recheck.offlineAccess === 'advertised' && offered?.includes('offline_access') === true);
  return asks ? [...new Set([...scopes, 'offline_access'])] : scopes;
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

async function refreshTokens(
  configuration: client.Configuration,
  refreshToken: string,
): Promise<client.TokenEndpointResponse> {
  try {
    return await client.refreshTokenGrant(configuration, refreshToken);
  } catch (cause) {
    // RFC 6749 section 5.2. The cause holds the provider's words, never the token.
    if (cause instanceof client.ResponseBodyError && cause.error === 'invalid_grant')
      throw new ProviderError('AUTH_GRANT_ENDED', 'the identity provider no longer knows this sign-in', {
        cause,
      });
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
