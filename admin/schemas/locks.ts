/** Shapes of locks. */
import Type, { type Static } from 'typebox';
import { Running } from './operations.ts';
import { Moment, Person } from './people.ts';
import { Recorded } from './recorded.ts';
import { reference } from './reference.ts';
import { Right } from './requests.ts';

/** A lock that stands; exactly one of `principal`, `repository`, `upstream` and `everything` says what it is on. */
export const LockView = Type.Object(
  {
    id: Type.String({ description: 'L-…' }),
    principal: Type.Optional(reference(Person)),
    repository: Type.Optional(Type.String()),
    upstream: Type.Optional(Type.String()),
    everything: Type.Optional(Type.Literal(true)),
    right: Type.Optional(Right),
    except: Type.Array(reference(Person)),
    reason: Type.String(),
    by: reference(Person),
    createdAt: Moment,
    until: Type.Optional(Moment),
    untilSignIn: Type.Optional(
      Type.Literal(true, { description: 'the next sign-in of the person it is on lifts it' }),
    ),
  },
  { $id: 'Lock', title: 'Lock' },
);
export type LockView = Static<typeof LockView>;

export const LockList = Type.Object({ now: Moment, locks: Type.Array(reference(LockView)) });

const PrincipalId = Type.String({ minLength: 1, maxLength: 64, description: 'P-…' });
const Reason = Type.String({ minLength: 1, maxLength: 2000 });

export const NewLock = Type.Object(
  {
    principal: Type.Optional(PrincipalId),
    repository: Type.Optional(Type.String({ minLength: 1, maxLength: 1024 })),
    upstream: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    everything: Type.Optional(Type.Literal(true)),
    right: Type.Optional(Type.Union([Right], { description: 'stop this one only; without it both' })),
    except: Type.Optional(Type.Array(PrincipalId, { maxItems: 100, description: 'whom it does not stop' })),
    reason: Reason,
    until: Type.Optional(
      Type.Union(
        [Type.Integer({ minimum: 0, maximum: 8_640_000_000_000_000 }), Type.String({ maxLength: 40 })],
        {
          description:
            'epoch milliseconds, a time such as 2026-11-25T14:05:00Z, or a span from now such as 2h',
        },
      ),
    ),
  },
  { additionalProperties: false },
);

export const LockAnswer = Type.Object({
  lock: reference(LockView),
  running: reference(Running),
  recorded: Recorded,
});

export const Lifting = Type.Object({ reason: Reason }, { additionalProperties: false });

export const LiftAnswer = Type.Object({ lock: reference(LockView), recorded: Recorded });
