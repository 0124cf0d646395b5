/** Verifies log-out tokens (OpenID Connect Back-Channel Logout 1.0, sections 2.4 and 2.6). */
import { longestSid } from './claims.ts';
import { checkSignature, checkTimes, decodeToken, type TokenExpectation } from './id-token.ts';
import { ProviderError } from './provider-error.ts';
import type { ProviderKeys } from './provider-keys.ts';

/** What a verified token ends: one session (`sid`), or all of a person (`subject` alone). */
export interface ProviderLogout {
  readonly issuer: string;
  readonly subject: string | undefined;
  readonly sid: string | undefined;
  /** The token's own name, taken once. */
  readonly jti: string;
  /** Until when it would verify again, epoch ms. */
  readonly untilAt: number;
}

const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout';
/** `logout+jwt` is what the specification recommends; providers of before it send `JWT` or nothing. */
const tokenTypes = new Set(['logout+jwt', 'application/logout+jwt', 'jwt', undefined]);
/** The specification asks for two minutes; a token that lives longer than a day would have to be remembered as long. */
const longestLifeMs = 86_400_000;
const longestId = 255;

/**
 * What the token says, once everything the specification demands of it holds, its being new excepted.
 * Rejects with a `ProviderError` as `verifyIdToken` does.
 */
export async function verifyLogoutToken(
  token: string,
  expected: Pick<TokenExpectation, 'issuer' | 'clientId' | 'clockToleranceMs'>,
  keys: ProviderKeys,
  now: number,
): Promise<ProviderLogout> {
  const { header, claims } = decodeToken(token);
  const { iss, aud, sub, sid, jti, exp, events } = claims;
  if (!tokenTypes.has(header.typ?.toLowerCase())) throw refused(`is a ${header.typ}, not a log-out token`);
  if (iss !== expected.issuer) throw refused('comes from another issuer');
  const audience: unknown[] = Array.isArray(aud) ? aud : [aud];
  if (!audience.includes(expected.clientId)) throw refused('is meant for another audience');
  // An ID token must never end a sign-in: it has a nonce and no event.
  if ('nonce' in claims) throw refused('holds a nonce, which a log-out token must not');
  if (!isLogout(events)) throw refused('does not announce a log-out');
  if (!isId(jti, longestId)) throw refused('has no jti');
  const [subject, session] = [maybeId(sub, longestId), maybeId(sid, longestSid)];
  if (subject === undefined && session === undefined) throw refused('names neither a subject nor a session');
  await checkSignature(token, keys);
  checkTimes(claims, expected.clockToleranceMs, now);
  const untilAt = (exp ?? 0) * 1_000 + expected.clockToleranceMs;
  if (untilAt - now > longestLifeMs) throw refused('lives for more than a day');
  return { issuer: iss, subject, sid: session, jti, untilAt };
}

function isLogout(events: unknown): boolean {
  if (typeof events !== 'object' || events === null || !Object.hasOwn(events, logoutEvent)) return false;
  const event = (events as Record<string, unknown>)[logoutEvent];
  return typeof event === 'object' && event !== null && !Array.isArray(event);
}

function isId(value: unknown, longest: number): value is string {
  return typeof value === 'string' && value !== '' && value.length <= longest;
}

/** Absent is fine, anything else that is no name is not: a token half understood ends the wrong thing. */
function maybeId(value: unknown, longest: number): string | undefined {
  if (value === undefined) return undefined;
  if (!isId(value, longest)) throw refused('has a sub or sid that is no name');
  return value;
}

function refused(why: string): ProviderError {
  return new ProviderError('AUTH_TOKEN', `the log-out token ${why}`);
}
