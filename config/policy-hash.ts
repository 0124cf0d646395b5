/** The part of the configuration that decides, in one canonical text, and its hash: what nodes compare and the audit names. */
import { createHash } from 'node:crypto';
import type { Config, UpstreamConfig } from './schema.ts';

/** What of the configuration decides. */
export interface PolicyPart {
  readonly oidc: Pick<Config['oidc'], 'issuer' | 'groupsClaim' | 'groupsMaxAgeMs' | 'emailVerified'>;
  readonly roles: Config['roles'];
  readonly upstreams: ReadonlyMap<string, Pick<UpstreamConfig, 'name' | 'kind' | 'url' | 'foldsCase'>>;
  readonly repositories: Config['repositories'];
}

/**
 * Writes what decisions rest on as JSON with sorted keys: roles, rules, how groups and addresses count, how names fold.
 * Paths, addresses and limits of one node are left out, so that nodes with the same policy agree.
 */
export function policyText(config: PolicyPart): string {
  const { issuer, groupsClaim, groupsMaxAgeMs, emailVerified } = config.oidc;
  return canonicalJson({
    oidc: { issuer, groupsClaim, groupsMaxAgeMs, emailVerified },
    roles: config.roles,
    upstreams: [...config.upstreams.values()].map(({ name, kind, url, foldsCase }) => ({
      name,
      kind,
      url,
      foldsCase,
    })),
    repositories: config.repositories,
  });
}

/** Lower-case hex SHA-256 of `policyText`. */
export function policyHash(config: PolicyPart): string {
  return createHash('sha256').update(policyText(config)).digest('hex');
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    if (inner === null || typeof inner !== 'object' || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  });
}
