/** The lines that clone a repository through each door. */
import type { Grant, Me } from '../api/shapes.ts';

/** One line a door; names that a shell would read otherwise are quoted. */
export function cloneLines(
  grant: Pick<Grant, 'cloneUrl' | 'scope'>,
  gateway: Me['gateway'] | undefined,
): readonly { readonly door: string; readonly line: string }[] {
  const https = { door: 'HTTPS', line: `git clone ${quoted(grant.cloneUrl)}` };
  if (gateway?.ssh === undefined) return [https];
  const path = new URL(grant.cloneUrl).pathname;
  return [https, { door: 'SSH', line: `git clone ${quoted(`${gateway.ssh}${path}`)}` }];
}

function quoted(address: string): string {
  return /^[\w:/.@~+%-]+$/.test(address) ? address : `'${address.replaceAll("'", "'\\''")}'`;
}
