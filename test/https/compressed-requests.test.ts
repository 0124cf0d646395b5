import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import t from 'tap';
import { makeAppRepository } from '../../gateway/demo/sample-repository.ts';
import { gitClient } from '../servers/git.ts';
import { aGitNode, type GitNode, scopeOf } from './git-node.ts';

const execute = promisify(execFile);

async function withTags(node: GitNode, count: number): Promise<void> {
  await makeAppRepository(node.directory);
  const { stdout } = await execute('git', ['-C', `${node.directory}/app.git`, 'rev-parse', 'HEAD']);
  const lines = Array.from({ length: count }, (_, i) => `create refs/tags/t${i} ${stdout.trim()}\n`).join('');
  const update = execute('git', ['-C', `${node.directory}/app.git`, 'update-ref', '--stdin']);
  update.child.stdin?.end(lines);
  await update;
}

for (const version of ['0', '2']) {
  void t.test(`protocol v${version}: a fetch whose request git compresses works`, async (t) => {
    const seen: (string | undefined)[] = [];
    const node = await aGitNode(t, {
      host: { onRequest: ({ headers }) => seen.push(headers['content-encoding']) },
    });
    await withTags(node, 300);
    const { principal, secret } = await node.person();
    await node.grant(principal, { scope: scopeOf('app', 'fetch') });
    const git = await gitClient(t);
    // Distinct commits behind each tag make the wants many.
    await git.must(['clone', '-q', `${node.directory}/app.git`, 'source']);
    const inSource = { cwd: `${git.directory}/source` };
    for (let i = 0; i < 40; i += 1) {
      await git.must(['commit', '-q', '--allow-empty', '-m', `c${i}`], inSource);
      await git.must(['push', '-q', 'origin', `HEAD:refs/heads/b${i}`], inSource);
    }

    await git.must(['-c', `protocol.version=${version}`, 'clone', node.address(secret, 'app.git'), 'app']);
    await git.must(['-C', 'app', 'fsck']);
    t.ok(seen.includes('gzip'), 'git compressed its request, and the host saw it so');
    t.strictSame(node.troubles, []);
  });
}

void t.test(
  'a body that inflates a thousandfold is refused with 413 and a fixed amount of memory',
  async (t) => {
    const node = await aGitNode(t);
    await makeAppRepository(node.directory);
    const { principal, secret } = await node.person();
    await node.grant(principal, { scope: scopeOf('app', 'fetch') });
    const pkt = Buffer.from('0032have 0123456789012345678901234567890123456789\n');
    const want = Buffer.from('0032want 0123456789012345678901234567890123456789\n0000');
    const bomb = gzipSync(Buffer.concat([want, ...Array<Buffer>(4_000_000).fill(pkt)]));
    const before = process.memoryUsage().rss;

    const answer = await fetch(`http://127.0.0.1:${node.door.port}/hub/app.git/git-upload-pack`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`x:${secret}`).toString('base64')}`,
        'content-type': 'application/x-git-upload-pack-request',
        'content-encoding': 'gzip',
      },
      body: bomb,
    });
    t.equal(answer.status, 413);
    t.match(await answer.text(), /^sluice: .*inflated/);
    t.ok(process.memoryUsage().rss - before < 64 * 2 ** 20);
    node.door.connections.resetAll();
    t.match((await node.entries()).at(-1), {
      type: 'operation.ended',
      outcome: 'refused',
      reason: 'request-too-long',
    });
  },
);
