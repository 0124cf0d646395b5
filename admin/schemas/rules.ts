/** Shapes of the policy as its readers see it: what a rule matches, who may ask, who answers, within which limits. */
import Type, { type Static } from 'typebox';
import { Answerers, Moment } from './people.ts';
import { reference } from './reference.ts';
import { Right, UpdateKinds } from './requests.ts';

export const RuleQuery = Type.Object(
  { repository: Type.Optional(Type.String({ minLength: 1, maxLength: 1024 })) },
  { additionalProperties: false },
);

/** One right under a rule. */
export const RuleRight = Type.Object({
  right: Right,
  approval: Type.String({ description: '`automatic`, `ask`, or who must agree, as a phrase' }),
  maxDurationMs: Type.Integer(),
  maxTotalMs: Type.Integer({ description: 'a grant’s whole life, extensions included' }),
  decideWithinMs: Type.Integer({ description: 'how long a request waits for its answer' }),
  minReasonLength: Type.Integer(),
  ticketPattern: Type.Optional(Type.String({ description: 'must be found in the reason' })),
  refs: Type.Array(Type.String()),
  kinds: Type.Array(UpdateKinds, { description: 'what a push may do to them; none of a fetch' }),
  mayAnswer: Type.Boolean({ description: 'the caller is one of those who answer' }),
  answerers: Type.Optional(
    Type.Array(reference(Answerers), {
      description: 'of the rule that the repository asked about falls under, where the caller may ask',
    }),
  ),
});

export const Rule = Type.Object(
  {
    number: Type.Integer({ description: 'its place in the policy, from 1: the first match wins' }),
    match: Type.String({ description: 'pattern of repositories' }),
    critical: Type.Boolean(),
    requesters: Type.String({ description: 'who may ask, as a phrase; exact for auditors and admins' }),
    mayAsk: Type.Boolean({ description: 'the caller is one of those who may ask' }),
    rights: Type.Array(RuleRight),
  },
  { $id: 'Rule', title: 'Rule' },
);
export type RuleView = Static<typeof Rule>;

export const RuleList = Type.Object({
  now: Moment,
  policy: Type.String({ description: 'hash of the policy in force on this node' }),
  rules: Type.Array(reference(Rule), {
    description: 'those the caller may ask under or answers for; every rule for auditors and admins',
  }),
  hidden: Type.Integer({ description: 'how many more rules there are' }),
  repository: Type.Optional(Type.String({ description: 'the canonical name of the repository asked about' })),
  matched: Type.Optional(
    Type.Integer({ description: 'number of the first rule that matches it, if the caller may see that' }),
  ),
});
