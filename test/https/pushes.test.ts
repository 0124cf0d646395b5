import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import t from 'tap';
import { makeAppRepository } from '../../gateway/demo/sample-repository.ts';
import { flushPkt, pktLine } from '../../gateway/git/pkt-line.ts';
import { gitClient } from '../servers/git.ts';
import { aGitNode, scopeOf } from './git-node.ts';

const execute = promisify(execFile);

async function aClone(t: Tap, refs?: readonly string[], rules?: string) {
  const node = await aGitNode(t, rules === undefined ? {} : { rules });
  await makeAppRepository(node.directory);
  const host = `${node.directory}/app.git`;
  await execute('git', ['-C', host, 'config', 'receive.advertisePushOptions', 'true']);
  const { principal, secret } = await node.person();
  const grant = await node.grant(principal, { scope: scopeOf('app', 'push', refs) });
  const git = await gitClient(t);
  await git.must(['clone', '-q', node.address(secret, 'app.git'), 'app']);
  const inApp = { cwd: `${git.directory}/app` };
  await git.must(['commit', '-q', '--allow-empty', '-m', 'one'], inApp);
  return { node, host, grant, git, inApp, secret };
}
type Tap = Parameters<typeof aGitNode>[0];

const anyRef = `
  - { match: "hub/**", requesters: [everyone], fetch: { approval: 1, maxDuration: 8h }, push: { approval: 1, maxDuration: 8h, refs: ["refs/**"] } }`;

