/** Shapes of grants and of the operations that run on them. */
import Type, { type Static } from 'typebox';
import { Duration, Moment, Person } from './people.ts';
import { reference } from './reference.ts';
import { ScopeView } from './requests.ts';

/** `unrecorded`: issued, its audit entry not yet durable, not usable. */
export const GrantStateName = Type.Union([
  Type.Literal('live'),
  Type.Literal('unrecorded'),
  Type.Literal('expired'),
  Type.Literal('revoked'),
]);

/** A grant as one caller sees it; ended ones stay for 24 h. */
export const GrantView = Type.Object(
  {
    id: Type.String({ description: 'G-…' }),
    state: GrantStateName,
    requestId: Type.String(),
    principal: reference(Person),
    scope: reference(ScopeView),
    issuedAt: Moment,
    endsAt: Moment,
    latestEndsAt: Type.Integer({ description: 'no extension reaches beyond it; epoch milliseconds' }),
    rule: Type.String({ description: 'the `match` of the rule that allowed it' }),
    critical: Type.Boolean(),
    approvers: Type.Array(reference(Person)),
    revokedAt: Type.Optional(Moment),
    revokedBy: Type.Optional(reference(Person)),
    revokeReason: Type.Optional(Type.String()),
    cloneUrl: Type.String({ description: 'what to give to git clone' }),
    version: Type.Integer(),
    may: Type.Object({ revoke: Type.Boolean(), extend: Type.Boolean() }),
  },
  { $id: 'Grant', title: 'Grant' },
);
export type GrantView = Static<typeof GrantView>;

export const GrantList = Type.Object({ now: Moment, grants: Type.Array(reference(GrantView)) });

export const GrantFilter = Type.Object(
  {
    mine: Type.Optional(Type.Boolean({ description: 'only the caller’s own' })),
    state: Type.Optional(GrantStateName),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
  },
  { additionalProperties: false },
);

export const Revocation = Type.Object(
  { reason: Type.String({ minLength: 1, maxLength: 2000 }) },
  { additionalProperties: false },
);

/** What was running on the grant when it was revoked, and what became of it. */
export const RevokeAnswer = Type.Object({
  grant: reference(GrantView),
  running: Type.String({ description: '`nothing`, `cut`, or `passed before you: …`' }),
  operations: Type.Array(
    Type.Object({
      operationId: Type.String(),
      outcome: Type.String({ description: '`cut`, `passed`, or `unconfirmed` when its node did not answer' }),
    }),
  ),
});

export const Extension = Type.Object(
  { duration: Duration, reason: Type.String({ maxLength: 2000 }) },
  { additionalProperties: false },
);

/** A running fetch or push of any node. */
export const OperationView = Type.Object(
  {
    id: Type.String({ description: 'O-…' }),
    principal: reference(Person),
    repository: Type.String(),
    service: Type.String({ description: 'git-upload-pack or git-receive-pack' }),
    door: Type.Union([Type.Literal('https'), Type.Literal('ssh')]),
    node: Type.String(),
    startedAt: Moment,
    endsAt: Type.Optional(Moment),
    grantIds: Type.Array(Type.String()),
    bytesUp: Type.Integer(),
    bytesDown: Type.Integer(),
    address: Type.Optional(Type.String()),
  },
  { $id: 'Operation', title: 'Operation' },
);
export type OperationView = Static<typeof OperationView>;

export const OperationList = Type.Object({ now: Moment, operations: Type.Array(reference(OperationView)) });

export const OperationFilter = Type.Object(
  { live: Type.Optional(Type.Boolean({ description: 'only true is offered; ended ones are in the audit' })) },
  { additionalProperties: false },
);
