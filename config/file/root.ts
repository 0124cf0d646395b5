/** `sluice.yaml` as a whole: what may stand in the file, before defaults and cross checks. */
import Type from 'typebox';
import { originFault } from '../addresses.ts';
import { defaults } from '../defaults.ts';
import { duration, path, secret, section, size, word } from './fields.ts';
import { limitsFile } from './limits.ts';
import { httpsFile, opsFile, sshFile } from './listeners.ts';
import { credentialsFile, hooksFile, oidcFile, rolesFile, signInFile } from './people.ts';
import { repositoriesFile } from './repositories.ts';
import { storeFile } from './store.ts';
import { upstreamsFile } from './upstreams.ts';

const auditFile = section(
  {
    directory: path(
      'Where the chain of this node is kept; one directory a node, on a disk that keeps what is fsynced.',
    ),
    onFailure: Type.Optional(
      word(
        ['refuse', 'continue'],
        'While the audit cannot be written: refuse new operations, or go on with an alarm.',
        defaults.audit.onFailure,
      ),
    ),
    segmentSize: Type.Optional(
      size('A segment file is closed at this size.', {
        min: '64KiB',
        max: '16GiB',
        default: defaults.audit.segmentSize,
      }),
    ),
    segmentAge: Type.Optional(
      duration('A segment file is closed at this age, with the entry that comes next.', {
        min: '1m',
        max: '30d',
        default: defaults.audit.segmentAge,
      }),
    ),
    compress: Type.Optional(
      Type.Boolean({
        title: 'true or false',
        description: 'Closed segment files are compressed (gzip) once the next one has begun.',
        default: defaults.audit.compress,
      }),
    ),
    archive: Type.Optional(
      path(
        'A folder, which must be there, that gets a copy of each closed segment file, read back before it counts.',
      ),
    ),
    retention: Type.Optional(
      duration(
        'Segment files whose last entry is older are deleted, the oldest first, with an entry that says so; where there is an archive, only those that it has. Without it none is deleted.',
        { min: '1h', max: '3650d' },
      ),
    ),
    signingKeyFile: Type.Optional(
      secret(
        'Ed25519 key that signs the chain’s head in checkpoints, PEM; `sluice certs init` makes one. Auditors verify with the public one. A chain that was signed once stays so, or its verification fails. Without it nothing is signed.',
      ),
    ),
    witness: Type.Optional(
      section(
        {
          file: Type.Optional(
            path(
              'Each checkpoint is appended to this file, on another machine or disk than the audit, and is an anchor for `sluice audit verify`. One file a node.',
            ),
          ),
          webhook: Type.Optional(
            section(
              {
                url: Type.String({
                  title: 'https://…',
                  description: 'Who keeps checkpoints: takes a POST whose body is a checkpoint, one line.',
                  pattern: '^https?://[^\\s@#]+$',
                }),
                secretFile: secret(
                  'Secret shared with the receiver, as Standard Webhooks has it: whsec_ and base64 of 24 to 64 bytes.',
                ),
              },
              'Each checkpoint is posted there, signed per Standard Webhooks; the bodies, one behind the other in a file, are an anchor for `sluice audit verify`.',
            ),
          ),
        },
        'Where checkpoints are kept elsewhere, so that a tail cut off is seen: a file, a webhook, or both. Needs signingKeyFile.',
      ),
    ),
    checkpoint: Type.Optional(
      section(
        {
          entries: Type.Optional(
            Type.Integer({
              title: 'a number',
              description: 'The next checkpoint comes within so many entries.',
              minimum: 10,
              maximum: 100_000,
              default: defaults.audit.checkpoint.entries,
            }),
          ),
          seconds: Type.Optional(
            Type.Integer({
              title: 'a number',
              description: 'A head without a checkpoint gets one after so many seconds.',
              minimum: 1,
              maximum: 86_400,
              default: defaults.audit.checkpoint.seconds,
            }),
          ),
        },
        'How often the chain’s head is signed. Needs signingKeyFile.',
      ),
    ),
  },
  'The audit log.',
);

/** The file's schema; published as `sluice.schema.json`. */
export const fileSchema = section(
  {
    publicUrl: Type.Refine(
      Type.String({
        title: 'https://HOST or https://HOST:PORT',
        description: 'The origin that people and links use, without a path.',
      }),
      (value) => originFault(value) === undefined,
      (value) => `https://HOST or https://HOST:PORT, and it ${originFault(value)}`,
    ),
    https: httpsFile,
    ssh: Type.Optional(sshFile),
    ops: Type.Optional(opsFile),
    store: storeFile,
    oidc: oidcFile,
    roles: Type.Optional(rolesFile),
    signIn: Type.Optional(signInFile),
    credentials: Type.Optional(credentialsFile),
    hooks: Type.Optional(hooksFile),
    upstreams: upstreamsFile,
    repositories: repositoriesFile,
    audit: auditFile,
    limits: Type.Optional(limitsFile),
    log: Type.Optional(
      section(
        {
          level: Type.Optional(
            word(
              ['trace', 'debug', 'info', 'warn', 'error'],
              'Lines of this level and above are written.',
              defaults.log.level,
            ),
          ),
        },
        'The process log, on standard error; it is not the audit.',
      ),
    ),
  },
  'Configuration of Sluice.',
);

/** The file once it fits the schema. */
export type ConfigFile = Type.Static<typeof fileSchema>;
