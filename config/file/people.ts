/** `oidc`, `roles`, `signIn`, `credentials` and `hooks` of `sluice.yaml`: how people are known. */
import Type from 'typebox';
import { defaults } from '../defaults.ts';
import { duration, list, path, secret, section, selectors, text, url, word } from './fields.ts';

/** The OpenID Connect provider. */
export const oidcFile = section(
  {
    issuer: url(
      'Issuer exactly as the provider spells it in its discovery document, slash at the end included: it is compared character by character.',
      ['https', 'http'],
    ),
    discoveryUrl: Type.Optional(
      url(
        'Address of the discovery document, when the gateway reaches the provider by another name than its issuer. Default: the issuer with /.well-known/openid-configuration.',
        ['https', 'http'],
      ),
    ),
    clientId: text(
      'Client id registered at the provider, with the redirect address <publicUrl>/oidc/callback.',
    ),
    clientSecretFile: Type.Optional(
      secret('Client secret; without it the client is public and held by PKCE alone.'),
    ),
    scopes: Type.Optional(
      list(
        text('A scope.', { pattern: '^[\\x21\\x23-\\x5b\\x5d-\\x7e]+$' }),
        'a list of scopes',
        'Scopes asked for; openid is added. Default: openid, profile, email.',
      ),
    ),
    groupsClaim: Type.Optional(text('Claim that lists the groups.', { default: defaults.oidc.groupsClaim })),
    groupsMaxAge: Type.Optional(
      duration(
        'Groups that the provider vouched for longer ago give no role and match no rule until the next sign-in.',
        { min: '1m', max: '30d', default: defaults.signIn.life },
      ),
    ),
    audiences: Type.Optional(
      list(
        text('An audience.'),
        'a list of audiences',
        'Values of aud accepted in ID tokens that programs send as Bearer. Default: the client id.',
      ),
    ),
    emailVerified: Type.Optional(
      word(
        ['required', 'assumed'],
        'assumed: a provider that never sends email_verified counts as having said true (Entra ID). A plain false never matches an email: selector.',
        defaults.oidc.emailVerified,
      ),
    ),
    prompt: Type.Optional(word(['login', 'select_account', 'consent'], 'Sent as prompt with every sign-in.')),
    clockTolerance: Type.Optional(
      duration('How far the clocks of provider and gateway may stand apart.', {
        min: '0s',
        max: '5m',
        default: defaults.oidc.clockTolerance,
      }),
    ),
    caFile: Type.Optional(
      path('Authorities that sign the certificate of the provider, PEM; without it the public ones.'),
    ),
    recheck: Type.Optional(
      section(
        {
          offlineAccess: Type.Optional(
            word(
              ['advertised', 'always', 'off'],
              'Whether offline_access is asked for at sign-in: where the provider lists it, or always. off keeps no refresh token and asks nobody again.',
              defaults.oidc.recheck.offlineAccess,
            ),
          ),
          every: Type.Optional(
            duration('Each person is asked for again at most this often.', {
              min: '5s',
              max: '24h',
              default: defaults.oidc.recheck.every,
            }),
          ),
          alarmAfter: Type.Optional(
            duration('The provider not answering for this long is an alarm; it ends no access.', {
              min: '1m',
              max: '7d',
              default: defaults.oidc.recheck.alarmAfter,
            }),
          ),
        },
        'Asking the provider again, by refresh token, for people who have a sign-in, credential or grant. Whom it no longer knows (invalid_grant) is locked out until their next sign-in.',
      ),
    ),
  },
  'The OpenID Connect provider that knows the people.',
);

/** Roles that no rule gives. */
export const rolesFile = section(
  {
    approver: Type.Optional(selectors('Who answers requests where a rule names no approvers.')),
    auditor: Type.Optional(selectors('Who reads everything and changes nothing.')),
    admin: Type.Optional(
      selectors('Who may revoke, cut, lock and see the configuration; never approves by that role.'),
    ),
  },
  'Who holds the roles that no rule gives.',
);

/** Spans of a browser's sign-in. */
export const signInFile = section(
  {
    idle: Type.Optional(
      duration('Ends a sign-in after this long without use.', {
        min: '1m',
        max: '7d',
        default: defaults.signIn.idle,
      }),
    ),
    life: Type.Optional(
      duration('Ends a sign-in in any case.', { min: '5m', max: '30d', default: defaults.signIn.life }),
    ),
  },
  'How long a browser stays signed in.',
);

/** Credentials for git and programs. */
export const credentialsFile = section(
  {
    maxLife: Type.Optional(
      duration('The longest life a credential or SSH key may be given.', {
        min: '1h',
        max: '400d',
        default: defaults.credentials.maxLife,
      }),
    ),
    endWithSignIn: Type.Optional(
      Type.Array(word(['git', 'api', 'ssh'], 'A kind of credential; ssh is a registered key.'), {
        title: 'a list of git, api and ssh',
        description:
          'Credentials of these kinds end with the sign-in they were made in, and transfers under them are cut. Default: none; they outlive it.',
        uniqueItems: true,
      }),
    ),
  },
  'Credentials for git and for programs, and SSH keys.',
);

/** Signed calls of other systems. */
export const hooksFile = section(
  {
    deactivated: Type.Optional(
      section(
        {
          secretFile: secret(
            'Secret shared with the sender, as Standard Webhooks has it: whsec_ and base64 of 24 to 64 bytes.',
          ),
        },
        'POST /api/hooks/deactivated: somebody has left; their access ends at once.',
      ),
    ),
  },
  'Calls by which other systems tell the gateway something, signed per Standard Webhooks.',
);
