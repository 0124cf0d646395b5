/** Verifies ID tokens of the configured issuer: those that end a sign-in, and those that programs send as Bearer. */
import { compactVerify, decodeJwt, decodeProtectedHeader, errors, type JWTPayload } from 'jose';
import { ProviderError } from './provider-error.ts';
import type { ProviderKeys } from './provider-keys.ts';

/** Asymmetric algorithms only, and no `none`: with HS256 the public key would be a shared secret. */
const algorithms: readonly string[] = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
/** Header types of tokens that are made by the same keys for other ends: access tokens (RFC 9068), log-out tokens. */
const tokenTypes = new Set(['jwt', 'application/jwt', undefined]);

/** Whom a token must come from and be meant for. */
export interface TokenExpectation {
  /** Compared exactly as written. */
  readonly issuer: string;
  /** One of these must be among the token's `aud`. */
  readonly audiences: readonly string[];
  /** The client id; a token for several audiences must name it, or one of `audiences`, as `azp`. */
  readonly clientId: string;
  readonly clockToleranceMs: number;
  /** Set for a sign-in, where the token must answer this very question. */
  readonly nonce?: string;
}

/**
 * The claims of a token that verifies.
 *
 * Rejects with a `ProviderError`: `AUTH_TOKEN` for a token that does not verify, `AUTH_CLOCK` when its times do not fit,
 * `AUTH_ISSUER_DIFFERS`, and `AUTH_PROVIDER_UNREACHABLE` when no keys could be had. Times are checked by `now` (epoch ms).
 */
export async function verifyIdToken(
  token: string,
  expected: TokenExpectation,
  keys: ProviderKeys,
  now: number,
): Promise<JWTPayload> {
  const { header, claims } = decodeToken(token);
  if (!tokenTypes.has(header.typ?.toLowerCase())) throw refused(`is a ${header.typ}, not an ID token`);
  // Cheap checks come first: only tokens that claim to be for us may cost a look at the provider's keys.
  checkParties(claims, expected);
  await checkSignature(token, keys);
  checkTimes(claims, expected.clockToleranceMs, now);
  if (expected.nonce !== undefined && claims.nonce !== expected.nonce)
    throw refused('answers another sign-in');
  return claims;
}

/**
 * Header and claims of a token nobody has verified yet.
 * @throws ProviderError `AUTH_TOKEN` for what is no JWT, or not signed with one of the fixed algorithms
 */
export function decodeToken(token: string): { header: { alg?: string; typ?: string }; claims: JWTPayload } {
  let decoded: ReturnType<typeof decodeToken>;
  try {
    decoded = { header: decodeProtectedHeader(token), claims: decodeJwt(token) };
  } catch (cause) {
    throw new ProviderError('AUTH_TOKEN', 'the token is not a signed JWT', { cause });
  }
  const { alg } = decoded.header;
  if (alg === undefined || !algorithms.includes(alg)) {
    throw refused(`is signed with ${JSON.stringify(alg)}; only public-key signatures count`);
  }
  return decoded;
}

function checkParties(claims: JWTPayload, expected: TokenExpectation): void {
  if (claims.iss !== expected.issuer) {
    throw new ProviderError(
      'AUTH_ISSUER_DIFFERS',
      `the token’s issuer is ${JSON.stringify(claims.iss)}, configured is ${JSON.stringify(expected.issuer)}`,
    );
  }
  const audience: unknown[] = Array.isArray(claims.aud) ? claims.aud : [claims.aud];
  const accepted: readonly unknown[] = [expected.clientId, ...expected.audiences];
  if (!expected.audiences.some((one) => audience.includes(one)))
    throw refused('is meant for another audience');
  // OpenID Connect Core section 3.1.3.7, steps 4 and 5.
  if (claims.azp !== undefined ? !accepted.includes(claims.azp) : audience.length > 1) {
    throw refused('was issued to another party');
  }
}

/** Rejects with a `ProviderError` unless one of the provider's keys signed the token. */
export async function checkSignature(token: string, keys: ProviderKeys): Promise<void> {
  const [protectedHeader = '', payload = '', signature = ''] = token.split('.');
  try {
    const parsed = decodeProtectedHeader(token);
    const candidates = await keys.candidates(parsed as { alg: string }, {
      protected: protectedHeader,
      payload,
      signature,
    });
    for (const key of candidates) {
      const verified = await compactVerify(token, key, { algorithms: [...algorithms] }).catch(
        () => undefined,
      );
      if (verified !== undefined) return;
    }
  } catch (cause) {
    if (cause instanceof ProviderError) throw cause;
    if (!(cause instanceof errors.JOSEError)) throw cause;
    throw new ProviderError('AUTH_TOKEN', 'the token is signed with a key the provider does not publish', {
      cause,
    });
  }
  throw refused('has a signature that does not fit');
}

/** @throws ProviderError `AUTH_TOKEN` when `iat` or `exp` is missing, `AUTH_CLOCK` when they do not fit `now` (epoch ms) */
export function checkTimes(claims: JWTPayload, toleranceMs: number, now: number): void {
  const { exp, iat, nbf } = claims;
  if (typeof exp !== 'number' || typeof iat !== 'number') throw refused('lacks its times');
  const notBefore = Math.max(iat, typeof nbf === 'number' ? nbf : 0) * 1_000;
  const gateway = `this gateway’s clock says ${new Date(now).toISOString()}`;
  if (notBefore > now + toleranceMs) {
    throw new ProviderError(
      'AUTH_CLOCK',
      `the token begins at ${isoTime(notBefore)}, but ${gateway}: set the clock of the gateway or of the provider`,
    );
  }
  if (exp * 1_000 <= now - toleranceMs) {
    throw new ProviderError('AUTH_CLOCK', `the token ended at ${isoTime(exp * 1_000)}; ${gateway}`);
  }
}

/** Any number may stand in a token; not every one is a date. */
function isoTime(at: number): string {
  return Math.abs(at) < 8.64e15 ? new Date(at).toISOString() : `${at} ms`;
}

function refused(why: string): ProviderError {
  return new ProviderError('AUTH_TOKEN', `the token ${why}`);
}
