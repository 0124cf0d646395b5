/** The Authorization header, read: who the client says it is, and by what. Nothing here is looked up. */
import { Buffer } from 'node:buffer';
import type { Credential } from '../store/records.ts';
import { readSecret } from './credential.ts';

/** What a request carries to prove who sends it. */
export type Evidence =
  /** Nothing: git's normal first knock, or an SSH client without a key. */
  | { readonly kind: 'none' }
  | { readonly kind: 'malformed'; readonly why: MalformedWhy }
  | {
      readonly kind: 'credential';
      readonly credentialKind: Credential['kind'];
      /** Lower-case hex SHA-256, to look it up by. */
      readonly hash: string;
      /** The secret's first 12 characters or the key's fingerprint, fit for logs. */
      readonly shown: string;
      /** The Basic user name beside it, if one was sent; see `contradicts`. */
      readonly userName?: string;
    }
  /** A Bearer token in the shape of a JWS; not verified. */
  | { readonly kind: 'jwt'; readonly token: string };

export type MalformedWhy =
  /** Neither Basic nor Bearer. */
  | 'scheme'
  | 'base64'
  | 'no-colon'
  | 'control-character'
  /** Git Credential Manager asks with an empty password first: not a failed guess. */
  | 'empty-password'
  /** Well-formed, but no secret of ours. */
  | 'not-ours'
  /** A secret of ours with a typing mistake. */
  | 'mistyped'
  /** User name and password are two different secrets of ours. */
  | 'two-credentials'
  | 'too-long';

/** Longer headers are not looked into; Node itself answers 431 at 16 KiB of headers. */
const longestHeader = 16_384;

const jws = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*$/;

/** Reads the header's value (RFC 9110 section 11.6.2, RFC 7617, RFC 6750). Any bytes give an answer; none throw. */
export function readAuthorization(header: string | undefined): Evidence {
  if (header === undefined) return { kind: 'none' };
  if (header.length > longestHeader) return malformed('too-long');
  const value = header.trim();
  if (value === '') return { kind: 'none' };
  const space = value.indexOf(' ');
  const scheme = (space === -1 ? value : value.slice(0, space)).toLowerCase();
  const rest = space === -1 ? '' : value.slice(space + 1).trim();
  if (scheme === 'basic') return readBasic(rest);
  if (scheme === 'bearer') return readBearer(rest);
  return malformed('scheme');
}

function readBearer(token: string): Evidence {
  const secret = readSecret(token);
  if (secret === 'mistyped') return malformed('mistyped');
  if (secret !== 'not-ours') {
    return { kind: 'credential', credentialKind: secret.kind, hash: secret.hash, shown: secret.shown };
  }
  return jws.test(token) ? { kind: 'jwt', token } : malformed('not-ours');
}

function readBasic(encoded: string): Evidence {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(encoded) || encoded === '') return malformed('base64');
  if (encoded.replace(/=+$/, '').length % 4 === 1) return malformed('base64');
  const text = decode(Buffer.from(encoded, 'base64'));
  const colon = text.indexOf(':');
  if (colon === -1) return malformed('no-colon');
  const userName = text.slice(0, colon);
  const password = text.slice(colon + 1);
  if (/[\u0000-\u001f\u007f]/.test(text)) return malformed('control-character');

  const fromPassword = readSecret(password);
  const fromUserName = readSecret(userName);
  if (typeof fromPassword === 'object') {
    if (typeof fromUserName !== 'object') return credential(fromPassword, userName);
    if (fromUserName.hash === fromPassword.hash) return credential(fromPassword, undefined);
    return malformed('two-credentials');
  }
  // The secret as user name, beside nothing or a word such as `x-oauth-basic`.
  if (typeof fromUserName === 'object') return credential(fromUserName, undefined);
  if (fromPassword === 'mistyped' || fromUserName === 'mistyped') return malformed('mistyped');
  return malformed(password === '' ? 'empty-password' : 'not-ours');
}

function credential(
  secret: Exclude<ReturnType<typeof readSecret>, string>,
  userName: string | undefined,
): Evidence {
  const { kind: credentialKind, hash, shown } = secret;
  const evidence = { kind: 'credential', credentialKind, hash, shown } as const;
  return userName === undefined || userName === '' ? evidence : { ...evidence, userName };
}

/** RFC 7617 leaves the charset to the server: UTF-8, and Latin-1 from clients that never heard of it. */
function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return bytes.toString('latin1');
  }
}

function malformed(why: MalformedWhy): Evidence {
  return { kind: 'malformed', why };
}
