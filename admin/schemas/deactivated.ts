/** What the hook of deactivated people says. */
import Type, { type Static } from 'typebox';

/** Somebody who has left; without an issuer it is the configured one. Further fields are passed over. */
export const Deactivated = Type.Object({
  subject: Type.String({ minLength: 1, maxLength: 255 }),
  issuer: Type.Optional(Type.String({ minLength: 1, maxLength: 1_024 })),
});
export type Deactivated = Static<typeof Deactivated>;
