import t from 'tap';
import { anSshNode } from './ssh-node.ts';

void t.test('what is no git service is refused in its client’s words, and is on record', async (t) => {
  const { node, principal, key, client, faults } = await anSshNode(t);
  const dev = await principal();
  const { file } = await key('laptop', dev);
  const ssh = await client([file]);
  const refused: readonly (readonly [string, number, RegExp])[] = [
    ['git-lfs-authenticate hub/app.git download', 1, /no LFS/],
    ['git-lfs-transfer hub/app.git download', 127, /no LFS/],
    ['scp -f /etc/passwd', 127, /files are not copied/],
    ['id; cat /etc/passwd', 128, /shell/],
    ['bash -i', 127, /no shell/],
  ];
  for (const [command, code, text] of refused) {
    const run = await ssh.run(command);
    t.match(run, { code, stdout: '' }, command);
    t.match(run.stderr, text);
  }
  const git: readonly string[] = [
    "git-upload-pack '--upload-pack=id'",
    "git-upload-pack 'hub/app.git'; id",
    "git-upload-pack 'hub/../etc'",
    "GIT_PROTOCOL=version=2 git-upload-pack 'hub/app.git'",
  ];
  for (const command of git.slice(0, 3)) {
    const run = await ssh.run(command);
    t.match(run, { code: 128, stderr: '' }, command);
    t.match(run.stdout, /^[0-9a-f]{4}ERR sluice: /);
  }
  t.not((await ssh.run(git[3] ?? '')).code, 0);
  const sftp = await ssh.run('sftp', ['-s']);
  t.match(sftp, { code: 255, stderr: /subsystem request failed/ });
  const forward = await ssh.run(undefined, ['-W', '127.0.0.1:1']);
  t.match(forward.stderr, /administratively prohibited/);
  t.equal(
    (await ssh.run('help', ['-A', '-R', '0:127.0.0.1:1'])).code,
    0,
    'a forwarding that fails ends nothing',
  );

  const entries = (await node.entries()).filter(({ type }) => type === 'operation.refused');
  t.ok(entries.length >= refused.length + git.length + 3);
  for (const entry of entries)
    t.match(entry, { door: 'ssh', principalId: dev.id, reason: 'service-not-served' });
  t.ok(entries.some((entry) => 'repository' in entry && entry.repository === 'scp -f /etc/passwd'));
  t.strictSame(faults, []);
});
