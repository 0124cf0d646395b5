/** What the hook of deactivated people says. */
import Type, { type Static } from 'typebox';

/** What signs a call, per Standard Webhooks. */
export const SignedHeaders = Type.Object({
  'webhook-id': Type.String({ minLength: 1, maxLength: 128, description: 'the same again changes nothing' }),
  'webhook-timestamp': Type.String({ description: 'epoch seconds, at most five minutes old or ahead' }),
  'webhook-signature': Type.String({ description: 'v1 and the signature of id, time and body' }),
});

/** Somebody who has left; without an issuer it is the configured one. Further fields are passed over. */
export const Deactivated = Type.Object({
  subject: Type.String({ minLength: 1, maxLength: 255 }),
  issuer: Type.Optional(Type.String({ minLength: 1, maxLength: 1_024 })),
});
export type Deactivated = Static<typeof Deactivated>;

/** What became of it. */
export const DeactivatedAnswer = Type.Object({
  changed: Type.Boolean({ description: 'true: locked out, and everything they had is ended' }),
  why: Type.Optional(
    Type.Union([Type.Literal('repeated'), Type.Literal('unknown-subject')], {
      description: 'why nothing was changed',
    }),
  ),
  signIns: Type.Optional(Type.Integer({ description: 'how many were ended' })),
  credentials: Type.Optional(Type.Integer({ description: 'how many were ended' })),
  lockId: Type.Optional(Type.String({ description: 'L-…; the next sign-in of the person lifts it' })),
});
