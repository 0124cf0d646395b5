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

/** Those among whom an answer is sought; `seen` is told to who asks. */
export const Answerers = Type.Object(
  {
    from: Type.String({ description: 'groups, or `approvers` for the role' }),
    count: Type.Integer({ description: 'how many of them have to agree' }),
    seen: Type.Optional(
      Type.Object(
        {
          names: Type.Array(Type.String(), {
            description: 'as the provider gives them; the last seen first',
          }),
          more: Type.Boolean({ description: 'there may be others' }),
        },
        {
          description:
            'who of them signed in, or was confirmed by the provider, within the last 30 days; neither the caller nor who has agreed already',
        },
      ),
    ),
  },
  { $id: 'Answerers', title: 'Answerers' },
);
export type Answerers = Static<typeof Answerers>;

/** A moment, by the store's clock. */
export const Moment = Type.Integer({ description: 'epoch milliseconds, UTC' });

/** A span as people write it. */
export const Duration = Type.String({
  description: 'a number and its unit: "90s", "30m", "2h", "7d"',
  minLength: 2,
  maxLength: 32,
  examples: ['30m'],
});
