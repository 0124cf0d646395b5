/** Entries of what auditors do: that they read is on record as everything else is. */

import { Type } from 'typebox';
import { At, Count, entryOf, Id, oneOf, Text } from './entry-parts.ts';

/** Somebody read the audit through the API. Equal reads of ten minutes are the first entry and one with the count of the rest. */
export const AuditRead = entryOf('audit.read', {
  principalId: Id,
  what: oneOf('entries', 'counts', 'stream', 'replay', 'report', 'verify'),
  /** What was asked for, as a query; absent for everything. */
  asked: Type.Optional(Text),
  count: Count,
  firstAt: At,
  lastAt: At,
});

/** Somebody signed the access report of a period off: `from` to `to`, not included, epoch ms. */
export const ReportSignedOff = entryOf('report.signed-off', {
  principalId: Id,
  from: At,
  to: At,
  remarks: Text,
  /** SHA-256 of what the report says of the period, as docs/audit-query.md has it. */
  report: Type.String({ pattern: '^[0-9a-f]{64}$' }),
});
