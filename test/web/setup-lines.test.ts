import { execFileSync } from 'node:child_process';
import t, { type Test } from 'tap';
import {
  exampleAddress,
  insteadOfLines,
  jobLines,
  sshConfigLines,
  sshInsteadOfLines,
} from '../../admin/web/src/setup/setup-lines.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';

const gateway = {
  https: 'https://gw.test:8443',
  ssh: 'ssh://git@gw.test:2222',
  hosts: [{ name: 'hub', url: 'https://git.example.com' }],
};

/** A shell with a home of its own, in which lines are pasted one after the other. */
async function aShell(t: Test) {
  const home = await temporaryDirectory(t);
  const env = { PATH: process.env.PATH, HOME: home, GIT_CONFIG_NOSYSTEM: '1', SLUICE_CREDENTIAL: 'slu_g_x' };
  return (script: string, input = '') =>
    execFileSync('sh', ['-c', script], { env, cwd: home, input, encoding: 'utf8' });
}

void t.test('the insteadOf line sends a host’s own addresses through the gateway', async (t) => {
  const paste = await aShell(t);
  for (const line of insteadOfLines(gateway)) paste(line);
  const asked = paste('git ls-remote --get-url https://git.example.com/acme/app.git');
  t.equal(asked, 'https://gw.test:8443/hub/acme/app.git\n');
  const other = paste('git ls-remote --get-url https://git.example.community/acme/app.git');
  t.equal(other, 'https://git.example.community/acme/app.git\n');
});

void t.test('over SSH it sends them to the SSH door', async (t) => {
  const paste = await aShell(t);
  for (const line of sshInsteadOfLines(gateway)) paste(line);
  const asked = paste('git ls-remote --get-url https://git.example.com/acme/app.git');
  t.equal(asked, 'ssh://git@gw.test:2222/hub/acme/app.git\n');
  t.strictSame(sshInsteadOfLines({ https: gateway.https, hosts: gateway.hosts }), []);
});

void t.test('a job’s git takes the credential from its environment, for the gateway alone', async (t) => {
  const paste = await aShell(t);
  const [helper = ''] = jobLines(gateway);
  paste(helper);
  const filled = paste('git credential fill', 'protocol=https\nhost=gw.test:8443\n\n');
  t.match(filled, /^username=git$/m);
  t.match(filled, /^password=slu_g_x$/m);
  t.throws(() =>
    paste('GIT_TERMINAL_PROMPT=0 git credential fill 2>&1', 'protocol=https\nhost=elsewhere.test\n\n'),
  );
  t.notMatch(paste('cat .gitconfig'), /slu_g_x/, 'it is written nowhere');
});

void t.test(
  'ssh reads the gateway’s port and user, and the example names a host one may ask within',
  async (t) => {
    t.strictSame(sshConfigLines(gateway.ssh), ['Host gw.test', '  Port 2222', '  User git']);
    t.equal(exampleAddress(gateway.https, gateway), 'https://gw.test:8443/hub/PATH');
    t.equal(exampleAddress(gateway.https, { ...gateway, hosts: [] }), 'https://gw.test:8443/UPSTREAM/PATH');
  },
);
