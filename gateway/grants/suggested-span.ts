/** How long the line with a command suggests to ask for: an hour, or less where the rule allows less. */
import { formatDuration } from '../../config/quantities.ts';
import type { Right } from '../store/records.ts';
import type { Policy } from './policy.ts';

const hourMs = 3_600_000;

/** As commands take it: `1h`, `40m`. */
export function suggestedSpan(policy: Policy, repository: string, right: Right): string {
  const most = policy.ruleFor(repository)?.[right]?.maxDurationMs ?? hourMs;
  return formatDuration(Math.min(hourMs, most));
}
