/** What somebody signs off: the access report of a period, without what changes after it. */
import { createHash } from 'node:crypto';
import type { AccessReport } from './access-report.ts';

/**
 * Lower-case hex SHA-256 over grants, refusals, rules and gaps of the period, people by their ids: a name that is erased later, the
 * policy of today and reviews do not change it, an entry that was left out does.
 */
export function reportHash({
  from,
  to,
  grants,
  refusals,
  rules,
  gaps,
}: Omit<AccessReport, 'hash' | 'today' | 'reviews'>): string {
  const text = JSON.stringify({ from, to, grants, refusals, rules, gaps }, (key, value: unknown) =>
    key === 'name' ? undefined : value,
  );
  return createHash('sha256').update(text).digest('hex');
}
