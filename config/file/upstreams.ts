/** `upstreams` of `sluice.yaml`: the Git hosts behind the gateway. */
import Type from 'typebox';
import { defaults } from '../defaults.ts';
import { path, secret, section, text, url, word } from './fields.ts';

const credential = (right: string) =>
  Type.Optional(
    section(
      {
        username: Type.Optional(
          text(
            'User name for Basic; x-access-token for GitHub, oauth2 for GitLab, x-token-auth for Bitbucket.',
            { pattern: '^[^\\u0000-\\u001f\\u007f:]+$', title: 'a user name without colon' },
          ),
        ),
        passwordFile: Type.Optional(secret('Password or token for Basic.')),
        bearerFile: Type.Optional(secret('Token sent as Bearer, in place of username and passwordFile.')),
      },
      `What the gateway shows the host to ${right}. It never reaches a client.`,
    ),
  );

/** One Git host. */
export const upstreamFile = section(
  {
    kind: word(
      ['github', 'gitlab', 'bitbucket', 'gitea', 'generic'],
      'What the host is; it sets the defaults of foldsCase.',
    ),
    url: Type.Optional(
      url(
        'Base address; a repository is found at this, a slash, its path and the suffix. Let the host be reachable from the gateway alone: addresses written inside a repository (submodules, lfs.url in .lfsconfig) may name it directly. It may be left out where ssh is given; then operations over HTTPS are refused.',
        ['https', 'http'],
      ),
    ),
    foldsCase: Type.Optional(
      Type.Boolean({
        title: 'true or false',
        description:
          'The host takes Org/App and org/app for one repository, so that grants, locks and audit must too. Default: true, for generic false.',
      }),
    ),
    suffix: Type.Optional(
      Type.Enum(['.git', ''], {
        description: 'What the host wants behind the path of a repository.',
        default: defaults.upstream.suffix,
      }),
    ),
    credential: Type.Optional(
      section(
        { fetch: credential('fetch'), push: credential('push') },
        'Credentials of the gateway at the host, apart for each right. Without one the host is asked without.',
      ),
    ),
    caFile: Type.Optional(
      path(
        'Authorities that sign the certificate of the host, PEM, in place of the public ones. A changed file is picked up.',
      ),
    ),
    allowPlainHttp: Type.Optional(
      Type.Boolean({
        title: 'true or false',
        description:
          'Allow http:// to a host that is not this machine. Everything, credentials included, can be read on the way.',
        default: defaults.upstream.allowPlainHttp,
      }),
    ),
    ssh: Type.Optional(
      section(
        {
          url: url(
            'ssh://USER@HOST:PORT, and behind it what stands in front of the path of a repository there.',
            ['ssh'],
          ),
          keyFile: path('Private key shown to the host, without passphrase. A changed file is picked up.'),
          knownHostsFile: path(
            'Host keys expected, in the format of known_hosts. Another key is refused. A changed file is picked up.',
          ),
        },
        'Reach the host by SSH for operations that came in by SSH. Without it they go over HTTP.',
      ),
    ),
    gate: Type.Optional(
      word(
        ['seal', 'hold'],
        'How a push over 1 MiB is kept incomplete until the gate. hold is weaker, for hosts that refuse sealed packs.',
        defaults.upstream.gate,
      ),
    ),
    allowPrivateAddresses: Type.Optional(
      Type.Boolean({
        title: 'true or false',
        description:
          'The name of the host may resolve to a loopback, link-local or private address. Set false for hosts on the internet.',
        default: defaults.upstream.allowPrivateAddresses,
      }),
    ),
  },
  'A Git host.',
);

/** Every Git host by name. */
export const upstreamsFile = Type.Record(Type.String({ pattern: '^[a-z][a-z0-9-]{0,62}$' }), upstreamFile, {
  additionalProperties: false,
  minProperties: 1,
  title: 'upstreams by name, [a-z][a-z0-9-]*',
  description:
    'The Git hosts by the name that repositories start with: [a-z][a-z0-9-]*, and no word of the gateway itself (api, ask, login …).',
});
