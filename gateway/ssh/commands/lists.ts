/** `requests` and `grants`: what waits, and what lives. */
import { Problem } from '../../../admin/problem.ts';
import type { GrantView } from '../../../admin/schemas/grants.ts';
import { allGrants } from '../../commands/client/all-grants.ts';
import { quoted, shown } from '../../commands/client/shown.ts';
import { durationWords } from '../../grants/duration-words.ts';
import { timeText } from '../../grants/time-text.ts';
import type { Shape } from './arguments.ts';
import { answerOf, type Command, type Given } from './command.ts';
import { exit } from './exit-codes.ts';
import { listedLines, nameText, scopeText } from './request-lines.ts';

/** Requests: more fill no screen, and the page has them all. */
const listed = 100;

/** What both may be narrowed by. */
const shape: Shape = { positionals: [], options: { mine: 'flag', all: 'flag', json: 'flag' } };

/** @param state of those that are shown without `--all` */
function queryOf<State extends string>({ args }: Given, state: State) {
  return {
    ...(args.has('mine') ? { mine: true } : {}),
    ...(args.has('all') ? {} : { state }),
  };
}

export const requests: Command = {
  usage: '[--mine] [--all] [--json]',
  summary: 'requests that wait, yours and those you may answer',
  more: ['--mine: only yours. --all: decided ones too.'],
  shape,
  async run(needs, given) {
    const query = { limit: listed, ...queryOf(given, 'pending') };
    return answerOf(
      given,
      await needs.call('listRequests', given.caller, { query }),
      ({ now, requests, cursor }) => ({
        lines: [
          ...(requests.length === 0
            ? ['no request that you may see']
            : requests.flatMap((view) => listedLines(view, now))),
          ...(cursor === undefined ? [] : ['more may be left out; the page lists all']),
        ],
        exitCode: exit.done,
      }),
    );
  },
};

export const grants: Command = {
  usage: '[--mine] [--all] [--json]',
  summary: 'grants that live, yours and those you may see',
  more: ['--mine: only yours. --all: those that ended in the last 24 h too.'],
  shape,
  async run(needs, given) {
    const query = queryOf(given, 'live');
    const all = await allGrants<Problem>(
      (page) => needs.call('listGrants', given.caller, { query: { ...query, ...page } }),
      (one): one is Problem => one instanceof Problem,
    );
    return answerOf(given, all, ({ now, grants, more }) => ({
      lines: [
        ...(grants.length === 0
          ? ['no grant that you may see']
          : grants.flatMap((view) => grantLines(view, now))),
        ...(more ? ['there are more; --mine narrows the list'] : []),
      ],
      exitCode: exit.done,
    }));
  },
};

function grantLines(view: GrantView, now: number): readonly string[] {
  const { critical, id, principal, revokeReason, scope } = view;
  return [
    `${shown(id)}${critical ? ' CRITICAL' : ''}: ${scopeText(scope)}, of ${nameText(principal)}`,
    `  ${endText(view, now)}`,
    ...(revokeReason === undefined ? [] : [`  ${quoted(revokeReason)}`]),
  ];
}

function endText({ endsAt, revokedAt, revokedBy, state }: GrantView, now: number): string {
  if (revokedAt !== undefined && revokedBy !== undefined)
    return `revoked by ${nameText(revokedBy)} at ${timeText(revokedAt, now)}`;
  if (state === 'expired') return `ended at ${timeText(endsAt, now)}`;
  const recording = state === 'unrecorded' ? 'being recorded, ' : '';
  return `${recording}until ${timeText(endsAt, now)}, in ${durationWords(endsAt - now)}`;
}
