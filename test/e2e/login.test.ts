import { join } from 'node:path';
import t from 'tap';
import { makeAppRepository } from '../../gateway/demo/sample-repository.ts';
import { sluiceProgram } from '../servers/clone.ts';
import { gitClient } from '../servers/git.ts';
import { startSshAgent } from '../servers/ssh-agent.ts';
import { aTerminal } from '../servers/terminal.ts';
import { gitSsh } from '../ssh/ways.ts';
import { aSite, grantedBy } from './nodes.ts';
import { sshAt } from './ssh-people.ts';

t.setTimeout(300_000);

const section =
  'ssh: { listen: "127.0.0.1:0", hostKeys: [certs/ssh_host_ed25519_key], userCertificates: { authorityKey: certs/ssh_user_ca, life: 1h } }';

void t.test(
  'a command line signs in at one node with a browser at another, and clones at both with what its agent got',
  async (t) => {
    const site = await aSite(t, {}, { more: section });
    await makeAppRepository(site.repositories);
    const one = await site.node('one');
    const two = await site.node('two');
    const agent = await startSshAgent(t);
    const terminal = aTerminal(
      t,
      [process.execPath, ...sluiceProgram, 'login', '--ssh', '--ca', site.caFile],
      {
        SLUICE_URL: `https://localhost:${one.httpsPort}`,
        SSH_AUTH_SOCK: agent.socket,
        HOME: site.directory,
      },
    );
    const [, token = ''] = await terminal.reads(/sign in: https:\/\/localhost\/login\/ssh\/(\S{22})\n/);
    terminal.types('000000');
    await terminal.reads(/nobody has signed in at the link yet, and 4 tries are left/);
    const developer = await site.provider.idToken('developer');
    const shown = await two.api(developer, 'POST', `key-links/${token}/code`, {});
    t.equal(shown.status, 201);
    terminal.types(String(shown.body.code));
    await terminal.reads(/your certificate is in your ssh-agent, good until/);
    t.equal(await terminal.ended, 0, terminal.shown);
    t.match(await agent.held(), [/\(ED25519-CERT\)$/]);
    t.match(await two.api(developer, 'GET', `key-links/${token}`), { status: 200, body: { state: 'bound' } });

    await grantedBy(site, one, two, { repository: 'hub/app', right: 'fetch' });
    const git = await gitClient(t, { env: { SSH_AUTH_SOCK: agent.socket } });
    for (const [name, node] of Object.entries({ one, two })) {
      const client = await sshAt(t, site, node, join(site.directory, 'no-such-key'));
      const env = gitSsh(client, '-o', 'IdentitiesOnly=no');
      await git.must(['clone', '-q', `ssh://git@127.0.0.1:${node.sshPort}/hub/app.git`, name], { env });
    }
    const types = [...(await one.entries()), ...(await two.entries())].map(({ type }) => type);
    for (const type of ['sign-in.link-opened', 'credential.issued']) t.ok(types.includes(type), type);
  },
);
