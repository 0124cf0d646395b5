/** What the schema cannot say of the provider, the roles and the spans of sign-ins. */
import { isLoopback } from '../addresses.ts';
import { defaults } from '../defaults.ts';
import type { Problem } from '../fault.ts';
import type { ConfigFile } from '../file/root.ts';
import { parseDuration } from '../quantities.ts';

/** Faults of addresses over which whoever listens could become anybody. */
export function oidcFaults({ oidc }: ConfigFile): Problem[] {
  return (['issuer', 'discoveryUrl'] as const).flatMap((name) => {
    const url = oidc[name];
    if (url === undefined || isSafeHttp(url)) return [];
    return [{ path: ['oidc', name], message: 'is http:// to another machine; expected https://' }];
  });
}

/** Faults of spans that contradict each other. */
export function signInFaults({ signIn }: ConfigFile): Problem[] {
  const { idle, life } = { ...defaults.signIn, ...signIn };
  if (parseDuration(idle) <= parseDuration(life)) return [];
  return [{ path: ['signIn', 'idle'], message: `is ${idle}, longer than signIn.life (${life})` }];
}

/** A role for everyone is seldom meant. */
export function roleWarnings({ roles }: ConfigFile): Problem[] {
  return (['approver', 'auditor', 'admin'] as const).flatMap((role) =>
    (roles?.[role] ?? []).flatMap((selector, at) =>
      selector === 'everyone'
        ? [{ path: ['roles', role, at], message: `makes everyone who can sign in ${role}` }]
        : [],
    ),
  );
}

/** `https://`, or `http://` that does not leave this machine. */
export function isSafeHttp(text: string): boolean {
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || isLoopback(hostname);
}
