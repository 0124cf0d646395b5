/** How oidc-provider is set up for the demo: one client, PKCE, groups in the ID token, no consent page. */
import type { ProviderContext } from 'oidc-provider';
import type { SigningKey } from './oidc-keys.ts';
import type { Adapter } from './oidc-memory.ts';
import { interactionPolicy } from './oidc-package.ts';
import { sentencePage, signOutPage } from './sign-in-page.ts';

/** Which client the provider knows, and how it treats people. */
export interface OidcOptions {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUris: readonly string[];
  readonly postLogoutRedirectUris?: readonly string[];
  /** True: a browser that signed in is not asked again, unless `prompt` or `max_age` demands it. False asks every time. */
  readonly remembers?: boolean;
  /** Where log-out tokens are sent when somebody signs out here. */
  readonly backchannelLogoutUri?: string;
}

/** Claims by the scope that brings them; `groups` always comes. */
const claims = {
  openid: ['sub', 'groups'],
  profile: ['name'],
  email: ['email', 'email_verified'],
  groups: ['groups'],
};

const hour = 3600;

/** The configuration object of oidc-provider 9. */
export function providerConfiguration(
  options: OidcOptions,
  key: SigningKey,
  memory: (model: string) => Adapter,
  cookieKeys: readonly string[],
  accounts: (sub: string) => { accountId: string; claims: () => object } | undefined,
): Readonly<Record<string, unknown>> {
  return {
    adapter: memory,
    jwks: { keys: [key.jwk] },
    clients: [
      {
        client_id: options.clientId,
        client_secret: options.clientSecret,
        redirect_uris: options.redirectUris,
        post_logout_redirect_uris: options.postLogoutRedirectUris ?? [],
        grant_types: ['authorization_code', 'refresh_token'],
        ...(options.backchannelLogoutUri === undefined
          ? {}
          : {
              backchannel_logout_uri: options.backchannelLogoutUri,
              backchannel_logout_session_required: true,
            }),
        response_types: ['code'],
        require_auth_time: true,
      },
    ],
    claims,
    scopes: [...Object.keys(claims), 'offline_access'],
    // As most providers do, and unlike the standard's letter, without asking for consent.
    issueRefreshToken: async () => true,
    expiresWithSession: async () => false,
    rotateRefreshToken: true,
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    cookies: { keys: cookieKeys },
    ttl: {
      AccessToken: hour,
      AuthorizationCode: 60,
      IdToken: hour,
      Interaction: hour,
      RefreshToken: 24 * hour,
      Session: 24 * hour,
      Grant: 24 * hour,
    },
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (context: ProviderContext, form: string) => {
          context.body = signOutPage(form);
        },
        postLogoutSuccessSource: (context: ProviderContext) => {
          context.body = sentencePage('You are signed out.');
        },
      },
    },
    interactions: {
      url: (_context: ProviderContext, { uid }: { uid: string }) => `/sign-in/${uid}`,
      policy: policy(),
    },
    findAccount: (_context: ProviderContext, sub: string) => accounts(sub),
    loadExistingGrant: grantEverything,
    clientBasedCORS: () => false,
    // By itself the package sends nothing to loopback addresses, where the demo's gateway is.
    fetch: (url: string, { dispatcher: _, ...how }: RequestInit & { dispatcher?: unknown }) =>
      fetch(url, how),
    renderError: (context: ProviderContext, out: { error: string; error_description?: string }) => {
      context.type = 'html';
      context.body = sentencePage(`${out.error}: ${out.error_description ?? ''}`);
    },
  };
}

/** The usual questions, but nobody is asked for consent. */
function policy(): unknown {
  const prompts = interactionPolicy.base();
  prompts.remove('consent');
  return prompts;
}

async function grantEverything({ oidc }: ProviderContext): Promise<unknown> {
  const grant = new oidc.provider.Grant({
    clientId: oidc.client.clientId,
    accountId: oidc.session.accountId,
  });
  grant.addOIDCScope(Object.keys(claims).join(' '));
  grant.addOIDCClaims(Object.values(claims).flat());
  await grant.save();
  return grant;
}
