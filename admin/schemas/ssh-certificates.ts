/** Shapes of the SSH certificates that the gateway signs. */
import Type, { type Static } from 'typebox';
import { NewKey } from './keys.ts';
import { Duration, Moment } from './people.ts';

export const NewCertificate = Type.Object(
  {
    publicKey: NewKey.properties.publicKey,
    expiresIn: Type.Optional(Duration),
    name: Type.Optional(NewKey.properties.name),
  },
  { additionalProperties: false },
);

/** A certificate that was just signed; it ends like a key, by the same calls. */
export const CertificateView = Type.Object(
  {
    id: Type.String({ description: 'C-…' }),
    certificate: Type.String({ description: 'the line for id_…-cert.pub, beside the key it is for' }),
    fingerprint: Type.String({ description: 'of the key' }),
    authority: Type.String({ description: 'fingerprint of the key it is signed with' }),
    serial: Type.String({ description: 'a decimal number of up to 64 bits' }),
    validAfter: Moment,
    endsAt: Moment,
  },
  { $id: 'Certificate', title: 'Certificate' },
);
export type CertificateView = Static<typeof CertificateView>;
