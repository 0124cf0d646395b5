/** Shapes of the SSH keys that people register. */
import Type, { type Static } from 'typebox';
import { Duration, Moment } from './people.ts';
import { Recorded } from './recorded.ts';
import { reference } from './reference.ts';

/** A registered key. */
export const KeyView = Type.Object(
  {
    id: Type.String({ description: 'C-…' }),
    name: Type.String(),
    fingerprint: Type.String({ description: 'SHA256:… as ssh-keygen -l shows it' }),
    createdAt: Moment,
    endsAt: Moment,
    origin: Type.Union([Type.Literal('registered'), Type.Literal('sign-in-link')], {
      description: 'sign-in-link: bound at a terminal, by the link it shows',
    }),
  },
  { $id: 'Key', title: 'Key' },
);
export type KeyView = Static<typeof KeyView>;

export const RevokedKey = Type.Object({ ...KeyView.properties, recorded: Recorded });

export const KeyList = Type.Object({ now: Moment, keys: Type.Array(reference(KeyView)) });

export const NewKey = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 100 }),
    publicKey: Type.String({
      minLength: 1,
      maxLength: 16_384,
      description: 'the line of the .pub file',
      examples: ['ssh-ed25519 AAAAC3Nz… ana@laptop'],
    }),
    expiresIn: Duration,
  },
  { additionalProperties: false },
);
