/** `revoke`: a grant ends now, and what ran on it is told. */
import { runningLines } from '../../commands/client/running-text.ts';
import { someText } from '../../commands/client/shown.ts';
import { answerOf, type Command } from './command.ts';
import { exit } from './exit-codes.ts';
import { nameText, scopeText } from './request-lines.ts';

export const revoke: Command = {
  usage: 'G-… --reason TEXT [--json]',
  summary: 'end a grant now, and the transfers that rest on it',
  shape: {
    positionals: [{ name: 'G-…', id: 'G' }],
    options: { reason: 'text', json: 'flag' },
    required: ['reason'],
  },
  async run(needs, given) {
    const [id = ''] = given.args.positionals;
    const body = { reason: given.args.one('reason') ?? '' };
    return answerOf(
      given,
      await needs.call('revokeGrant', given.caller, { params: { id }, body }),
      ({ grant, recorded, running }) => {
        const nodes = [...new Set(running.unconfirmed.map(({ node }) => node))];
        return {
          lines: [
            `${grant.id} is revoked: ${scopeText(grant.scope)}, of ${nameText(grant.principal)}`,
            ...runningLines(running),
          ],
          complaints: [
            ...(recorded
              ? []
              : ['sluice: it is in force, and not in the audit yet; it is recorded as soon as it can be']),
            ...(nodes.length === 0
              ? []
              : [`sluice: it is in force, and ${someText(nodes)} did not confirm in time`]),
          ],
          exitCode: nodes.length === 0 ? exit.done : exit.unconfirmed,
        };
      },
    );
  },
};
