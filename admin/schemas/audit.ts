/** Shapes of reading the audit. */
import Type from 'typebox';

/** A moment in a query: epoch milliseconds or an RFC 3339 time with its zone. */
const QueryMoment = Type.String({
  maxLength: 40,
  pattern: '^(\\d{1,15}|\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,9})?)?(Z|[+-]\\d{2}:\\d{2}))$',
  examples: ['2026-11-25T14:05:00Z'],
});

export const AuditQuery = Type.Object(
  {
    from: Type.Optional(QueryMoment),
    to: Type.Optional(QueryMoment),
    principal: Type.Optional(Type.String({ maxLength: 320 })),
    repository: Type.Optional(Type.String({ maxLength: 1024 })),
    type: Type.Optional(Type.String({ maxLength: 64 })),
    grant: Type.Optional(Type.String({ maxLength: 64 })),
    cursor: Type.Optional(Type.String({ maxLength: 256 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
    order: Type.Optional(
      Type.Union([Type.Literal('oldest'), Type.Literal('newest')], {
        description: 'which come first, `oldest` by default; a cursor is good for the order it came from',
      }),
    ),
  },
  { additionalProperties: false },
);

/** Entries as they stand in the chain, and the people they name. */
export const AuditPage = Type.Object({
  entries: Type.Array(Type.Unsafe<Record<string, unknown>>(Type.Unknown({ description: 'one audit entry' }))),
  people: Type.Array(
    Type.Object({
      id: Type.String(),
      name: Type.Optional(Type.String()),
      email: Type.Optional(Type.String()),
    }),
  ),
  cursor: Type.Optional(Type.String({ description: 'give it back for the next page; absent on the last' })),
});
