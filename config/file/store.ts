/** `store` of `sluice.yaml`: where live grants are kept. */
import Type from 'typebox';
import { defaults } from '../defaults.ts';
import { duration, hostPort, list, path, secret, section, text, word } from './fields.ts';

/** The store of live state. */
export const storeFile = section(
  {
    kind: word(
      ['redis', 'sentinel', 'cluster', 'memory'],
      'redis: one server. sentinel, cluster: with failover. memory: inside this one process, for trying things out; everything is forgotten at the end.',
    ),
    addresses: Type.Optional(
      list(
        hostPort('HOST:PORT.'),
        'a list of HOST:PORT',
        'The server (redis, exactly one), the sentinels, or some nodes of the cluster.',
      ),
    ),
    primaryName: Type.Optional(
      text('The name under which the sentinels know the primary. Needed for sentinel.'),
    ),
    username: Type.Optional(text('ACL user.')),
    passwordFile: Type.Optional(secret('Password of the ACL user.')),
    tls: Type.Optional(
      section(
        {
          caFile: Type.Optional(
            path('Authorities that sign the store certificate, PEM; without it the public ones.'),
          ),
          serverName: Type.Optional(
            text('Name expected in the certificate, when it is not the host of the address.'),
          ),
          certificateFile: Type.Optional(path('Certificate shown to the store, PEM.')),
          keyFile: Type.Optional(path('Key of that certificate, PEM.')),
        },
        'Speak TLS to the store; {} takes the public authorities.',
      ),
    ),
    integrityKeyFile: Type.Optional(
      secret(
        'Key that seals grants, locks and credentials, so that writing to the store alone mints no access: 64 hex digits, the same on every node. `sluice certs init` makes one. Needed except for memory.',
      ),
    ),
    timeout: Type.Optional(
      duration('How long one answer may take.', { min: '50ms', max: '30s', default: defaults.store.timeout }),
    ),
  },
  'Where live grants are kept.',
);
