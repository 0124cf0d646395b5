/** A node whose terminals show sign-in links, and people who open them in browsers of the same gateway. */
import type { Test } from 'tap';
import type { Entry } from '../../gateway/audit/entry.ts';
import type { AccountName } from '../../gateway/demo/accounts.ts';
import { anAdminGateway } from '../admin/admin-gateway.ts';
import type { SshClient } from '../servers/ssh.ts';
import { aTerminal, type Terminal } from '../servers/terminal.ts';
import { anSshNode } from './ssh-node.ts';

export type LinkSite = Awaited<ReturnType<typeof aLinkSite>>;

export async function aLinkSite(
  t: Test,
  options: Parameters<typeof anSshNode>[1] = {},
  changed: Parameters<typeof anAdminGateway>[1] = {},
) {
  const site = await anSshNode(t, options);
  const { node } = site;
  const page = await anAdminGateway(t, {
    store: node.store,
    settle: node.settle,
    async settleInForce(events) {
      await node.settle(events);
      return true;
    },
    config: () => node.config,
    ...changed,
  });
  return {
    ...site,
    page,
    /** Somebody's browser, signed in at the provider. */
    async browser(account: AccountName) {
      const browser = page.browser();
      const me = (await browser.signIn(account)) as { principal: { id: string; name: string } };
      return { ...browser, principal: me.principal };
    },
    /** The types of what was recorded of sign-ins and credentials, in their order. */
    async recorded(type: string): Promise<readonly (Entry & Record<string, unknown>)[]> {
      return (await node.entries()).filter((entry) => entry.type === type);
    },
  };
}

/** `ssh` at a terminal; `args` stand in front of the options, where they win. */
export function sshAtTerminal(
  t: Test,
  client: SshClient,
  command: string | undefined,
  args: readonly string[] = [],
): Terminal {
  return aTerminal(
    t,
    [
      ...['ssh', '-o', 'BatchMode=no', ...args],
      ...[...client.options, 'git@127.0.0.1', ...(command === undefined ? [] : [command])],
    ],
    { HOME: client.directory },
  );
}

/** The path of the link that a terminal shows, and the token in it. */
export async function linkAt(terminal: Terminal): Promise<{ path: string; token: string }> {
  const [, path = '', token = ''] = await terminal.reads(
    /sign in: https:\/\/gw\.test(\/login\/ssh\/([A-Za-z0-9_-]{22}))\nthen type the six digits/,
  );
  return { path, token };
}

/** What the page does when its button is pressed. */
export async function codeOf(
  browser: Awaited<ReturnType<LinkSite['browser']>>,
  token: string,
): Promise<string> {
  const answer = await browser.change(`/api/key-links/${token}/code`, {});
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  return String(answer.body.code);
}

/** Six digits that are not the code. */
export function anotherCode(code: string): string {
  return String((Number(code) + 1) % 1_000_000).padStart(6, '0');
}
