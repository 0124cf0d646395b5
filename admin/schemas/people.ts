/** How a principal is shown to others. */
import Type, { type Static } from 'typebox';

/** Name and e-mail are what the provider last said: shown, never compared. */
export const Person = Type.Object(
  {
    id: Type.String({ description: 'P-…' }),
    name: Type.Optional(Type.String()),
    email: Type.Optional(Type.String()),
  },
  { $id: 'Person', title: 'Person' },
);
export type Person = Static<typeof Person>;

/** A moment, by the store's clock. */
export const Moment = Type.Integer({ description: 'epoch milliseconds, UTC' });

/** A span as people write it. */
export const Duration = Type.String({
  description: 'a number and its unit: "90s", "30m", "2h", "7d"',
  minLength: 2,
  maxLength: 32,
  examples: ['30m'],
});
