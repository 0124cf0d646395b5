/** Shape of what is missing of a log. */
import Type from 'typebox';

/** Missing parts of a log, as replay and report name them. */
export const Gaps = Type.Array(
  Type.Object({
    chain: Type.String(),
    after: Type.Integer({ description: 'the last entry before it' }),
    before: Type.Optional(Type.Integer({ description: 'the entry the chain goes on with' })),
    prev: Type.Optional(
      Type.String({ description: 'the hash that the entry it goes on with names of the one before it' }),
    ),
    what: Type.String(),
    isDeleted: Type.Optional(
      Type.Boolean({ description: 'its time of keeping was over, and the chain says that it was deleted' }),
    ),
  }),
  { description: 'parts of the log that are missing, were altered, or lie on other nodes' },
);
