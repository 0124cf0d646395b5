/** Shapes of what the caller's own operations came to, and when their credentials were last used for git. */
import Type, { type Static } from 'typebox';
import { Moment } from './people.ts';
import { reference } from './reference.ts';
import { Right } from './requests.ts';

/** A fetch or push that is over. */
export const EndedOperation = Type.Object(
  {
    id: Type.String({ description: 'O-…' }),
    repository: Type.String(),
    right: Type.Optional(Right),
    door: Type.Optional(Type.Union([Type.Literal('https'), Type.Literal('ssh')])),
    startedAt: Type.Optional(Moment),
    endedAt: Moment,
    outcome: Type.String({ description: '`completed`, `advertised`, `cut`, `refused`, … as in the audit' }),
    reason: Type.Optional(
      Type.String({ description: 'why it was cut, refused or failed, as a word of the audit' }),
    ),
    summary: Type.String({ description: 'how it came out, in words' }),
    bytesUp: Type.Integer({ description: 'from the client' }),
    bytesDown: Type.Integer({ description: 'to the client' }),
  },
  { $id: 'EndedOperation', title: 'EndedOperation' },
);
export type EndedOperation = Static<typeof EndedOperation>;

export const OwnOperationsQuery = Type.Object(
  {
    credentials: Type.Optional(
      Type.Boolean({
        description:
          'look further back, for the last use of each of one’s git credentials, keys and certificates',
      }),
    ),
  },
  { additionalProperties: false },
);

export const OwnOperations = Type.Object({
  now: Moment,
  operations: Type.Array(reference(EndedOperation), {
    description: 'the newest 50 at most, the newest first',
  }),
  credentialUses: Type.Array(
    Type.Object({
      credentialId: Type.String({ description: 'of a git credential, an SSH key or a certificate; C-…' }),
      lastUsedAt: Type.Integer({
        description: 'when git last came with it, let through or refused; epoch milliseconds',
      }),
    }),
    {
      description: 'those that are seen used since `since`; for `api` credentials see `GET /api/credentials`',
    },
  ),
  since: Type.Integer({
    description: 'how far back the audit was looked through, 30 days at most; epoch milliseconds',
  }),
  partial: Type.Boolean({
    description: 'entries of other nodes, or deleted ones, were not to be had here: something may be missing',
  }),
});
export type OwnOperations = Static<typeof OwnOperations>;
