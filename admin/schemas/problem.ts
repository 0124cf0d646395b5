/** The one shape of every error the API answers. */
import Type, { type Static } from 'typebox';
import { Person } from './people.ts';
import { reference } from './reference.ts';

/** `error` is a stable code for programs, `message` a sentence for people that says what to do next. */
export const Problem = Type.Object(
  {
    error: Type.String({ description: 'stable kebab-case code' }),
    message: Type.String({ description: 'a sentence for people' }),
    faults: Type.Optional(
      Type.Array(Type.Object({ field: Type.String(), message: Type.String() }), {
        description: 'each field of the call that does not fit',
      }),
    ),
    decidedBy: Type.Optional(reference(Person)),
    decidedAt: Type.Optional(Type.Integer({ description: 'epoch milliseconds' })),
    state: Type.Optional(Type.String({ description: 'how the thing asked about stands now' })),
    signIn: Type.Optional(
      Type.String({ description: 'path of this gateway where signing in (again) mends the error' }),
    ),
  },
  { $id: 'Problem', title: 'Problem' },
);
export type ProblemBody = Static<typeof Problem>;
