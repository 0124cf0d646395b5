/** Shapes of running operations, and of what became of those that somebody ended. */
import Type, { type Static } from 'typebox';
import { Moment, Person } from './people.ts';
import { Recorded } from './recorded.ts';
import { reference } from './reference.ts';
import { Right } from './requests.ts';

const operation = {
  id: Type.String({ description: 'O-…' }),
  principal: reference(Person),
  repository: Type.String(),
  right: Right,
  door: Type.Union([Type.Literal('https'), Type.Literal('ssh')]),
  node: Type.String(),
  startedAt: Moment,
};

const Outcome = Type.String({
  description:
    '`completed`, `advertised`, `client-left`, … as in the audit; `gone` when nobody knows any more',
});

const Refs = Type.Array(Type.String(), { description: 'the first 1,000' });

/** A fetch or push on any node's books: running, or over and not yet on record. */
export const OperationView = Type.Object(
  {
    ...operation,
    state: Type.String({ description: '`moving` while bytes may pass, else how it stood still' }),
    grantIds: Type.Array(Type.String()),
    bytesUp: Type.Integer({ description: 'from the client, as of the last 5 s' }),
    bytesDown: Type.Integer({ description: 'to the client, as of the last 5 s' }),
    nodeSeenAt: Type.Integer({ description: 'the node’s last sign of life; epoch milliseconds' }),
    passed: Type.Optional(
      Type.Object(
        { at: Moment, refs: Refs },
        { description: 'a push that is through the gate: its host may apply it whatever happens here' },
      ),
    ),
  },
  { $id: 'Operation', title: 'Operation' },
);
export type OperationView = Static<typeof OperationView>;

export const OperationList = Type.Object({
  now: Moment,
  operations: Type.Array(reference(OperationView)),
  more: Type.Integer({ description: 'how many were left out' }),
});

export const OperationFilter = Type.Object(
  {
    live: Type.Optional(
      Type.Boolean({
        description: 'only true is offered; one’s own ended ones: /api/me/operations; all: the audit',
      }),
    ),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
  },
  { additionalProperties: false },
);

/** What became of every operation that a revocation, a lock or an order to cut met. */
export const Running = Type.Object(
  {
    summary: Type.String({ description: 'all of it as one line for people; `nothing was running`' }),
    cut: Type.Array(Type.Object(operation), {
      description: 'no byte of them moves any more; their hosts never had the whole of a push',
    }),
    passedBefore: Type.Array(
      Type.Object({ ...operation, refs: Refs, passedAt: Moment, outcome: Type.Optional(Outcome) }),
      { description: 'pushes that had passed the gate: what their hosts do is what happened' },
    ),
    ended: Type.Array(Type.Object({ ...operation, outcome: Outcome }), {
      description: 'came to their own end in the same moment',
    }),
    unconfirmed: Type.Array(
      Type.Object({
        ...operation,
        nodeSeenAt: Type.Integer({ description: 'the node’s last sign of life; epoch milliseconds' }),
        endsBy: Type.Integer({
          description: 'when it ends at the latest though its node hears of nothing; epoch milliseconds',
        }),
      }),
      { description: 'their nodes did not say within two seconds that they stand still' },
    ),
  },
  { $id: 'Running', title: 'Running' },
);
export type Running = Static<typeof Running>;

export const CutOrder = Type.Object(
  { reason: Type.String({ minLength: 1, maxLength: 2000 }) },
  { additionalProperties: false },
);

/** The operation as it stood at the order, and what became of it. */
export const CutAnswer = Type.Object({
  operation: reference(OperationView),
  running: reference(Running),
  recorded: Recorded,
});
