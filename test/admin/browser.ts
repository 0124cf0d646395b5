/** A browser reduced to cookies, redirects and the headers it adds by itself, in front of one gateway. */
import type { AccountName } from '../../gateway/demo/accounts.ts';
import { keepCookies, walkProvider } from '../servers/provider-walk.ts';
import { read } from './admin-gateway.ts';

/** Opens a browser whose requests for `origin` go to `address`. */
export function aBrowser(address: string, origin: string) {
  const cookies = new Map<string, string>();
  const providerCookies = new Map<string, string>();
  let csrf = '';

  async function send(path: string, options: RequestInit & { headers?: Record<string, string> } = {}) {
    const response = await fetch(address + path, {
      redirect: 'manual',
      ...options,
      headers: {
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...options.headers,
      },
    });
    keepCookies(cookies, response.headers.getSetCookie());
    return read(response);
  }

  /** Follows redirects within the gateway and through the provider, to the page where they end. */
  async function open(path: string, account: AccountName) {
    let next = path;
    for (let hops = 0; hops < 12; hops++) {
      const answer = await send(next, { headers: { accept: 'text/html' } });
      const location = answer.headers.get('location');
      if (location === null) return { ...answer, path: next };
      const target = new URL(location, origin);
      const { callback } =
        target.origin === origin
          ? { callback: target }
          : await walkProvider(location, account, providerCookies);
      next = callback.pathname + callback.search;
    }
    throw new Error(`more than 12 redirects from ${path}`);
  }

  return {
    cookies,
    providerCookies,
    send,
    open,
    /** Opens a page in a tab without following where it leads. */
    visit: (path: string) => send(path, { headers: { accept: 'text/html' } }),
    async signIn(account: AccountName) {
      await open('/', account);
      const me = await send('/api/me');
      csrf = me.body.csrf;
      return me.body;
    },
    get: (path: string) => send(path),
    /** What the page sends for a change. */
    change: (path: string, body: unknown, headers: Record<string, string> = {}) =>
      send(path, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: {
          'content-type': 'application/json',
          'x-csrf-token': csrf,
          origin,
          'sec-fetch-site': 'same-origin',
          ...headers,
        },
      }),
  };
}
