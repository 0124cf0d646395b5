import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { request } from 'node:https';
import { promisify } from 'node:util';
import t from 'tap';
import { verify } from '../../gateway/audit/verify.ts';
import { sluiceProgram } from '../servers/clone.ts';
import { aSite, gitCredential, type Node } from './nodes.ts';

/** What git's first request with a credential is answered. */
async function discovery(
  node: Node,
  caFile: string,
  secret: string,
): Promise<{ status: number; text: string }> {
  const ca = await readFile(caFile);
  return await new Promise((resolve, reject) => {
    const sent = request(
      {
        host: 'localhost',
        port: node.httpsPort,
        ca,
        path: '/hub/open/info/refs?service=git-upload-pack',
        headers: { authorization: `Basic ${Buffer.from(`git:${secret}`).toString('base64')}` },
      },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (piece: string) => {
          text += piece;
        });
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
      },
    );
    sent.on('error', reject).end();
  });
}

/** The state of the store as `/readyz` has it, once it is this. */
async function untilStore(node: Node, wanted: string): Promise<void> {
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${node.opsPort}/readyz`);
    const { store } = (await answer.json()) as { store: string };
    if (store === wanted && answer.status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

void t.test(
  'an emptied store erases no credential at a client, and serves nobody until an operator accepts it',
  { timeout: 600_000 },
  async (t) => {
    const site = await aSite(t);
    const node = await site.node('a');
    const secret = await gitCredential(site, node, 'developer');
    t.not((await discovery(node, site.caFile, secret)).status, 401);

    await site.redis.admin('FLUSHALL');
    await untilStore(node, 'lost');
    const refused = await discovery(node, site.caFile, secret);
    t.not(refused.status, 401);
    t.match(refused.text, 'the grant store cannot be reached; nothing was changed');
    const token = await site.provider.idToken('developer');
    t.match(await node.api(token, 'POST', 'credentials', { kind: 'git', name: 'x', expiresIn: '1h' }), {
      status: 503,
    });

    const accepted = await promisify(execFile)(process.execPath, [
      ...[...sluiceProgram, 'store', 'accept', '--config', `${site.directory}/a.yaml`],
    ]);
    t.match(accepted.stdout, /the store is accepted as \S+ in place of \S+; running nodes serve again/);
    await untilStore(node, 'reachable');
    t.equal((await discovery(node, site.caFile, secret)).status, 401, 'now it is unknown, and said to be');
    const anew = await gitCredential(site, node, 'developer');
    t.not((await discovery(node, site.caFile, anew)).status, 401);

    const alarms = (await node.entries()).filter(({ type }) => type === 'node.alarm');
    t.match(
      alarms.map(({ alarm }) => alarm),
      ['store-lost', 'store-accepted'],
    );
    await node.program.stop();
    t.strictSame((await verify([node.auditDirectory])).faults, [], 'no number of the store stands twice');
  },
);
