/** Shapes of elevation requests: what is asked, and how it stands. */
import Type, { type Static } from 'typebox';
import { Answerers, Duration, Moment, Person } from './people.ts';
import { reference } from './reference.ts';

export const Right = Type.Union([Type.Literal('fetch'), Type.Literal('push')], { title: 'Right' });
export const UpdateKinds = Type.Union([
  Type.Literal('create'),
  Type.Literal('update'),
  Type.Literal('delete'),
]);
const RefPattern = Type.String({ minLength: 1, maxLength: 512 });

/** What a caller asks for; refs and kinds left out mean what the rule allows. */
export const AskedScope = Type.Object(
  {
    repository: Type.String({ minLength: 1, maxLength: 1024, examples: ['hub/acme/app'] }),
    right: Right,
    refs: Type.Optional(Type.Array(RefPattern, { maxItems: 100 })),
    kinds: Type.Optional(Type.Array(UpdateKinds, { maxItems: 3 })),
  },
  { additionalProperties: false },
);

/** A scope as it stands in requests and grants; refs and kinds are empty for `fetch`. */
export const ScopeView = Type.Object(
  {
    repository: Type.String(),
    right: Right,
    refs: Type.Array(Type.String()),
    kinds: Type.Array(UpdateKinds),
  },
  { $id: 'Scope', title: 'Scope' },
);

export const NewRequest = Type.Object(
  {
    scopes: Type.Array(AskedScope, { minItems: 1, maxItems: 20 }),
    duration: Duration,
    reason: Type.String({ maxLength: 2000 }),
  },
  { additionalProperties: false },
);

export const AnswerView = Type.Object({
  by: reference(Person),
  at: Moment,
  verdict: Type.Union([Type.Literal('approve'), Type.Literal('deny')]),
  durationMs: Type.Optional(Type.Integer()),
  refs: Type.Optional(Type.Array(Type.String())),
  comment: Type.Optional(Type.String()),
});

/** `lapsed`: nobody decided in time. Nothing else about a request ever disappears. */
export const RequestStateName = Type.Union([
  Type.Literal('pending'),
  Type.Literal('approved'),
  Type.Literal('denied'),
  Type.Literal('withdrawn'),
  Type.Literal('lapsed'),
]);

/** A request as one caller sees it; `may` says what this caller can do to it now. */
export const RequestView = Type.Object(
  {
    id: Type.String({ description: 'R-…' }),
    state: RequestStateName,
    principal: reference(Person),
    scopes: Type.Array(reference(ScopeView)),
    durationMs: Type.Integer({ description: 'counted from the approval' }),
    duration: Type.String(),
    reason: Type.String(),
    critical: Type.Boolean(),
    createdAt: Moment,
    decideBy: Moment,
    endsAtIfApprovedNow: Type.Optional(Moment),
    extends: Type.Optional(Type.String({ description: 'G-…, the grant whose end would move' })),
    answers: Type.Array(AnswerView),
    waitsFor: Type.Array(reference(Answerers), { description: 'whose agreement is still missing' }),
    waitsForText: Type.Optional(Type.String({ description: 'the same as a phrase' })),
    decidedAt: Type.Optional(Moment),
    decidedBy: Type.Optional(reference(Person)),
    comment: Type.Optional(Type.String()),
    grantIds: Type.Array(Type.String()),
    endsAt: Type.Optional(Type.Integer({ description: 'when what was granted ends; epoch milliseconds' })),
    version: Type.Integer(),
    may: Type.Object({
      answer: Type.Boolean(),
      withdraw: Type.Boolean(),
      why: Type.Optional(Type.String({ description: 'why this caller cannot answer, as a sentence' })),
      freshSignIn: Type.Boolean({ description: 'answering needs a sign-in younger than 5 minutes' }),
    }),
    link: Type.String({ description: 'address of the page where it is answered' }),
  },
  { $id: 'ElevationRequest', title: 'ElevationRequest' },
);
export type RequestView = Static<typeof RequestView>;

const Cursor = Type.String({ maxLength: 128, pattern: '^[01](\\.\\d{1,16}\\.R-[0-9A-Z]{1,64})?$' });

export const RequestList = Type.Object({
  now: Moment,
  requests: Type.Array(reference(RequestView)),
  cursor: Type.Optional(
    Type.String({
      description:
        'there may be more behind this place, though a page may have none; nothing is behind one without it',
    }),
  ),
});

export const RequestFilter = Type.Object(
  {
    state: Type.Optional(RequestStateName),
    mine: Type.Optional(Type.Boolean({ description: 'only what the caller asked for' })),
    answerable: Type.Optional(Type.Boolean({ description: 'only those that wait for the caller’s answer' })),
    find: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        description: 'a part of the id, a repository’s name, the reason, or the name or e-mail of who asked',
      }),
    ),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, description: '100 by default' })),
    cursor: Type.Optional(Cursor),
    until: Type.Optional({
      ...Cursor,
      description: 'the cursor of a page read before: reads that page again',
    }),
  },
  { additionalProperties: false },
);

export const Approval = Type.Object(
  {
    duration: Type.Optional(Duration),
    refs: Type.Optional(Type.Array(RefPattern, { minItems: 1, maxItems: 100 })),
    comment: Type.Optional(Type.String({ maxLength: 2000 })),
  },
  { additionalProperties: false },
);

export const Denial = Type.Object(
  {
    comment: Type.String({ minLength: 1, maxLength: 2000 }),
  },
  { additionalProperties: false },
);

/** A call that takes no fields: an empty object or no body at all. */
export const Nothing = Type.Object({}, { additionalProperties: false });
