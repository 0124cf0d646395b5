/** What `ssh GATEWAY` answers: who you are, and what you may do now. */
import { timeText } from '../grants/time-text.ts';
import type { Credential, Principal, StandingGrant } from '../store/records.ts';
import type { Store, WalkPlace } from '../store/store.ts';
import type { CommandNeeds } from './commands/command.ts';

/** As many as fit a screen; the page has them all. */
const grantsShown = 20;
/** Read at once, ended ones among them. */
const grantsRead = 500;

export async function greetingLines(
  store: Pick<Store, 'walkGrants' | 'now'>,
  { credential, principal }: { readonly credential: Credential; readonly principal: Principal },
  { commandLine, publicUrl }: Pick<CommandNeeds, 'commandLine' | 'publicUrl'>,
): Promise<readonly string[]> {
  const [kept, now] = await Promise.all([grantsOf(store, principal.id), store.now()]);
  const live = kept.filter(({ state, grant }) => state.kind === 'live' && grant.endsAt > now);
  const name = principal.name ?? principal.email ?? principal.id;
  const email = principal.email === undefined || principal.email === name ? '' : ` <${principal.email}>`;
  return [
    `sluice: you are ${name}${email}`,
    `your key ${credential.shown} is good until ${timeText(credential.endsAt, now)}`,
    ...(live.length === 0 ? ['you have no live grant'] : ['you may now']),
    ...live
      .slice(0, grantsShown)
      .map(
        ({ grant: { id, scope, endsAt } }) =>
          `  ${scope.right} ${scope.repository} until ${timeText(endsAt, now)} (${id})`,
      ),
    ...(live.length > grantsShown ? [`  and ${live.length - grantsShown} more`] : []),
    `ask for access: ${publicUrl()}/ask`,
    `or: ${commandLine('help request')}`,
  ];
}

/** All of them, newest first. */
async function grantsOf(store: Pick<Store, 'walkGrants'>, principalId: string): Promise<StandingGrant[]> {
  const grants: StandingGrant[] = [];
  let behind: WalkPlace | undefined;
  do {
    const { met, last } = await store.walkGrants({ kind: 'of', principalId }, { behind, limit: grantsRead });
    grants.push(...met.map(({ grant }) => grant));
    behind = last;
  } while (behind !== undefined);
  return grants;
}
