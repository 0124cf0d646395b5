/** What a provider says of a person, read out of verified claims. */

/** Settings that decide how claims are read; part of the `oidc` configuration. */
export interface ClaimSettings {
  /** A claim's name, or a path of names joined by dots into nested claims. */
  readonly groupsClaim: string;
  /** `assumed`: an absent `email_verified` counts as true; a `false` never does. */
  readonly emailVerified: 'required' | 'assumed';
}

/** A person as one token shows them. Identity is issuer + subject; everything else is shown or matched. */
export interface Identity {
  readonly issuer: string;
  readonly subject: string;
  readonly name: string | undefined;
  readonly email: string | undefined;
  readonly emailVerified: boolean;
  readonly groups: readonly string[];
  /** When the person last proved themselves (`auth_time`), epoch ms; undefined when the provider does not say. */
  readonly authenticatedAt: number | undefined;
  /** The provider's name for its own session, by which it may end what was begun in it. */
  readonly sid: string | undefined;
}

/** Bounds of what is kept: a token with more groups, or longer ones, gives the first that fit. */
const mostGroups = 1_000;
const longestText = 320;
/** A longer `sid` is no name a provider gives its sessions. */
export const longestSid = 255;

/** Reads verified claims. Throws a `TypeError` when `iss` or `sub` is not there (OpenID Connect Core, section 2). */
export function readClaims(claims: Readonly<Record<string, unknown>>, settings: ClaimSettings): Identity {
  const { iss, sub } = claims;
  if (typeof iss !== 'string' || iss === '') throw new TypeError('the token names no issuer');
  // OpenID Connect Core section 2: at most 255 ASCII characters.
  if (typeof sub !== 'string' || sub === '' || sub.length > 255)
    throw new TypeError('the token names no subject');
  const email = text(claims.email);
  return {
    issuer: iss,
    subject: sub,
    name: text(claims.name) ?? text(claims.preferred_username),
    email,
    emailVerified: email !== undefined && isVerified(claims.email_verified, settings),
    groups: groups(claims, settings.groupsClaim),
    authenticatedAt: typeof claims.auth_time === 'number' ? claims.auth_time * 1_000 : undefined,
    sid:
      typeof claims.sid === 'string' && claims.sid !== '' && claims.sid.length <= longestSid
        ? claims.sid
        : undefined,
  };
}

/** Some providers write booleans as strings; some never send the claim (screentinker/screentinker#256). */
function isVerified(claim: unknown, settings: ClaimSettings): boolean {
  if (claim === undefined || claim === null) return settings.emailVerified === 'assumed';
  return claim === true || claim === 'true';
}

function groups(claims: Readonly<Record<string, unknown>>, name: string): readonly string[] {
  const value = lookUp(claims, name);
  const listed: unknown[] = Array.isArray(value) ? value : typeof value === 'string' ? [value] : [];
  const named = listed.filter(
    (group): group is string => typeof group === 'string' && group !== '' && group.length <= longestText,
  );
  return [...new Set(named)].slice(0, mostGroups);
}

/** A claim by its whole name first (`https://example.com/groups` holds dots), then as a path into nested claims. */
function lookUp(claims: Readonly<Record<string, unknown>>, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  let value: unknown = claims;
  for (const step of name.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  return value;
}

function text(claim: unknown): string | undefined {
  return typeof claim === 'string' && claim !== '' ? claim.slice(0, longestText) : undefined;
}
