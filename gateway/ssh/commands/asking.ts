/** `request` and `extend`: asking for access, and for more of it. */
import type { Command } from './command.ts';
import { answerAsked } from './wait.ts';

const waitLines = [
  '--wait holds until it is answered, --wait=10m no longer than that. Leaving ends the wait, not the request.',
];

export const request: Command = {
  usage: 'REPOSITORY fetch|push --for 2h [--reason TEXT] [--ref REF] [--wait] [--json]',
  summary: 'ask for access',
  more: [
    '--ref may be given several times; without it a push is for all refs that the rule allows.',
    ...waitLines,
  ],
  shape: {
    positionals: [{ name: 'REPOSITORY' }, { name: 'fetch or push', oneOf: ['fetch', 'push'] }],
    options: { for: 'span', reason: 'text', ref: 'words', wait: 'flag-or-span', json: 'flag' },
    required: ['for'],
  },
  async run(needs, given) {
    const { args, caller } = given;
    const [repository = '', right] = args.positionals;
    const refs = args.all('ref');
    const scope = {
      repository,
      right: right === 'push' ? ('push' as const) : ('fetch' as const),
      ...(refs.length === 0 ? {} : { refs: [...refs] }),
    };
    const body = { scopes: [scope], duration: args.one('for') ?? '', reason: args.one('reason') ?? '' };
    return await answerAsked(needs, given, await needs.call('createRequest', caller, { body }));
  },
};

export const extend: Command = {
  usage: 'G-… --for 1h [--reason TEXT] [--wait] [--json]',
  summary: 'ask for a later end of a live grant of yours',
  more: waitLines,
  shape: {
    positionals: [{ name: 'G-…', id: 'G' }],
    options: { for: 'span', reason: 'text', wait: 'flag-or-span', json: 'flag' },
    required: ['for'],
  },
  async run(needs, given) {
    const { args, caller } = given;
    const [id = ''] = args.positionals;
    const body = { duration: args.one('for') ?? '', reason: args.one('reason') ?? '' };
    return await answerAsked(needs, given, await needs.call('extendGrant', caller, { params: { id }, body }));
  },
};
