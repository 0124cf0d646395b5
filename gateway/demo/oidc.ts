/** An OpenID Connect provider with four accounts and no passwords, for the demo and as a peer in tests. */
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type AccountName, accountNamed } from './accounts.ts';
import { type OidcOptions, providerConfiguration } from './oidc-configuration.ts';
import { newSigningKey, signIdToken, signLogoutToken } from './oidc-keys.ts';
import { oidcMemory } from './oidc-memory.ts';
import { Provider } from './oidc-package.ts';
import { signInPage } from './sign-in-page.ts';

/** How the provider is away: connections are reset, requests are never answered, or answered by 503. */
export type Outage = 'reset' | 'silent' | 'unavailable';

/** A running provider. */
export interface OidcProvider {
  /** `http://127.0.0.1:PORT` */
  readonly issuer: string;
  /** Signs with a new key from now on and publishes only that; sign-ins under way go on. */
  rotate(): Promise<void>;
  /** Stops answering as `how` says ('reset' by default) until `resume`. */
  pause(how?: Outage): void;
  resume(): void;
  /** No longer knows an account: whoever asks for it, by refresh token too, is told `invalid_grant`. */
  deactivate(account: AccountName): void;
  activate(account: AccountName): void;
  /** Puts an account into other groups. */
  regroup(account: AccountName, groups: readonly string[]): void;
  /** A log-out token for the client; undefined removes a claim. */
  logoutToken(claims: Readonly<Record<string, unknown>>): Promise<string>;
  /** An ID token of an account for the client, with `claims` standing above the standard ones. */
  idToken(account: AccountName, claims?: Readonly<Record<string, unknown>>): Promise<string>;
  close(): Promise<void>;
}

/** Starts a provider on a free port of 127.0.0.1. */
export async function startOidcProvider(options: OidcOptions): Promise<OidcProvider> {
  const memory = oidcMemory();
  const cookieKeys = [randomBytes(32).toString('base64url')];
  let key = await newSigningKey();
  let outage: Outage | undefined;

  const server = createServer((request, response) => {
    if (outage === 'reset') request.socket.resetAndDestroy();
    else if (outage === 'unavailable') response.writeHead(503).end('away\n');
    else if (outage === undefined) {
      if (!options.remembers && request.url?.startsWith('/auth')) forgetSession(request);
      void answer(provider, handle, request, response);
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const gone = new Set<string>();
  const regrouped = new Map<string, readonly string[]>();
  const known = (sub: string) => {
    if (gone.has(sub)) return undefined;
    const account = accountNamed(sub);
    return { accountId: sub, claims: () => ({ ...account, groups: regrouped.get(sub) ?? account.groups }) };
  };
  const make = () => new Provider(issuer, providerConfiguration(options, key, memory, cookieKeys, known));
  let provider = make();
  let handle = provider.callback();

  return {
    issuer,
    async rotate() {
      key = await newSigningKey();
      provider = make();
      handle = provider.callback();
    },
    pause(how = 'reset') {
      outage = how;
    },
    resume() {
      outage = undefined;
    },
    deactivate: (account) => void gone.add(account),
    activate: (account) => void gone.delete(account),
    regroup: (account, groups) => void regrouped.set(account, groups),
    logoutToken: (claims) => signLogoutToken(key, issuer, options.clientId, claims),
    idToken: (account, claims) => signIdToken(key, issuer, options.clientId, accountNamed(account), claims),
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Shows and takes the account form; everything else is the provider's own. */
async function answer(
  provider: InstanceType<typeof Provider>,
  handle: RequestListener,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!request.url?.startsWith('/sign-in/')) return handle(request, response);
  try {
    if (request.method === 'POST') {
      const account = accountNamed(new URLSearchParams(await text(request)).get('account') ?? '');
      await provider.interactionFinished(request, response, {
        login: { accountId: account.sub, remember: true },
      });
    } else {
      const { uid } = await provider.interactionDetails(request, response);
      response.setHeader('Content-Type', 'text/html; charset=utf-8').end(signInPage(uid));
    }
  } catch (error) {
    // The attempt is over or another browser's; the person has to start again at the gateway.
    if (!response.headersSent) response.writeHead(400, { 'Content-Type': 'text/plain' });
    response.end(`this sign-in cannot go on (${(error as Error).message}); start again at the gateway\n`);
  }
}

/** Lets a sign-in begin as if the browser had never signed in here. */
function forgetSession(request: IncomingMessage): void {
  const cookies = request.headers.cookie?.split('; ') ?? [];
  request.headers.cookie = cookies.filter((cookie) => !cookie.startsWith('_session')).join('; ');
}
