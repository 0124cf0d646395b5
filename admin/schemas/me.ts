/** What the page needs to know about its caller, and what `decide` would tell them. */
import Type, { type Static } from 'typebox';
import { Moment, Person } from './people.ts';
import { reference } from './reference.ts';
import { Right, UpdateKinds } from './requests.ts';

export const RoleName = Type.Union([
  Type.Literal('approver'),
  Type.Literal('auditor'),
  Type.Literal('admin'),
]);

/** How a rule lets the caller ask for one right. */
export const AskableRight = Type.Object({
  right: Right,
  approval: Type.String({ description: '`automatic`, `ask`, or who must agree, as a phrase' }),
  maxDurationMs: Type.Integer(),
  ticketPattern: Type.Optional(Type.String({ description: 'must be found in the reason' })),
  refs: Type.Array(Type.String()),
  kinds: Type.Array(UpdateKinds, { description: 'what a push may be asked to do to them; none of a fetch' }),
});

export const Me = Type.Object(
  {
    principal: reference(Person),
    emailVerified: Type.Boolean(),
    groups: Type.Array(Type.String()),
    groupsAt: Moment,
    roles: Type.Array(RoleName, { description: 'by configuration; a rule may name further approvers' }),
    approves: Type.Boolean({ description: 'some rule or the role lets the caller answer requests' }),
    via: Type.Union([Type.Literal('sign-in'), Type.Literal('credential'), Type.Literal('id-token')]),
    scopes: Type.Array(Type.String(), { description: 'what this caller’s sign-in or credential may do' }),
    csrf: Type.Optional(Type.String({ description: 'send back as X-CSRF-Token with every change' })),
    authenticatedAt: Type.Optional(Moment),
    signInEndsAt: Type.Optional(Moment),
    now: Moment,
    gateway: Type.Object({
      https: Type.String(),
      ssh: Type.Optional(Type.String()),
      sshCertificates: Type.Optional(
        Type.Object(
          { maxDurationMs: Type.Integer() },
          { description: 'how long one may last that the gateway signs; absent where it signs none' },
        ),
      ),
      hosts: Type.Array(Type.Object({ name: Type.String(), url: Type.String() }), {
        description: 'the hosts behind it within which the caller may ask, with their own addresses',
      }),
    }),
    askable: Type.Array(
      Type.Object({
        match: Type.String({ description: 'the rule’s pattern of repositories' }),
        critical: Type.Boolean(),
        reasonMinLength: Type.Integer(),
        rights: Type.Array(AskableRight),
      }),
    ),
  },
  { $id: 'Me', title: 'Me' },
);
export type MeView = Static<typeof Me>;

export const CanQuery = Type.Object(
  {
    repository: Type.String({ minLength: 1, maxLength: 1024 }),
    right: Right,
    ref: Type.Optional(Type.String({ minLength: 1, maxLength: 1024 })),
  },
  { additionalProperties: false },
);

/** The decision for the caller here and now; `message` is what git would show. */
export const CanAnswer = Type.Object(
  {
    allowed: Type.Boolean(),
    reason: Type.Optional(Type.String({ description: 'kebab-case cause of a denial' })),
    message: Type.String(),
    repository: Type.String(),
    grantId: Type.Optional(Type.String()),
    endsAt: Type.Optional(Moment),
    now: Moment,
    ask: Type.Optional(Type.String({ description: 'address of the filled-in request form' })),
  },
  { $id: 'Can', title: 'Can' },
);

export const Health = Type.Object({ status: Type.Literal('ok') });
