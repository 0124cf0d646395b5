/** Who is calling, what they may ask for, and where the doors are. */
import type { Config } from '../../config/schema.ts';
import type { Policy } from '../../gateway/grants/policy.ts';
import { selects } from '../../gateway/grants/selected.ts';
import type { Principal } from '../../gateway/store/records.ts';
import type { AdminDeps } from '../admin-deps.ts';
import { scopesOf } from '../caller.ts';
import type { MeView } from '../schemas/me.ts';
import { approvalText } from '../views/approval-text.ts';
import { personOf } from '../views/people.ts';
import { isApprover } from '../views/visibility.ts';
import type { Handlers } from './handling.ts';
import { longestCertificateMs } from './ssh-certificates.ts';

/** The handler of /api/me. */
export function meHandlers(
  deps: Pick<AdminDeps, 'store' | 'config' | 'policy' | 'ssh' | 'sshAuthority'>,
): Pick<Handlers, 'me'> {
  return {
    async me(caller) {
      const { principal } = caller;
      const now = await deps.store.now();
      const policy = deps.policy();
      const ssh = deps.ssh();
      const authority = deps.sshAuthority();
      const mayAskFor = askable(principal, policy, deps.config(), now);
      return {
        principal: personOf(principal),
        emailVerified: principal.emailVerified,
        groups: [...principal.groups],
        groupsAt: principal.groupsAt,
        roles: [...policy.rolesOf(principal, now).held],
        approves: isApprover(principal, policy, now),
        via: caller.via,
        scopes: [...scopesOf(caller)],
        ...(caller.via === 'sign-in' ? { csrf: caller.signIn.csrf, signInEndsAt: caller.signIn.endsAt } : {}),
        ...(caller.authenticatedAt === undefined ? {} : { authenticatedAt: caller.authenticatedAt }),
        now,
        gateway: {
          https: deps.config().publicUrl,
          ...(ssh === undefined ? {} : { ssh: `ssh://git@${ssh.host}:${ssh.port}` }),
          ...(authority === undefined
            ? {}
            : { sshCertificates: { maxDurationMs: longestCertificateMs(authority, deps.config()) } }),
          hosts: hostsOf(mayAskFor, deps.config()),
        },
        askable: mayAskFor,
      };
    },
  };
}

/** The rules that let the principal ask, in the order of the policy, where the first match wins. */
function askable(principal: Principal, policy: Policy, config: Config, now: number): MeView['askable'] {
  return policy.rules
    .filter((rule) => selects(rule.requesters, principal, now, config.oidc.groupsMaxAgeMs) === 'yes')
    .map((rule) => ({
      match: rule.match,
      critical: rule.critical,
      reasonMinLength: Math.max(0, ...[rule.fetch, rule.push].map((limits) => limits?.minReasonLength ?? 0)),
      rights: (['fetch', 'push'] as const).flatMap((right) => {
        const limits = rule[right];
        if (limits === undefined) return [];
        const { maxDurationMs, ticketPattern, refs, kinds } = limits;
        return [
          {
            right,
            approval: approvalText(limits),
            maxDurationMs,
            ...(ticketPattern === undefined ? {} : { ticketPattern }),
            refs: [...refs],
            kinds: [...kinds],
          },
        ];
      }),
    }))
    .filter(({ rights }) => rights.length > 0);
}

/** The hosts within which the caller may ask, by the addresses their clones have until now; others are not told. */
function hostsOf(askable: MeView['askable'], { upstreams }: Config): MeView['gateway']['hosts'] {
  const named = askable.map(({ match }) => match.split('/')[0]);
  return [...upstreams.values()]
    .filter(({ name }) => named.includes(name))
    .flatMap(({ name, url }) => (url === undefined ? [] : [{ name, url }]));
}
