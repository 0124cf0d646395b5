/** What `ssh GATEWAY` answers: who you are, and what you may do now. */
import { timeText } from '../grants/time-text.ts';
import type { Credential, Principal } from '../store/records.ts';
import type { Store } from '../store/store.ts';
import type { CommandNeeds } from './commands/command.ts';

/** As many as fit a screen; the page has them all. */
const grantsShown = 20;
/** Newest first, ended ones among them. */
const grantsRead = 200;

export async function greetingLines(
  store: Pick<Store, 'grants' | 'now'>,
  { credential, principal }: { readonly credential: Credential; readonly principal: Principal },
  { commandLine, publicUrl }: Pick<CommandNeeds, 'commandLine' | 'publicUrl'>,
): Promise<readonly string[]> {
  const [kept, now] = await Promise.all([
    store.grants({ principalId: principal.id, limit: grantsRead }),
    store.now(),
  ]);
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
