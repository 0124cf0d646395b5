/** Shapes of the sign-in from a command line: a link for the browser, and a certificate for the code that its page shows. */
import Type from 'typebox';
import { NewKey } from './keys.ts';
import { Duration, Moment, Person } from './people.ts';
import { reference } from './reference.ts';
import { CertificateView } from './ssh-certificates.ts';

const { publicKey } = NewKey.properties;

export const NewLogin = Type.Object(
  { publicKey, expiresIn: Type.Optional(Duration) },
  { additionalProperties: false },
);

/** What the command line keeps and shows. */
export const Login = Type.Object({
  ticket: Type.String({ description: 'for the command line alone; the link does not give it away' }),
  link: Type.String({ description: 'to be opened in a browser, once, within ten minutes' }),
  fingerprint: Type.String({ description: 'of the key, as the page shows it' }),
  now: Moment,
  endsAt: Moment,
});

const ticket = Type.String({ minLength: 1, maxLength: 64 });

/** What shows that the caller began it. */
export const LoginTicket = Type.Object({ ticket, publicKey }, { additionalProperties: false });

export const LoginCode = Type.Object(
  {
    ticket,
    publicKey,
    code: Type.String({
      minLength: 1,
      maxLength: 64,
      description: 'the six digits that the link’s page shows to who signed in; five tries',
    }),
  },
  { additionalProperties: false },
);

/** Nobody can sign in at the link any more. */
export const LoginLeft = Type.Object({ now: Moment });

/** The certificate, whose it is, and where it is good. */
export const LoggedIn = Type.Object({
  now: Moment,
  principal: reference(Person),
  certificate: reference(CertificateView),
  ssh: Type.Optional(Type.Object({ host: Type.String(), port: Type.Integer() })),
});
