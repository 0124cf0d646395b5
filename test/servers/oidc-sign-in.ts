/** A browser reduced to cookies and redirects that signs in at the demo's provider as a relying party would send it. */
import { createHash } from 'node:crypto';
import type { AccountName } from '../../gateway/demo/accounts.ts';

/** What a browser keeps between two sign-ins. */
export interface Browser {
  readonly cookies: Map<string, string>;
}

/** How the relying party asks. */
export interface Asked {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUri: string;
  readonly browser?: Browser;
  /** Further parameters of the authorization request. */
  readonly more?: Readonly<Record<string, string>>;
}

/**
 * Signs in and redeems the code.
 *
 * @returns the ID token, and whether the account page was shown
 * @throws when the token endpoint refuses
 */
export async function signInAs(account: AccountName, issuer: string, asked: Asked) {
  const browser = asked.browser ?? { cookies: new Map<string, string>() };
  const verifier = 'v'.repeat(43);
  const address = new URL('/auth', issuer);
  address.search = new URLSearchParams({
    client_id: asked.clientId,
    response_type: 'code',
    scope: 'openid profile email',
    redirect_uri: asked.redirectUri,
    state: 's-1',
    nonce: 'n-1',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...asked.more,
  }).toString();

  let wasAsked = false;
  let next = address;
  while (next.origin === issuer) {
    let response = await visit(browser, next);
    if (next.pathname.startsWith('/sign-in/')) {
      wasAsked = true;
      response = await visit(browser, next, new URLSearchParams({ account }));
    }
    const location = response.headers.get('location');
    if (location === null) throw new Error(`${next.pathname}: ${response.status} ${await response.text()}`);
    next = new URL(location, next);
  }
  const answer = await fetch(new URL('/token', issuer), {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${asked.clientId}:${asked.clientSecret}`)}` },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: next.searchParams.get('code') ?? '',
      redirect_uri: asked.redirectUri,
      code_verifier: verifier,
    }),
  });
  const tokens = (await answer.json()) as { id_token?: string; error?: string };
  if (tokens.id_token === undefined) throw new Error(`token endpoint: ${tokens.error}`);
  return { idToken: tokens.id_token, wasAsked };
}

async function visit(browser: Browser, address: URL, form?: URLSearchParams): Promise<Response> {
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const response = await fetch(address, {
    redirect: 'manual',
    headers: { cookie },
    ...(form === undefined ? {} : { method: 'POST', body: form }),
  });
  for (const set of response.headers.getSetCookie()) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
    if (value === '') browser.cookies.delete(name);
    else browser.cookies.set(name, value);
  }
  return response;
}
