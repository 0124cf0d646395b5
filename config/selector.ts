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

/** Parses one selector. Throws a `RangeError` that says what was expected. */
export function parseSelector(text: string): Selector {
  const read = readSelector(text);
  if (typeof read === 'string') throw new RangeError(`selector ${JSON.stringify(text)} ${read}`);
  return read;
}

/** Why a text is no selector, or undefined when it is one. */
export function selectorFault(text: string): string | undefined {
  const read = readSelector(text);
  return typeof read === 'string' ? read : undefined;
}

function readSelector(text: string): Selector | string {
  if (text === '' || text !== text.trim()) return 'is empty or has blanks around it';
  if (/[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufffd]/u.test(text)) return 'holds a control character';
  if (text === 'everyone') return { kind: 'everyone' };

  const colon = text.indexOf(':');
  if (colon === -1)
    return text.includes('@') ? 'looks like an address: write email:ADDRESS' : { kind: 'group', name: text };
  const value = text.slice(colon + 1);
  switch (text.slice(0, colon)) {
    case 'group':
      return value === '' ? 'names no group' : { kind: 'group', name: value };
    case 'email':
      return /^[^\s@]+@[^\s@]+$/u.test(value)
        ? { kind: 'email', address: value.toLowerCase() }
        : 'is not email:NAME@DOMAIN';
    case 'sub': {
      // The subject may hold a "#", an issuer may not (OpenID Connect Core, section 2: no fragment).
      const hash = value.indexOf('#');
      if (hash < 1 || hash === value.length - 1) return 'is not sub:ISSUER#SUBJECT';
      return { kind: 'sub', issuer: value.slice(0, hash), subject: value.slice(hash + 1) };
    }
    case 'workload':
      return /^[a-z][a-z0-9-]*$/u.test(value)
        ? { kind: 'workload', name: value }
        : 'is not workload:NAME with a name of [a-z][a-z0-9-]*';
    default:
      return 'starts with none of group:, email:, sub:, workload:; a group whose name holds ":" is group:NAME';
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
