/** Which of the viewer's rules a repository falls under, and what the form may suggest; the gateway decides when asked. */
import { compilePattern, patternFault } from '../../../../config/pattern.ts';
import type { AskableRight, AskableRule, ElevationRequest, Grant } from '../api/shapes.ts';

/** What people paste for a repository: an address of the gateway, a `.git`, slashes around it. */
export function tidyName(text: string): string {
  return text
    .trim()
    .replace(/^(https?|ssh):\/\/[^/]+\//, '')
    .replace(/^\/+/, '')
    .replace(/\/+$/, '')
    .replace(/\.git$/, '');
}

/** The first rule that matches, as in the policy; undefined for a name no rule lets the viewer ask for. */
export function ruleFor(repository: string, rules: readonly AskableRule[]): AskableRule | undefined {
  // Hosts that fold case have lower-case names; a name in capitals is shown the rule it will fall under.
  const names = [repository, repository.toLowerCase()];
  return rules.find(({ match }) => {
    if (patternFault(match) !== undefined) return false;
    const matches = compilePattern(match);
    return names.some(matches);
  });
}

/** Names to choose from: those of rules without a star, and those the viewer had to do with, newest first. */
export function suggestedNames(
  rules: readonly AskableRule[],
  grants: readonly Grant[],
  requests: readonly ElevationRequest[],
): readonly string[] {
  const used = [
    ...grants.map(({ scope }) => scope.repository),
    ...requests.flatMap(({ scopes }) => scopes.map(({ repository }) => repository)),
  ];
  const exact = rules.map(({ match }) => match).filter((match) => !match.includes('*'));
  return [...new Set([...used, ...exact])].filter((name) => ruleFor(name, rules) !== undefined).slice(0, 50);
}

/** A critical rule's shortest reason, in characters. */
const criticalReason = 20;

/** How long a reason the rule wants, in characters; 0 where it wants none. */
export function shortestReason(rule: AskableRule, offered: AskableRight): number {
  const least = offered.approval === 'automatic' ? 0 : 1;
  return Math.max(rule.reasonMinLength, rule.critical ? criticalReason : 0, least);
}
