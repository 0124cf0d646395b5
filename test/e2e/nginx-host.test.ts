import { execFile } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import t from 'tap';
import { makeAppRepository } from '../../gateway/demo/sample-repository.ts';
import { aGitNode, scopeOf } from '../https/git-node.ts';
import { gitClient } from '../servers/git.ts';
import { startNginxGitHost } from '../servers/nginx-git-host.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';

t.setTimeout(240_000);
const execute = promisify(execFile);

void t.test(
  'behind nginx, fcgiwrap and git http-backend a pack of 300 MB is pushed and cloned, in bounded memory (case A4)',
  async (t) => {
    const repositories = await temporaryDirectory(t);
    await makeAppRepository(repositories);
    const host = await startNginxGitHost(t, { directory: repositories });
    const node = await aGitNode(t, { hostUrl: host.url });
    const { principal, secret } = await node.person();
    await node.grant(principal, {
      scope: scopeOf('app', 'push'),
      endsAt: Date.now() + 600_000,
      latestEndsAt: Date.now() + 900_000,
    });
    const git = await gitClient(t);
    const address = node.address(secret, 'app.git');
    const peakOf = async (): Promise<number> =>
      Number(/VmHWM:\s+(\d+)/.exec(await readFile('/proc/self/status', 'utf8'))?.[1] ?? 0) / 1024;

    await git.must(['clone', '-q', address, 'app']);
    const inApp = { cwd: `${git.directory}/app` };
    const piece = Buffer.allocUnsafe(20 * 2 ** 20);
    for (let i = 0; i < 15; i += 1) await writeFile(`${inApp.cwd}/big${i}`, randomFillSync(piece));
    await git.must(['add', '.'], inApp);
    await git.must(['commit', '-q', '-m', 'big'], inApp);
    await writeFile('/proc/self/clear_refs', '5').catch(() => undefined);
    const idle = await peakOf();

    await git.must(['-c', 'core.compression=0', 'push', '-q', 'origin', 'HEAD:refs/heads/big'], inApp);
    const afterPush = await peakOf();
    await git.must(['clone', '-q', '--bare', address, 'again.git']);
    const afterClone = await peakOf();
    t.comment(
      `idle ${Math.round(idle)} MiB, peak at the push +${Math.round(afterPush - idle)}, at the clone +${Math.round(afterClone - idle)}`,
    );
    t.ok(
      afterClone - idle < 96,
      `${Math.round(afterClone - idle)} MiB above idle, test and gateway in one process`,
    );
    const [here, there] = await Promise.all([
      git.must(['rev-parse', 'HEAD'], inApp),
      execute('git', ['-C', `${repositories}/app.git`, 'rev-parse', 'refs/heads/big']).then(
        ({ stdout }) => stdout,
      ),
    ]);
    t.equal(here, there);
    t.match(
      (await node.entries())
        .filter(({ type }) => type === 'operation.ended')
        .map((entry) => ('outcome' in entry ? entry.outcome : '')),
      ['completed', 'completed', 'completed'],
    );
    t.strictSame(node.troubles, []);
  },
);
