import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import t from 'tap';
import { verify } from '../../gateway/audit/verify.ts';
import { makeAppRepository, makeSlowRepository } from '../../gateway/demo/sample-repository.ts';
import { gitClient } from '../servers/git.ts';
import { aSite, gitCredential, grantedBy, type Node } from './nodes.ts';

t.setTimeout(600_000);

const secret = `whsec_${randomBytes(32).toString('base64')}`;

/** Tells a node that somebody has left, as an identity provider would. */
async function deactivate(node: Node, ca: string, subject: string) {
  const { request } = await import('node:https');
  const body = JSON.stringify({ subject });
  const at = new Date();
  const headers = {
    'content-type': 'application/json',
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': new Webhook(secret).sign('msg_1', at, body),
  };
  return await new Promise<number>((resolve, reject) => {
    request({
      host: 'localhost',
      port: node.httpsPort,
      ca,
      method: 'POST',
      path: '/api/hooks/deactivated',
      headers,
    })
      .on('response', (answer) => answer.resume().on('end', () => resolve(answer.statusCode ?? 0)))
      .on('error', reject)
      .end(body);
  });
}

void t.test(
  'who is deactivated loses a running clone and push on every node, and reads why (case H7)',
  async (t) => {
    const more = 'hooks: { deactivated: { secretFile: hook.secret } }';
    const site = await aSite(t, { slow: 400_000 }, { more });
    await writeFile(join(site.directory, 'hook.secret'), secret, { mode: 0o600 });
    const { readFile } = await import('node:fs/promises');
    const ca = await readFile(site.caFile, 'utf8');
    await makeAppRepository(site.repositories);
    await makeSlowRepository(site.repositories);
    const [one, two] = [await site.node('one'), await site.node('two')];
    const credential = await gitCredential(site, one, 'developer');
    await grantedBy(site, one, one, { repository: 'hub/slow', right: 'fetch' });
    await grantedBy(site, one, one, { repository: 'hub/app', right: 'push' });
    const git = await gitClient(t, { caFile: site.caFile });
    await git.must(['clone', one.address(credential, 'app.git'), 'app']);
    const inApp = { cwd: `${git.directory}/app` };
    await writeFile(`${inApp.cwd}/big`, randomBytes(24 * 1024 * 1024));
    await git.must(['add', '.'], inApp);
    await git.must(['commit', '-q', '-m', 'big'], inApp);

    const clone = git.start(['clone', '--progress', two.address(credential, 'slow.git')]);
    await clone.stderrHas(/Receiving objects/);
    const before = performance.now();
    t.equal(await deactivate(one, ca, 'developer'), 200);
    const { code, stderr } = await clone.finished;
    const tookMs = performance.now() - before;
    t.equal(code, 128);
    t.match(
      stderr,
      /remote: sluice: (grant G-\w+ is locked: "deactivated at the identity provider"|since .* does not vouch)/,
    );
    t.match(stderr, 'remote: sign in again: https://localhost/login');
    t.ok(tookMs < 2_000, `git was gone ${Math.round(tookMs)} ms after the hook on the other node`);

    const push = await git.run(['push', 'origin', 'HEAD:refs/heads/big'], { cwd: inApp.cwd });
    t.not(push.code, 0, 'a push is refused');
    t.match(push.stderr, /Authentication failed|could not read/);
    const token = await site.provider.idToken('developer');
    t.equal((await two.api(token, 'GET', 'me')).status, 403);

    for (const node of [one, two]) await node.program.stop('SIGTERM');
    const entries = [...(await one.entries()), ...(await two.entries())];
    const made = entries.find(({ type }) => type === 'lock.made');
    t.match(made, { by: 'hook:deactivated', untilSignIn: true });
    t.match(
      entries.find(({ type }) => type === 'hook.received'),
      { lockId: made?.lockId, outcome: 'locked-out' },
    );
    t.match(
      entries.find(({ type }) => type === 'credential.revoked'),
      { lockId: made?.lockId },
    );
    const cut = entries.find(({ type, outcome }) => type === 'operation.ended' && outcome === 'cut');
    t.match(cut, { reason: /^(locked|credential-ended)$/ });
    t.strictSame((await verify([one.auditDirectory, two.auditDirectory])).faults, []);
  },
);
