/** Shapes of the secrets that programs present. */
import Type, { type Static } from 'typebox';
import { Duration, Moment } from './people.ts';
import { Recorded } from './recorded.ts';
import { reference } from './reference.ts';

export const CredentialKind = Type.Union([Type.Literal('git'), Type.Literal('api')]);
export const CredentialScope = Type.Union([
  Type.Literal('read'),
  Type.Literal('request'),
  Type.Literal('approve'),
  Type.Literal('audit'),
]);

/** What is kept of a credential: never the secret. */
export const CredentialView = Type.Object(
  {
    id: Type.String({ description: 'C-…' }),
    kind: CredentialKind,
    scopes: Type.Array(CredentialScope),
    name: Type.String(),
    shown: Type.String({ description: 'the first 12 characters of the secret' }),
    createdAt: Moment,
    endsAt: Moment,
  },
  { $id: 'Credential', title: 'Credential' },
);
export type CredentialView = Static<typeof CredentialView>;

export const RevokedCredential = Type.Object({ ...CredentialView.properties, recorded: Recorded });

/** One of a list: of an api credential also when it was last used. */
export const ListedCredential = Type.Object(
  {
    ...CredentialView.properties,
    lastUsedAt: Type.Optional(
      Type.Integer({
        description:
          'when an `api` credential was last used, let through or refused for its scopes; epoch milliseconds. Each node notes a use at most once in five minutes. Absent when it was not used since it was made',
      }),
    ),
    lastUsedFrom: Type.Optional(Type.String({ description: 'the client’s address of that use' })),
  },
  { $id: 'ListedCredential', title: 'ListedCredential' },
);

export const CredentialList = Type.Object({
  now: Moment,
  credentials: Type.Array(reference(ListedCredential)),
});

export const NewCredential = Type.Object(
  {
    kind: CredentialKind,
    name: Type.String({ minLength: 1, maxLength: 100 }),
    expiresIn: Duration,
    scopes: Type.Optional(Type.Array(CredentialScope, { maxItems: 4 })),
  },
  { additionalProperties: false },
);

/** The only answer that ever holds the secret. */
export const IssuedCredential = Type.Object({
  credential: reference(CredentialView),
  secret: Type.String({ description: 'shown this once' }),
});
