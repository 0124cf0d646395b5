/** Whether a change really comes from our own page: what keeps other sites from using a browser's sign-in (CSRF). */
import type { IncomingHttpHeaders } from 'node:http';
import { isSameSecret } from '../gateway/identity/same-secret.ts';
import { Problem } from './problem.ts';

/** The header the page sends the sign-in's secret in. */
export const csrfHeader = 'x-csrf-token';

/**
 * Undefined when a change under a sign-in cookie may go on. Three checks, each enough against another site, kept together
 * because each has clients that do not send it: Fetch Metadata, Origin, and the sign-in's own secret, which is always needed.
 */
export function foreignSiteProblem(
  headers: IncomingHttpHeaders,
  csrf: string,
  publicUrl: string,
): Problem | undefined {
  const site = headers['sec-fetch-site'];
  const isForeign =
    (site !== undefined && site !== 'same-origin') ||
    (headers.origin !== undefined && headers.origin !== new URL(publicUrl).origin);
  if (isForeign) return new Problem(403, 'other-site', 'changes are taken from this gateway’s own page only');
  const token = headers[csrfHeader];
  if (typeof token !== 'string' || !isSameSecret(token, csrf)) {
    return new Problem(
      403,
      'csrf',
      'the X-CSRF-Token header does not belong to this sign-in; reload the page',
    );
  }
  return undefined;
}
