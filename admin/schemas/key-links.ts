/** Shapes of the sign-in links that terminals show. */
import Type, { type Static } from 'typebox';
import { Moment } from './people.ts';

/** What stands in the link behind `/login/ssh/`. */
export const ByToken = Type.Object({ token: Type.String({ minLength: 1, maxLength: 64 }) });

/** A link as whoever opened it sees it. */
export const KeyLinkView = Type.Object(
  {
    now: Moment,
    gives: Type.Union([Type.Literal('key'), Type.Literal('certificate')], {
      description: 'what the terminal gets: its key becomes the caller’s, or a certificate over it',
    }),
    fingerprint: Type.String({ description: 'SHA256:… of the terminal’s key' }),
    address: Type.String({ description: 'where the terminal is' }),
    createdAt: Moment,
    endsAt: Moment,
    keyLifeMs: Type.Integer({
      description: 'how long the key would be the caller’s, or the certificate good',
    }),
    state: Type.Union([Type.Literal('open'), Type.Literal('code-shown'), Type.Literal('bound')]),
    keyEndsAt: Type.Optional(Moment),
  },
  { $id: 'KeyLink', title: 'KeyLink' },
);
export type KeyLinkView = Static<typeof KeyLinkView>;

/** The only answer that ever holds the code. */
export const KeyLinkCode = Type.Object({
  code: Type.String({ description: 'six digits, to be typed at the terminal; shown this once' }),
  endsAt: Moment,
});
