/** `sluice grants`: who may do what, until when. */
import { type Command, Option } from 'commander';
import type { Answer } from '../../../admin/handlers/handling.ts';
import type { GrantView } from '../../../admin/schemas/grants.ts';
import type { Access } from './access.ts';
import { allGrants } from './all-grants.ts';
import type { CallInput } from './api-call.ts';
import { clientCommand, idOf } from './client-command.ts';
import { type Called, type ClientOptions, call, performAs } from './perform.ts';
import { momentText, personText, shown, someText, spanText } from './shown.ts';
import { table } from './table.ts';

interface GrantsOptions extends ClientOptions {
  readonly mine?: boolean;
  readonly principal?: string;
  readonly repository?: string;
  readonly live?: boolean;
}

/** Adds the command. */
export function addGrants(program: Command): void {
  clientCommand(program, 'grants', 'list grants, those that ended in the last 24 h included')
    .option('--mine', 'only your own')
    .addOption(
      new Option('--principal <id>', 'only those of one person, P-…').argParser(idOf('P')).conflicts('mine'),
    )
    .option('--repository <name>', 'only those on one repository, upstream/path')
    .option('--live', 'only those that live')
    .action(async ({ mine, principal, repository, live, ...options }: GrantsOptions) => {
      const query = {
        ...(mine === true ? { mine } : {}),
        ...(principal === undefined ? {} : { principal }),
        ...(repository === undefined ? {} : { repository }),
        ...(live === true ? { state: 'live' as const } : {}),
      };
      await performAs<'listGrants'>(options, (access) => allPages(access, query), grantsText);
    });
}

async function allPages(
  access: Access,
  query: NonNullable<CallInput<'listGrants'>['query']>,
): Promise<Called<'listGrants'> | undefined> {
  type Other = Extract<Called<'listGrants'>, { kind: 'refused' }> | undefined;
  const answer = await allGrants<Other>(
    async (page) => {
      const called = await call(access, 'listGrants', { query: { ...query, ...page } });
      return called?.kind === 'done' ? called.answer : called;
    },
    (one): one is Other => one === undefined || 'problem' in one,
  );
  return answer === undefined || 'problem' in answer ? answer : { kind: 'done', status: 200, answer };
}

function grantsText({ now, grants, more }: Answer<'listGrants'>): string {
  const lines =
    grants.length === 0
      ? ['no grant that you may see']
      : table([
          ['GRANT', 'STATE', 'RIGHT', 'REPOSITORY', 'PRINCIPAL', 'ENDS', ''],
          ...grants.map((grant) => [
            shown(grant.id),
            grant.state,
            grant.scope.right,
            shown(grant.scope.repository),
            personText(grant.principal),
            ...endText(grant, now),
          ]),
        ]);
  const rest = more ? ['there are more; --principal, --repository and --live narrow the list'] : [];
  return [...lines, ...rest, ''].join('\n');
}

/** When it ends, and how far that is; of a push also its refs. */
function endText({ state, endsAt, revokedAt, revokedBy, scope }: GrantView, now: number): readonly string[] {
  const refs = scope.refs.length === 0 ? '' : ` ${someText(scope.refs)}`;
  if (revokedAt !== undefined && revokedBy !== undefined)
    return [momentText(revokedAt), `revoked by ${personText(revokedBy)}`];
  if (state === 'expired') return [momentText(endsAt), ''];
  return [momentText(endsAt), `in ${spanText(endsAt - now)}${refs}`];
}
