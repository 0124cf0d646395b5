/** Shapes of reading the audit. */
import Type from 'typebox';
import { Gaps } from './audit-gaps.ts';

/** A moment in a query: epoch milliseconds or an RFC 3339 time with its zone. */
const QueryMoment = Type.String({
  maxLength: 40,
  pattern: '^(\\d{1,15}|\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,9})?)?(Z|[+-]\\d{2}:\\d{2}))$',
  examples: ['2026-11-25T14:05:00Z'],
});

/** A place in the logs of all nodes: in this one's files, and for each other chain a number. */
export const auditPlaceForm = '^\\d{1,15}:\\d{1,15}(,A-[0-9A-Z]{16}:\\d{1,15})*$';

const wish = {
  from: Type.Optional(QueryMoment),
  to: Type.Optional(QueryMoment),
  principal: Type.Optional(Type.String({ maxLength: 320 })),
  repository: Type.Optional(Type.String({ maxLength: 1024 })),
  grant: Type.Optional(Type.String({ maxLength: 64 })),
  operation: Type.Optional(Type.String({ maxLength: 64 })),
};

const Nodes = Type.Optional(
  Type.Union([Type.Literal('all'), Type.Literal('this')], {
    description:
      '`all` by default: this node’s log from its files, and of the others what they shared lately; `this`: this node’s alone',
  }),
);

export const AuditQuery = Type.Object(
  {
    ...wish,
    type: Type.Optional(Type.String({ maxLength: 64 })),
    cursor: Type.Optional(Type.String({ maxLength: 4096 })),
    nodes: Nodes,
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
    order: Type.Optional(
      Type.Union([Type.Literal('oldest'), Type.Literal('newest')], {
        description: 'which come first, `oldest` by default; a cursor is good for the order it came from',
      }),
    ),
  },
  { additionalProperties: false },
);

export const AuditCountsQuery = Type.Object(
  { ...wish, type: Type.Optional(Type.String({ maxLength: 64 })), nodes: Nodes },
  { additionalProperties: false },
);

export const AuditStreamQuery = Type.Object(
  {
    ...wish,
    type: Type.Optional(Type.String({ maxLength: 64 })),
    nodes: Nodes,
    after: Type.Optional(
      Type.String({
        maxLength: 4096,
        pattern: auditPlaceForm,
        description: 'the id of an event: begin behind it; a browser sends it by itself as Last-Event-ID',
      }),
    ),
  },
  { additionalProperties: false },
);

export const ReplayQuery = Type.Object(
  { ...wish, at: Type.Optional(QueryMoment) },
  { additionalProperties: false },
);

export const ReportQuery = Type.Object(
  {
    from: QueryMoment,
    to: QueryMoment,
    format: Type.Optional(
      Type.Union([Type.Literal('json'), Type.Literal('html')], { description: '`json` by default' }),
    ),
  },
  { additionalProperties: false },
);

export const SignOff = Type.Object(
  {
    from: QueryMoment,
    to: QueryMoment,
    remarks: Type.String({ minLength: 1, maxLength: 2000 }),
    hash: Type.String({ pattern: '^[0-9a-f]{64}$', description: 'of the report that was read' }),
  },
  { additionalProperties: false },
);

export const SignedOff = Type.Object({
  by: Type.String(),
  from: Type.Integer(),
  to: Type.Integer(),
  remarks: Type.String(),
  hash: Type.String(),
  gaps: Type.Integer({ description: 'missing parts of the log, chains of other nodes included' }),
});

const People = Type.Array(
  Type.Object({
    id: Type.String(),
    name: Type.Optional(Type.String()),
    email: Type.Optional(Type.String()),
  }),
);

const At = Type.Integer({ description: 'epoch milliseconds' });

const SeqRange = Type.Object({ fromSeq: Type.Integer(), toSeq: Type.Integer() });

const Coverage = Type.Array(
  Type.Object({
    chain: Type.String({ description: 'one node’s log' }),
    head: Type.Integer({ description: 'its last entry, as far as this node knows' }),
    here: Type.Boolean({ description: 'whether it is this node’s, whose files are read' }),
    seen: Type.Array(SeqRange, {
      description: 'the entries that were looked through for this answer, in the files or in what was shared',
    }),
    missing: Type.Array(SeqRange, {
      description:
        'entries that there are where this answer looked, and that are not here: the node itself or its files have them, or they are lost',
    }),
    shared: Type.Optional(
      Type.Object(SeqRange.properties, {
        description: 'of another node: the first and the last entry of its that the store holds a copy of',
      }),
    ),
  }),
  { description: 'how much of which logs this answer has seen' },
);

