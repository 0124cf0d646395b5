/** `ssh.userCertificates` of `sluice.yaml`: whose certificates let people in at the SSH door. */
import Type from 'typebox';
import { defaults } from '../defaults.ts';
import { duration, path, section } from './fields.ts';

const trusted = section(
  {
    publicKey: path('The authority’s public key: the .pub file of ssh-keygen.'),
    revoked: Type.Optional(
      path(
        'Certificates it took back, in lines such as serial: 17, id: NAME, sha256: SHA256:… (what ssh-keygen -k reads). Read again when it changes; one that cannot be read lets nobody in.',
      ),
    ),
  },
  'An authority of your organisation. Its certificates name people by their subject at the identity provider.',
);

export const userCertificatesFile = section(
  {
    authorityKey: Type.Optional(
      path(
        'The private Ed25519 key with which the gateway signs certificates for people who are signed in; certs init makes one. The same on every node.',
      ),
    ),
    life: Type.Optional(
      duration('The longest life of a certificate that the gateway signs.', {
        min: '1m',
        max: '30d',
        default: defaults.ssh.userCertificates.life,
      }),
    ),
    trusted: Type.Optional(
      Type.Array(trusted, {
        maxItems: 16,
        title: 'a list of sections with publicKey, revoked',
        description: 'Authorities of your organisation.',
      }),
    ),
  },
  'SSH certificates of people. Without this section none is accepted.',
);
