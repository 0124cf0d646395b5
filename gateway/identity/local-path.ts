/** Where a browser may be sent after sign-in: paths of this gateway's pages and nothing else. */
import { keyLinkPath } from './key-link.ts';

const longestPath = 1_024;

/**
 * The path if it leads to a page of this origin, else undefined.
 *
 * Refused: absolute and protocol-relative addresses, backslashes (browsers read them as slashes), control characters
 * (browsers drop tabs and line breaks), and the sign-in's own routes, which would go round in circles.
 */
export function localPath(text: string | undefined): string | undefined {
  if (text === undefined || text.length > longestPath) return undefined;
  if (!/^\/(?!\/)[!-[\]-~]*$/.test(text)) return undefined;
  const origin = 'https://this.gateway.invalid';
  let url: URL;
  try {
    url = new URL(text, origin);
  } catch {
    return undefined;
  }
  if (url.origin !== origin || url.pathname.startsWith('//')) return undefined;
  const isOwnRoute = /^\/(login|logout|oidc|api)(\/|$)/i.test(url.pathname);
  if (isOwnRoute && !url.pathname.startsWith(keyLinkPath)) return undefined;
  return `${url.pathname}${url.search}${url.hash}`;
}
