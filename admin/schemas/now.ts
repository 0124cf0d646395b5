/** Shapes of what operators watch: each node as it told the store, and counts of all of them over the last hours. */
import Type, { type Static } from 'typebox';
import { Moment } from './people.ts';
import { reference } from './reference.ts';

const OwnMoment = (description: string) =>
  Type.Integer({ description: `${description}; epoch milliseconds by the node’s own clock` });

export const NodeView = Type.Object(
  {
    node: Type.String({ description: 'the name of its audit chain' }),
    version: Type.String(),
    startedAt: OwnMoment('when its process began'),
    state: Type.String({
      description: '`serving`, `draining`, `audit-failed`, `stopped`, or `starting`, as it said last',
    }),
    seenAt: Moment,
    silent: Type.Boolean({ description: 'it says nothing any more and did not say that it stops' }),
    policy: Type.String({ description: 'hash of the policy in force there' }),
    transfers: Type.Integer({ description: 'that hold a lease' }),
    audit: Type.Object({
      writable: Type.Boolean(),
      seq: Type.Integer({ description: 'number of the last durable entry of its chain' }),
      waiting: Type.Integer({ description: 'entries not yet durable' }),
      waitingMs: Type.Integer({ description: 'for how long the first of them has waited' }),
      refused: Type.Integer({ description: 'entries not taken since the disk last took one' }),
    }),
    upstreams: Type.Array(
      Type.Object({
        name: Type.String(),
        answeredAt: Type.Optional(OwnMoment('when the host last answered what it was asked')),
        trouble: Type.Optional(
          Type.Object(
            { at: OwnMoment('when'), kind: Type.String({ description: '`unreachable`, `not-found`, …' }) },
            { description: 'the last time it did not' },
          ),
        ),
      }),
      { description: 'its Git hosts, as far as it had to do with them since it began' },
    ),
  },
  { $id: 'Node', title: 'Node' },
);
export type NodeView = Static<typeof NodeView>;

export const Now = Type.Object(
  {
    now: Moment,
    node: Type.String({ description: 'the node that answers' }),
    policy: Type.String({ description: 'hash of the policy in force on it' }),
    store: Type.Object({
      kind: Type.String({ description: '`memory`, `redis`, `sentinel` or `cluster`' }),
      answeredInMs: Type.Number({ description: 'how long it took for this very answer' }),
    }),
    nodes: Type.Array(reference(NodeView), {
      description: 'that said something within a day, at most 100; as of their last 5 s',
    }),
    stretchMs: Type.Integer({ description: 'how long each stretch is' }),
    stretches: Type.Array(
      Type.Object({
        at: Type.Integer({ description: 'its beginning; epoch milliseconds' }),
        bytesUp: Type.Integer({ description: 'repository bytes from clients' }),
        bytesDown: Type.Integer({ description: 'repository bytes to clients' }),
        operations: Type.Integer({ description: 'that ended, however' }),
        refusals: Type.Integer(),
        cuts: Type.Integer(),
      }),
      {
        description:
          'counts of all nodes over the last six hours, oldest first; empty stretches are left out',
      },
    ),
  },
  { $id: 'Now', title: 'Now' },
);
export type Now = Static<typeof Now>;
