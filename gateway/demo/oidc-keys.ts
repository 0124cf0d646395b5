/** The demo provider's signing key, and ID tokens signed with it without a browser. */
import { randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import type { Account } from './accounts.ts';

/** A private RS256 key. */
export interface SigningKey {
  readonly kid: string;
  readonly jwk: JWK;
}

/** Makes a key of 2048 bits with a name nobody had before. */
export async function newSigningKey(): Promise<SigningKey> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const kid = randomUUID();
  return { kid, jwk: { ...(await exportJWK(privateKey)), kid, use: 'sig', alg: 'RS256' } };
}

/**
 * Signs an ID token of five minutes.
 *
 * @param claims added to the standard ones and standing above them, `exp` and `iat` included; undefined removes a claim
 */
export async function signIdToken(
  key: SigningKey,
  issuer: string,
  audience: string,
  account: Account,
  claims: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const standard = { ...account, iss: issuer, aud: audience, iat: now, exp: now + 300, auth_time: now };
  return new SignJWT({ ...standard, ...claims })
    .setProtectedHeader({ alg: 'RS256', kid: key.kid })
    .sign(key.jwk);
}

/** Signs a log-out token of two minutes (OpenID Connect Back-Channel Logout 1.0, section 2.4). */
export async function signLogoutToken(
  key: SigningKey,
  issuer: string,
  audience: string,
  claims: Readonly<Record<string, unknown>>,
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const events = { 'http://schemas.openid.net/event/backchannel-logout': {} };
  const standard = { iss: issuer, aud: audience, iat: now, exp: now + 120, jti: randomUUID(), events };
  return new SignJWT({ ...standard, ...claims })
    .setProtectedHeader({ alg: 'RS256', kid: key.kid, typ: 'logout+jwt' })
    .sign(key.jwk);
}
