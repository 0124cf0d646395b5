/** Goes through the demo's identity provider as a browser does: from the address it is sent to, back to the callback. */
import type { AccountName } from '../../gateway/demo/accounts.ts';

/** The provider's cookies of one browser. */
export type ProviderCookies = Map<string, string>;

/**
 * Follows the provider's redirects and answers its account page.
 *
 * @returns the callback's address, and whether the account page was shown
 */
export async function walkProvider(
  from: string,
  account: AccountName,
  cookies: ProviderCookies = new Map(),
): Promise<{ readonly callback: URL; readonly wasAsked: boolean }> {
  let next = new URL(from);
  const { origin } = next;
  let wasAsked = false;
  while (next.origin === origin) {
    let response = await visit(cookies, next);
    if (next.pathname.startsWith('/sign-in/')) {
      wasAsked = true;
      response = await visit(cookies, next, new URLSearchParams({ account }));
    }
    const location = response.headers.get('location');
    if (location === null) throw new Error(`${next.href}: ${response.status} ${await response.text()}`);
    next = new URL(location, next);
  }
  return { callback: next, wasAsked };
}

async function visit(cookies: ProviderCookies, address: URL, form?: URLSearchParams): Promise<Response> {
  const response = await fetch(address, {
    redirect: 'manual',
    headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
    ...(form === undefined ? {} : { method: 'POST', body: form }),
  });
  keepCookies(cookies, response.headers.getSetCookie());
  return response;
}

/** Keeps what an answer sets, and forgets what it clears. */
export function keepCookies(cookies: Map<string, string>, headers: readonly string[]): void {
  for (const header of headers) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(header) ?? [];
    if (value === '') cookies.delete(name);
    else cookies.set(name, value);
  }
}
