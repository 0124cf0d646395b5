/** Shape of the access report. */
import Type from 'typebox';
import { Gaps } from './audit-gaps.ts';

const At = Type.Integer({ description: 'epoch milliseconds' });
const Right = Type.String({ description: '`fetch` or `push`' });

const Named = Type.Object({
  id: Type.String(),
  name: Type.Optional(Type.String({ description: 'as far as the people files still say' })),
});

const ReportedOperation = Type.Object({
  operationId: Type.String(),
  right: Right,
  startedAt: At,
  endedAt: Type.Optional(At),
  outcome: Type.Optional(Type.String()),
  bytesUp: Type.Optional(Type.Integer()),
  bytesDown: Type.Optional(Type.Integer()),
  updates: Type.Optional(
    Type.Array(Type.Object({ ref: Type.String(), outcome: Type.String() }), {
      description: 'each ref of a push with its host’s verdict',
    }),
  ),
});

const ReportedGrant = Type.Object({
  grantId: Type.String(),
  requester: Named,
  approvers: Type.Array(Named),
  reason: Type.Optional(Type.String({ description: 'of the request; absent where that is not in the log' })),
  right: Right,
  repository: Type.String(),
  refs: Type.Array(Type.String()),
  rule: Type.String(),
  critical: Type.Boolean(),
  issuedAt: At,
  endedAt: Type.Integer({ description: 'its end as it came: by time, or earlier when it was revoked' }),
  revoked: Type.Optional(Type.Object({ by: Named, reason: Type.String() })),
  operations: Type.Array(ReportedOperation),
});

const RuleToday = Type.Object({
  rule: Type.String(),
  critical: Type.Boolean(),
  right: Right,
  requesters: Type.Array(Type.String(), { description: 'as the policy names them' }),
  mayAsk: Type.Array(Named, { description: 'who signed in and may ask' }),
  approvers: Type.Array(
    Type.Object({
      from: Type.Array(Type.String(), { description: 'as the policy names them' }),
      count: Type.Integer(),
      signedIn: Type.Array(Named),
      neverSignedIn: Type.Array(Type.String(), {
        description: 'of those named, the ones whom nobody that ever signed in fits',
      }),
    }),
    { description: 'what the approval takes; empty where nobody need agree' },
  ),
});

/** What `sluice audit report --format json` prints. */
export const AccessReport = Type.Object(
  {
    from: At,
    to: Type.Integer({ description: 'epoch milliseconds, not included' }),
    grants: Type.Array(ReportedGrant, {
      description: 'those in force at any moment of the period; critical ones first',
    }),
    neverUsed: Type.Array(Type.String(), { description: 'ids of those under which nothing was done in it' }),
    refusals: Type.Array(
      Type.Object({
        who: Named,
        repository: Type.String(),
        right: Right,
        reason: Type.String(),
        count: Type.Integer(),
        lastAt: At,
      }),
    ),
    rules: Type.Array(
      Type.Object({ rule: Type.String(), grants: Type.Integer(), operations: Type.Integer() }),
      { description: 'the most used first' },
    ),
    gaps: Gaps,
    hash: Type.String({ description: 'what a sign-off names' }),
    today: Type.Optional(
      Type.Array(RuleToday, {
        description: 'by the policy that the log ends with; absent where it holds none that can be read',
      }),
    ),
    reviews: Type.Array(
      Type.Object({
        by: Named,
        at: At,
        remarks: Type.String(),
        hash: Type.String(),
        isOfThis: Type.Boolean({ description: 'whether what was signed off is this report' }),
      }),
    ),
  },
  { $id: 'AccessReport' },
);
