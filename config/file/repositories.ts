/** `repositories` of `sluice.yaml`: the policy, first match wins. */
import Type from 'typebox';
import { defaults } from '../defaults.ts';
import { count, duration, list, pattern, section, selectors, text, word } from './fields.ts';

const demand = section(
  {
    from: text('One selector.', { title: 'a selector' }),
    count: Type.Optional(count('How many different people.', { minimum: 1, maximum: 20, default: 1 })),
  },
  'So many people of one group.',
);

const approval = Type.Union(
  [
    Type.Literal('automatic'),
    Type.Literal('ask'),
    Type.Integer({ minimum: 1, maximum: 20 }),
    list(demand, 'a list of { from, count }', 'All must agree.'),
  ],
  {
    title: 'automatic, ask, a number from 1 to 20, or a list of { from, count }',
    description:
      'automatic: the first operation makes request, approval and grant in one step. ask: asked with a reason, granted at once. A number: so many approvers. A list: all of them; one person counts once.',
    default: defaults.right.approval,
  },
);

const common = {
  approval: Type.Optional(approval),
  approvers: Type.Optional(
    selectors(
      'Who answers; without it holders of the role approver. Not beside a list of approvals, which names them itself.',
    ),
  ),
  maxDuration: Type.Optional(
    duration('The longest duration that may be asked for; 8h at most where critical.', {
      min: '1s',
      max: '30d',
      default: defaults.right.maxDuration,
    }),
  ),
  maxTotal: Type.Optional(
    duration('Whole life of a grant, extensions included. Default: twice maxDuration.', {
      min: '1s',
      max: '60d',
    }),
  ),
  decideWithin: Type.Optional(
    duration('How long a request waits for its answer.', {
      min: '1m',
      max: '30d',
      default: defaults.right.decideWithin,
    }),
  ),
  minReason: Type.Optional(
    count('Shortest reason, in characters. Default: 1, for automatic 0, where critical 20.', {
      minimum: 0,
      maximum: 1_000,
    }),
  ),
  ticketPattern: Type.Optional(
    text('Regular expression that must be found in the reason, like [A-Z]+-[0-9]+.', {
      title: 'a regular expression',
    }),
  ),
};

const fetchRight = section(
  common,
  'The right to fetch: always the whole repository. Without this section nobody may ask.',
);

const pushRight = section(
  {
    ...common,
    refs: Type.Optional(
      list(
        pattern('Full ref names.'),
        'a list of ref patterns',
        'Refs that may be asked for. Default: refs/heads/** and refs/tags/**.',
      ),
    ),
    kinds: Type.Optional(
      list(
        word(['create', 'update', 'delete'], 'A kind.'),
        'a list of create, update, delete',
        'Kinds of update that may be asked for. Default: all.',
      ),
    ),
  },
  'The right to push, which includes fetch. Without this section nobody may ask.',
);

/** One rule. */
export const repositoryFile = section(
  {
    match: pattern('Repositories this rule is for, by canonical name UPSTREAM/PATH.'),
    critical: Type.Optional(
      Type.Boolean({
        title: 'true or false',
        default: false,
        description:
          'No automatic approval, at most 8 h, a reason of 20 characters, approvers signed in within 5 min, no grace when cut, named first in lists.',
      }),
    ),
    requesters: selectors('Who may ask.'),
    fetch: Type.Optional(fetchRight),
    push: Type.Optional(pushRight),
  },
  'One rule.',
);

/** The policy. */
export const repositoriesFile = list(
  repositoryFile,
  'a list of rules',
  'The policy. The first rule that matches a repository holds; where none does, it is refused like an unknown repository.',
);