/** Entries as they stand in the chain, and the people they name. */
export const AuditPage = Type.Object({
  entries: Type.Array(Type.Unsafe<Record<string, unknown>>(Type.Unknown({ description: 'one audit entry' }))),
  people: People,
  cursor: Type.Optional(Type.String({ description: 'give it back for the next page; absent on the last' })),
  coverage: Coverage,
});

/** Entries over time, in few stretches of one length. */
export const AuditCounts = Type.Object({
  spanMs: Type.Integer({ description: 'length of each stretch, which begin at its multiples of the epoch' }),
  stretches: Type.Array(
    Type.Object({
      from: At,
      to: Type.Integer({ description: 'epoch milliseconds; not included' }),
      kinds: Type.Array(
        Type.Object({
          type: Type.String(),
          outcome: Type.Optional(Type.String()),
          count: Type.Integer(),
        }),
        { description: 'entries of each type, and of each outcome of those that have one' },
      ),
    }),
    {
      description:
        'those with an entry, the oldest first; at most 60 from the first to the last, with those that have none',
    },
  ),
  coverage: Coverage,
});

const Verdict = Type.Union([Type.Literal('agreed'), Type.Literal('disagreed'), Type.Literal('undecidable')]);
const Tally = Type.Object({
  agreed: Type.Integer(),
  disagreed: Type.Integer(),
  undecidable: Type.Integer(),
});
const Replayed = Type.Object({
  chains: Type.Array(
    Type.Object({
      chain: Type.String(),
      entries: Type.Integer(),
      lastSeq: Type.Integer(),
      lastAt: At,
    }),
  ),
  gaps: Gaps,
  decisions: Tally,
  grants: Tally,
  findings: Type.Array(
    Type.Object({
      chain: Type.String(),
      seq: Type.Integer(),
      at: At,
      type: Type.String(),
      operationId: Type.Optional(Type.String()),
      verdict: Verdict,
      what: Type.String(),
    }),
    { description: 'what is not agreed, and why' },
  ),
  findingsLeftOut: Type.Integer(),
  timeLine: Type.Array(
    Type.Object({
      at: At,
      chain: Type.String(),
      seq: Type.Integer(),
      text: Type.String(),
      verdict: Type.Optional(Verdict),
    }),
  ),
  timeLineLeftOut: Type.Integer(),
  spans: Type.Array(
    Type.Object({
      grantId: Type.String(),
      principalId: Type.String(),
      right: Type.String(),
      repository: Type.String(),
      from: At,
      until: At,
      how: Type.Union([Type.Literal('ends'), Type.Literal('revoked')]),
      operations: Type.Array(
        Type.Object({
          operationId: Type.String(),
          from: At,
          until: Type.Optional(At),
          outcome: Type.String(),
        }),
      ),
      operationsLeftOut: Type.Integer(),
    }),
    { description: 'grants from their beginning to their end, and the operations inside them' },
  ),
  spansLeftOut: Type.Integer(),
});

const Moment = Type.Object({
  at: At,
  grants: Type.Array(
    Type.Object({
      grantId: Type.String(),
      principalId: Type.String(),
      repository: Type.String(),
      right: Type.String(),
      refs: Type.Array(Type.String()),
      endsAt: At,
    }),
  ),
  grantsLeftOut: Type.Integer(),
  locks: Type.Array(
    Type.Object({
      lockId: Type.String(),
      on: Type.Unsafe<Record<string, unknown>>(Type.Unknown({ description: 'what it stops' })),
      right: Type.Optional(Type.String({ description: 'both without it' })),
      except: Type.Array(Type.String(), { description: 'whom it does not stop, P-…' }),
      reason: Type.String(),
    }),
  ),
  locksLeftOut: Type.Integer(),
  refs: Type.Array(
    Type.Object({ repository: Type.String(), ref: Type.String(), id: Type.String(), confirmedAt: At }),
    { description: 'as their hosts last confirmed them' },
  ),
  refsLeftOut: Type.Integer(),
  gaps: Gaps,
});

/** What `sluice audit replay --json` prints, cut to what can be shown; with `at`, what stood at that moment. */
export const ReplayAnswer = Type.Object({
  replayed: Type.Optional(Replayed),
  moment: Type.Optional(Moment),
  people: People,
});
