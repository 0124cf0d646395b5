/** Shapes of grants. */
import Type, { type Static } from 'typebox';
import { Running } from './operations.ts';
import { Duration, Moment, Person } from './people.ts';
import { Recorded } from './recorded.ts';
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

export const GrantList = Type.Object({
  now: Moment,
  grants: Type.Array(reference(GrantView)),
  more: Type.Boolean({ description: 'whether there may be more: `cursor` goes on' }),
  cursor: Type.Optional(
    Type.String({
      description:
        'there may be more behind this place, though a page may have none; nothing is behind one without it. What is extended while pages of live ones are read may come twice',
    }),
  ),
});

export const GrantFilter = Type.Object(
  {
    mine: Type.Optional(Type.Boolean({ description: 'only the caller’s own' })),
    principal: Type.Optional(
      Type.String({ minLength: 1, maxLength: 64, description: 'only those of this person, P-…' }),
    ),
    repository: Type.Optional(
      Type.String({ minLength: 1, maxLength: 1024, description: 'only those on it, <upstream>/<path>' }),
    ),
    state: Type.Optional({
      ...GrantStateName,
      description: 'with `live`, and no person named, those that end first come first; else the newest do',
    }),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, description: '100 by default' })),
    cursor: Type.Optional(
      Type.String({ maxLength: 128, pattern: '^(new|ends)\\.\\d{1,16}\\.G-[0-9A-Z]{1,64}$' }),
    ),
  },
  { additionalProperties: false },
);

export const Revocation = Type.Object(
  { reason: Type.String({ minLength: 1, maxLength: 2000 }) },
  { additionalProperties: false },
);

/** The grant, and what became of the operations that ran on it. */
export const RevokeAnswer = Type.Object({
  grant: reference(GrantView),
  running: reference(Running),
  recorded: Recorded,
});

export const Extension = Type.Object(
  { duration: Duration, reason: Type.String({ maxLength: 2000 }) },
  { additionalProperties: false },
);
