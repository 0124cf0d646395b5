import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import t from 'tap';
import { makeAppRepository } from '../../gateway/demo/sample-repository.ts';
import { slowDisk } from '../audit/slow-disk.ts';
import { gitClient } from '../servers/git.ts';
import { aGitNode, scopeOf } from './git-node.ts';

void t.test(
  'an audit that takes a second for each write slows a push and wedges nothing; the host hears nothing before the record (case A4)',
  async (t) => {
    let written = (): string => '';
    const early: string[] = [];
    const node = await aGitNode(t, {
      disk: slowDisk(() => 1_000),
      host: {
        onRequest({ method, url }) {
          const needed = method === 'POST' ? 'push.commands' : 'operation.started';
          if (!written().includes(`"type":"${needed}"`)) early.push(`${method} ${url}`);
        },
      },
    });
    const folder = `${node.directory}/audit`;
    written = () =>
      readdirSync(folder)
        .filter((name) => name.endsWith('.jsonl'))
        .map((name) => readFileSync(`${folder}/${name}`, 'utf8'))
        .join('');
    await makeAppRepository(node.directory);
    const { principal, secret } = await node.person();
    await node.grant(principal, { scope: scopeOf('app', 'push') });
    const git = await gitClient(t);
    await git.must(['clone', '-q', `${node.directory}/app.git`, 'app']);
    await writeFile(`${git.directory}/app/big`, randomBytes(20 * 2 ** 20));
    await git.must(['-C', 'app', 'add', '.']);
    await git.must(['-C', 'app', 'commit', '-q', '-m', 'big']);

    const started = performance.now();
    await git.must(['-C', 'app', 'push', '-q', node.address(secret, 'app.git'), 'HEAD:refs/heads/big']);
    t.ok(performance.now() - started > 2_000, 'start and commands were waited for');
    t.strictSame(early, []);
    t.strictSame(
      (await node.entries()).map(({ type }) => type).filter((type) => /^(operation|push)\./.test(type)),
      ['operation.started', 'push.commands', 'push.released', 'push.settled', 'operation.ended'],
    );
    t.strictSame(node.troubles, []);
  },
);