void t.test('12,000 tags in one push are one record with every ref and id', async (t) => {
  const { node, git, inApp, host, secret } = await aClone(t);
  const head = (await git.must(['rev-parse', 'origin/HEAD'], inApp)).trim();
  // git 2.39 itself takes minutes to match as many refspecs, so the request is written here as it would write it.
  const command = (i: number) =>
    `${'0'.repeat(40)} ${head} refs/tags/t${i}${i === 0 ? '\0 report-status-v2 side-band-64k' : ''}`;
  const pack = Buffer.concat([Buffer.from('PACK'), Buffer.from([0, 0, 0, 2, 0, 0, 0, 0])]);
  const body = Buffer.concat([
    ...Array.from({ length: 12_000 }, (_, i) => pktLine(command(i))),
    flushPkt,
    pack,
    createHash('sha1').update(pack).digest(),
  ]);

  const answer = await fetch(`http://127.0.0.1:${node.door.port}/hub/app.git/git-receive-pack`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`x:${secret}`).toString('base64')}`,
      'content-type': 'application/x-git-receive-pack-request',
    },
    body,
  });
  t.equal(answer.status, 200);
  t.match(await answer.text(), 'ok refs/tags/t11999');
  node.door.connections.resetAll();
  const refs = (await git.must(['for-each-ref', 'refs/tags/t*', '--format=%(refname)'], { cwd: host }))
    .trim()
    .split('\n');
  t.equal(refs.length, 12_000);
  const [commands, , settled] = (await node.entries()).filter(({ type }) => type.startsWith('push.'));
  t.equal(commands?.type === 'push.commands' && commands.updates.length, 12_000);
  t.match(commands, {
    updates: [{ ref: 'refs/tags/t0', oldId: '0'.repeat(40), newId: head, kind: 'create' }],
  });
  t.ok(settled?.type === 'push.settled' && settled.updates.every(({ outcome }) => outcome === 'applied'));
});

void t.test('notes, options as data, and atomic pushes pass; the options stand in the record', async (t) => {
  const { node, git, inApp } = await aClone(t, ['refs/**'], anyRef);
  await git.must(['notes', 'add', '-m', 'noted'], inApp);
  await git.must(['push', '-q', 'origin', 'refs/notes/*'], inApp);
  await git.must(
    [
      'push',
      '-q',
      '--atomic',
      '-o',
      'ci.skip',
      '-o',
      'x=$(id)',
      'origin',
      'HEAD:refs/heads/a',
      'HEAD:refs/heads/b',
    ],
    inApp,
  );

  const commands = (await node.entries()).filter(({ type }) => type === 'push.commands');
  t.match(commands, [
    { updates: [{ ref: 'refs/notes/commits', kind: 'create' }] },
    {
      updates: [{ ref: 'refs/heads/a' }, { ref: 'refs/heads/b' }],
      options: ['ci.skip', 'x=$(id)'],
      atomic: true,
    },
  ]);
});

void t.test('a push with one ref out of scope is refused whole, and each such ref is named', async (t) => {
  const { node, git, grant, inApp, host } = await aClone(t, ['refs/heads/fix/**']);
  const before = await git.must(['for-each-ref'], { cwd: host });

  const { code, stderr } = await git.run(
    ['push', 'origin', 'HEAD:refs/heads/fix/1', 'HEAD:refs/heads/main', 'HEAD:refs/tags/v1x'],
    inApp,
  );
  t.equal(code, 1);
  t.match(stderr, `remote: sluice: refs/heads/main is outside ${grant.id}, which covers refs/heads/fix/**`);
  t.match(stderr, `remote: sluice: refs/tags/v1x is outside ${grant.id}, which covers refs/heads/fix/**`);
  t.match(stderr, `! [remote rejected] HEAD -> fix/1 (outside ${grant.id})`);
  t.equal(await git.must(['for-each-ref'], { cwd: host }), before);
  t.match(
    (await node.entries()).filter(({ type }) => type === 'operation.refused'),
    [
      {
        reason: 'outside-scope',
        updates: [{ ref: 'refs/heads/main' }, { ref: 'refs/heads/fix/1' }, { ref: 'refs/tags/v1x' }],
      },
    ],
  );
});

void t.test(
  'branch names with hostile characters pass as they are and can be had back from the record',
  async (t) => {
    const { node, git, inApp, host } = await aClone(t);
    const names = [
      'a\u202eb',
      'a\u009bb',
      'a\u0085b',
      'a\u2028b',
      '<img/src=x/onerror=alert(1)>',
      `a'b"c`,
      '=cmd|x',
    ];
    await git.must(['push', '-q', 'origin', ...names.map((name) => `HEAD:refs/heads/${name}`)], inApp);

    const refs = (await git.must(['for-each-ref', '--format=%(refname)', 'refs/heads/'], { cwd: host }))
      .trim()
      .split('\n');
    for (const name of names) t.ok(refs.includes(`refs/heads/${name}`), encodeURIComponent(name));
    const commands = (await node.entries()).find(({ type }) => type === 'push.commands');
    const recorded = commands?.type === 'push.commands' ? commands.updates.map(({ ref }) => ref) : [];
    t.strictSame(new Set(recorded), new Set(names.map((name) => `refs/heads/${name}`)));
  },
);

void t.test(
  'a signed push goes up with its certificate untouched, and the commands inside it are the record',
  async (t) => {
    const { node, git, inApp, host } = await aClone(t);
    await execute('git', ['-C', host, 'config', 'receive.certNonceSeed', 'seed']);
    const key = `${git.directory}/key`;
    await execute('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);

    const signing = ['-c', 'gpg.format=ssh', '-c', `user.signingkey=${key}.pub`];
    await git.must([...signing, 'push', '-q', '--signed', 'origin', 'HEAD:refs/heads/signed'], inApp);
    const commands = (await node.entries()).find(({ type }) => type === 'push.commands');
    t.match(commands, { signed: true, updates: [{ ref: 'refs/heads/signed', kind: 'create' }] });
  },
);

void t.test(
  'an annotated tag on an old commit, and a branch at a known one, push without new commits',
  async (t) => {
    const { node, git, inApp, host } = await aClone(t);
    await git.must(['tag', '-a', '-m', 'old', 'old', 'HEAD~1'], inApp);
    await git.must(['push', '-q', 'origin', 'old', 'origin/HEAD:refs/heads/same'], inApp);

    await git.must(['fsck'], { cwd: host });
    t.match(
      await git.must(['for-each-ref', '--format=%(refname)'], { cwd: host }),
      /refs\/heads\/same\n[\s\S]*refs\/tags\/old/,
    );
    t.strictSame(node.troubles, []);
  },
);

for (const version of ['0', '2']) {
  void t.test(
    `protocol v${version}: repositories with 64-digit ids are cloned empty, pushed to, forced and deleted from`,
    async (t) => {
      const node = await aGitNode(t);
      await execute('git', ['init', '-q', '--bare', '--object-format=sha256', `${node.directory}/wide.git`]);
      await execute('git', ['-C', `${node.directory}/wide.git`, 'config', 'http.receivepack', 'true']);
      const { principal, secret } = await node.person();
      await node.grant(principal, { scope: scopeOf('wide', 'push') });
      const git = await gitClient(t);
      const inWide = { cwd: `${git.directory}/wide` };
      const run = (...args: string[]) => git.must(['-c', `protocol.version=${version}`, ...args], inWide);

      await git.must([
        '-c',
        `protocol.version=${version}`,
        'clone',
        '-q',
        node.address(secret, 'wide.git'),
        'wide',
      ]);
      // git 2.39 makes a repository of 40-digit ids from an empty clone, straight from the host too.
      await execute('rm', ['-rf', inWide.cwd]);
      await git.must(['init', '-q', '--object-format=sha256', 'wide']);
      await run('remote', 'add', 'origin', node.address(secret, 'wide.git'));
      await run('commit', '-q', '--allow-empty', '-m', 'one');
      await run('push', '-q', 'origin', 'HEAD:refs/heads/main', 'HEAD:refs/heads/gone');
      await run('commit', '-q', '--amend', '--allow-empty', '-m', 'other');
      await run('push', '-q', '--force', 'origin', 'HEAD:refs/heads/main', ':refs/heads/gone');
      await git.must([
        '-c',
        `protocol.version=${version}`,
        'clone',
        '-q',
        node.address(secret, 'wide.git'),
        'again',
      ]);
      const updates = (await node.entries()).flatMap((entry) =>
        entry.type === 'push.commands' ? entry.updates : [],
      );
      t.strictSame(updates.map(({ ref, kind }) => `${kind} ${String(ref)}`).sort(), [
        'create refs/heads/gone',
        'create refs/heads/main',
        'delete refs/heads/gone',
        'update refs/heads/main',
      ]);
      for (const { oldId, newId } of updates) t.equal(oldId.length + newId.length, 128);
      t.strictSame(node.troubles, []);
    },
  );
}
