/** What can only be said of the rules together and beside the hosts: names that do not exist, rules that are never reached. */
import type { Problem } from '../fault.ts';
import type { ConfigFile } from '../file/root.ts';
import { canonicalMatch, type MatchScope, upstreamFoldsCase } from '../folding.ts';
import { nearestName } from '../nearest-name.ts';
import { covers } from '../pattern.ts';

/** Faults of `match` against the hosts, and of rules behind one that takes all they could match. */
export function policyFaults({ repositories, upstreams }: ConfigFile): Problem[] {
  const hosts = foldingOf(upstreams);
  const earlier: { match: string; at: number }[] = [];
  return repositories.flatMap(({ match }, at) => {
    const scope = canonicalMatch(match, hosts);
    if (scope.kind !== 'canonical')
      return [{ path: ['repositories', at, 'match'], message: scopeFault(scope, hosts) }];
    const above = earlier.find((rule) => covers(rule.match, scope.match));
    earlier.push({ match: scope.match, at });
    if (above === undefined) return [];
    const why = above.match === scope.match ? 'has the same match' : 'matches all it could';
    const message = `is never reached: repositories[${above.at}] (${above.match}) stands before it and ${why}`;
    return [{ path: ['repositories', at, 'match'], message }];
  });
}

function scopeFault(
  scope: Exclude<MatchScope, { kind: 'canonical' }>,
  hosts: ReadonlyMap<string, boolean>,
): string {
  if (scope.kind === 'mixed') {
    return 'holds capital letters and may match upstreams that fold case beside others; expected the name of one upstream first';
  }
  const names = [...hosts.keys()];
  const meant = nearestName(scope.name, names);
  const hint = meant === undefined ? `expected one of ${names.join(', ')}, or *` : `did you mean ${meant}?`;
  return `starts with ${JSON.stringify(scope.name)}, which is no upstream; ${hint}`;
}

/** Rules that are odd but may be meant. */
export function policyWarnings({ repositories, upstreams }: ConfigFile): Problem[] {
  return repositories.flatMap((rule, at): Problem[] => {
    const warnings: Problem[] = [];
    if (rule.match.endsWith('.git')) {
      warnings.push({
        path: ['repositories', at, 'match'],
        message: 'ends with .git, which canonical names stand without',
      });
    }
    const [name = ''] = rule.match.split('/');
    const credential = upstreams[name]?.credential;
    if (rule.push !== undefined && credential?.fetch !== undefined && credential.push === undefined) {
      warnings.push({
        path: ['repositories', at, 'push'],
        message: `can be granted, but upstreams.${name} has no credential to push`,
        atKey: true,
      });
    }
    return warnings;
  });
}

function foldingOf(upstreams: ConfigFile['upstreams']): Map<string, boolean> {
  return new Map(Object.entries(upstreams).map(([name, upstream]) => [name, upstreamFoldsCase(upstream)]));
}
