/** Selectors: how the configuration names people, `group:NAME` (a bare word is that), `email:`, `sub:ISSUER#SUBJECT`, `workload:`, `everyone`. */

/** Whom a selector picks. Addresses are lower case; issuers and subjects stand exactly as the provider spells them. */
export type Selector =
  | { readonly kind: 'group'; readonly name: string }
  /** Matches verified addresses only, without regard to case. */
  | { readonly kind: 'email'; readonly address: string }
  | { readonly kind: 'sub'; readonly issuer: string; readonly subject: string }
  | { readonly kind: 'workload'; readonly name: string }
  | { readonly kind: 'everyone' };

/** What a selector may look like, for fault texts. */
export const selectorForms =
  'a group name, group:NAME, email:ADDRESS, sub:ISSUER#SUBJECT, workload:NAME or everyone';

const prefixes = ['group', 'email', 'sub', 'workload'];

/** Parses one selector. Throws a `RangeError` that says what was expected. */
export function parseSelector(text: string): Selector {
  const fault = (why: string): RangeError => new RangeError(`selector ${JSON.stringify(text)} ${why}`);
  if (text === '' || text !== text.trim()) throw fault('is empty or has blanks around it');
  if (/[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufffd]/u.test(text)) throw fault('holds a control character');
  if (text === 'everyone') return { kind: 'everyone' };

  const colon = text.indexOf(':');
  if (colon === -1) {
    if (text.includes('@')) throw fault('looks like an address: write email:ADDRESS');
    return { kind: 'group', name: text };
  }
  const value = text.slice(colon + 1);
  switch (text.slice(0, colon)) {
    case 'group':
      if (value === '') throw fault('names no group');
      return { kind: 'group', name: value };
    case 'email':
      if (!/^[^\s@]+@[^\s@]+$/u.test(value)) throw fault('is not email:NAME@DOMAIN');
      return { kind: 'email', address: value.toLowerCase() };
    case 'sub': {
      // The subject may hold a "#", an issuer may not (OpenID Connect Core, section 2: no fragment).
      const hash = value.indexOf('#');
      const issuer = value.slice(0, Math.max(hash, 0));
      const subject = value.slice(hash + 1);
      if (issuer === '' || subject === '') throw fault('is not sub:ISSUER#SUBJECT');
      return { kind: 'sub', issuer, subject };
    }
    case 'workload':
      if (!/^[a-z][a-z0-9-]*$/u.test(value))
        throw fault('is not workload:NAME with a name of [a-z][a-z0-9-]*');
      return { kind: 'workload', name: value };
    default:
      throw fault(`starts with none of ${prefixes.join(', ')}; a group whose name holds ":" is group:NAME`);
  }
}

/** Writes a selector in its full form; `parseSelector` reads it back to an equal value. */
export function formatSelector(selector: Selector): string {
  switch (selector.kind) {
    case 'group':
      return `group:${selector.name}`;
    case 'email':
      return `email:${selector.address}`;
    case 'sub':
      return `sub:${selector.issuer}#${selector.subject}`;
    case 'workload':
      return `workload:${selector.name}`;
    case 'everyone':
      return 'everyone';
  }
}
