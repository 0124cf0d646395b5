import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import t from 'tap';
import { makeAppRepository, makeSlowRepository } from '../../gateway/demo/sample-repository.ts';
import { pktLine } from '../../gateway/git/pkt-line.ts';
import { gitClient } from '../servers/git.ts';
import { startHostileHost } from '../servers/hostile-host.ts';
import { aGitNode, type GitNode, scopeOf } from './git-node.ts';
import { killInMidClone } from './killed-client.ts';
import { moved } from './moved.ts';

const slow = { host: { bytesPerSecond: { slow: 400_000 } } };

/** Resolves once the clone's pack is on its way down. */
async function packMoves(node: GitNode): Promise<void> {
  await moved(node, 'bytesDown', 100_000);
}

for (const version of ['0', '2']) {
  void t.test(
    `protocol v${version}: a revoked clone ends inside its pack with the reason at the prompt`,
    async (t) => {
      const node = await aGitNode(t, slow);
      await makeSlowRepository(node.directory);
      const { principal, secret } = await node.person();
      const approver = await node.person({ name: 'Ana' });
      const grant = await node.grant(principal, { scope: scopeOf('slow', 'fetch') });
      const git = await gitClient(t);

      const clone = git.start([
        '-c',
        `protocol.version=${version}`,
        'clone',
        node.address(secret, 'slow.git'),
      ]);
      await packMoves(node);
      const before = Date.now();
      await node.revoke(grant.id, 'laptop lost', approver.principal.id);
      const { code, stderr } = await clone.finished;

      t.equal(code, 128);
      t.match(
        stderr,
        new RegExp(
          `remote: sluice: grant ${grant.id} was revoked by Ana at \\d\\d:\\d\\d UTC: "laptop lost"`,
        ),
      );
      t.match(stderr, 'remote: ask again: https://gw.test/ask/hub/slow?right=fetch');
      t.match(stderr, 'remote: access has ended');
      t.ok(Date.now() - before < 1_500, 'git was gone within a second and a half');
      t.match(
        (await node.entries()).filter(({ type }) => type === 'operation.ended'),
        [{ outcome: 'cut', reason: 'grant-ended', grantId: grant.id }],
      );
    },
  );
}

void t.test(
  'the connection of a cut fetch ends behind its closing text, and serves nobody who comes behind on it',
  async (t) => {
    const node = await aGitNode(t, slow);
    await makeSlowRepository(node.directory);
    const [dana, olga] = [await node.person(), await node.person({ name: 'Olga' })];
    const grant = await node.grant(dana.principal, { scope: scopeOf('slow', 'fetch') });
    await node.grant(olga.principal, { scope: scopeOf('slow', 'fetch') });
    const git = await gitClient(t);
    const listed = await git.run(['ls-remote', node.address(olga.secret, 'slow.git'), 'HEAD']);
    const fetchAs = (secret: string): string => {
      const body = `${pktLine(`want ${listed.stdout.slice(0, 40)} side-band-64k ofs-delta\n`)}0000${pktLine('done\n')}`;
      return [
        'POST /hub/slow.git/git-upload-pack HTTP/1.1',
        'Host: gw.test',
        `Authorization: Basic ${Buffer.from(`x:${secret}`).toString('base64')}`,
        'Content-Type: application/x-git-upload-pack-request',
        `Content-Length: ${body.length}\r\n\r\n${body}`,
      ].join('\r\n');
    };

    // As a balancer sends on one connection what comes from many people.
    const socket = connect(node.door.port, '127.0.0.1');
    t.teardown(() => socket.destroy());
    let told = '';
    socket.setEncoding('latin1').on('data', (text: string) => {
      told += text;
    });
    const ended = once(socket, 'end');
    socket.write(fetchAs(dana.secret));
    await packMoves(node);
    socket.write(fetchAs(olga.secret));
    await node.revoke(grant.id, 'laptop lost', olga.principal.id);
    await ended;

    t.match(told, /access has ended/);
    t.ok(told.endsWith('0\r\n\r\n'), 'the answer came whole');
    t.equal(told.split('HTTP/1.1 ').length - 1, 1, 'and no other');
    const started = (await node.entries()).filter(
      (entry) =>
        entry.type === 'operation.started' &&
        entry.right === 'fetch' &&
        entry.principalId === olga.principal.id,
    );
    t.equal(started.length, 1, 'of the other only the listing is on record');
  },
);

void t.test('a clone whose grant runs out is cut at its end, and says when that was', async (t) => {
  const node = await aGitNode(t, slow);
  await makeSlowRepository(node.directory);
  const { principal, secret } = await node.person();
  const endsAt = Date.now() + 2_500;
  const grant = await node.grant(principal, { scope: scopeOf('slow', 'fetch'), endsAt });
  const git = await gitClient(t);

  const { code, stderr } = await git.run(['clone', node.address(secret, 'slow.git')]);
  const late = Date.now() - endsAt;
  t.equal(code, 128);
  t.match(stderr, new RegExp(`remote: sluice: grant ${grant.id} ended at \\d\\d:\\d\\d UTC`));
  t.ok(late >= 0 && late < 1_000, `git was gone ${late} ms after the end`);
});

void t.test(
  'a push whose grant is revoked is a broken request to the host, and changes no ref',
  async (t) => {
    const node = await aGitNode(t);
    await makeAppRepository(node.directory);
    const { principal, secret } = await node.person();
    const grant = await node.grant(principal, { scope: scopeOf('app', 'push') });
    const git = await gitClient(t);
    await git.must(['clone', node.address(secret, 'app.git'), 'app']);
    const inApp = { cwd: `${git.directory}/app` };
    const before = await git.must(['ls-remote', `${node.directory}/app.git`]);

    for (let i = 0; i < 8; i += 1) await writeFile(`${inApp.cwd}/big${i}`, randomBytes(8 * 1024 * 1024));
    await git.must(['add', '.'], inApp);
    await git.must(['commit', '-q', '-m', 'big'], inApp);
    const push = git.start(['push', 'origin', 'HEAD:refs/heads/big'], inApp);
    await moved(node, 'bytesUp', 2_000_000);
    await node.revoke(grant.id, 'laptop lost');
    const { code, stderr } = await push.finished;

    t.equal(code, 1);
    t.match(stderr, /remote: sluice: grant .* was revoked by P-LEAD at .*: "laptop lost"/);
    t.match(stderr, `! [remote rejected] HEAD -> big (grant ${grant.id} was revoked)`);
    t.equal(await git.must(['ls-remote', `${node.directory}/app.git`]), before);
    t.match((await node.entries()).filter(({ type }) => type === 'operation.ended').at(-1), {
      outcome: 'cut',
      reason: 'grant-ended',
    });
  },
);

void t.test(
  'a client that is killed frees the host within two seconds, and the record says it left',
  async (t) => {
    const node = await aGitNode(t, slow);
    await makeSlowRepository(node.directory);
    const { principal, secret } = await node.person();
    await node.grant(principal, { scope: scopeOf('slow', 'fetch') });
    const git = await gitClient(t);

    const clone = git.start(['clone', node.address(secret, 'slow.git')]);
    await packMoves(node);
    await killInMidClone(t, node, clone);
  },
);

void t.test(
  'a host that begins its answer before it has the pack does not save the push from being cut',
  async (t) => {
    const zero = '0'.repeat(40);
    const advertised = pktLine(`${zero} capabilities^{}\0report-status side-band-64k delete-refs\n`).toString(
      'latin1',
    );
    const host = await startHostileHost(t, (request, socket) => {
      const type = request.method === 'GET' ? 'advertisement' : 'result';
      const head = `HTTP/1.1 200 OK\r\nContent-Type: application/x-git-receive-pack-${type}\r\n`;
      if (request.method === 'GET') {
        const body = `001f# service=git-receive-pack\n0000${advertised}0000`;
        socket.write(`${head}Content-Length: ${body.length}\r\n\r\n${body}`);
        return;
      }
      // Headers at once, as git http-backend sends them, and the pack is read behind them.
      socket.write(`${head}Transfer-Encoding: chunked\r\n\r\n`);
      request.body().catch(() => undefined);
    });
    const node = await aGitNode(t, { hostUrl: host.url });
    const { principal, secret } = await node.person();
    const grant = await node.grant(principal, { scope: scopeOf('app', 'push') });
    const git = await gitClient(t);
    await git.must(['init', '-q', 'app']);
    const inApp = { cwd: `${git.directory}/app` };
    for (let i = 0; i < 8; i += 1) await writeFile(`${inApp.cwd}/big${i}`, randomBytes(8 * 2 ** 20));
    await git.must(['add', '.'], inApp);
    await git.must(['commit', '-q', '-m', 'big'], inApp);
    const push = git.start(['push', node.address(secret, 'app.git'), 'HEAD:refs/heads/big'], inApp);
    await moved(node, 'bytesUp', 2_000_000);
    await node.revoke(grant.id, 'laptop lost');
    const { code, stderr } = await push.finished;

    t.equal(code, 1);
    t.match(stderr, /remote: sluice: grant .* was revoked by P-LEAD at .*: "laptop lost"/);
    t.match(stderr, `! [remote rejected] HEAD -> big (grant ${grant.id} was revoked)`);
    t.match((await node.entries()).filter(({ type }) => type === 'operation.ended').at(-1), {
      outcome: 'cut',
    });
  },
);

void t.test('who leaves the group that a rule names loses the clone that runs (case J6)', async (t) => {
  const node = await aGitNode(t, {
    ...slow,
    rules: `
  - { match: "hub/**", requesters: [developers], fetch: { approval: 1, maxDuration: 8h } }`,
  });
  await makeSlowRepository(node.directory);
  const { principal, secret } = await node.person({ groups: ['developers'] });
  await node.grant(principal, { scope: scopeOf('slow', 'fetch') });
  const git = await gitClient(t);

  const clone = git.start(['clone', node.address(secret, 'slow.git')]);
  await packMoves(node);
  await node.store.enrol({ ...principal, groups: ['leavers'] }, 'P-UNUSED');
  const { code, stderr } = await clone.finished;
  t.equal(code, 128);
  t.match(stderr, 'remote: sluice: no live grant to fetch hub/slow');
});

void t.test('a fetch is told a minute before its end, in protocol v0 and v2, and goes on', async (t) => {
  const bytesPerSecond = { slow: 400_000 };
  const node = await aGitNode(t, { host: { bytesPerSecond } });
  await makeSlowRepository(node.directory);
  const { principal, secret } = await node.person();
  await node.grant(principal, { scope: scopeOf('slow', 'fetch'), endsAt: Date.now() + 65_000 });
  const git = await gitClient(t);
  const clones = ['0', '2'].map((version) =>
    git.start([
      '-c',
      `protocol.version=${version}`,
      'clone',
      '-q',
      node.address(secret, 'slow.git'),
      `v${version}`,
    ]),
  );
  await Promise.all(
    clones.map((clone) =>
      clone.stderrHas(/^remote: sluice: your access to hub\/slow ends at \d\d:\d\d UTC/m),
    ),
  );
  bytesPerSecond.slow = 1e9;
  for (const clone of clones) t.equal((await clone.finished).code, 0);
  for (const version of ['v0', 'v2']) await git.must(['-C', version, 'fsck']);
});
