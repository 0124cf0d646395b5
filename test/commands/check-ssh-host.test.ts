import { chmod, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import t, { type Test } from 'tap';
import { makeEd25519Key } from '../../certs/host-keys.ts';
import { sshHostFindings } from '../../gateway/commands/check-ssh-host.ts';
import { freePort } from '../servers/free-port.ts';
import { type SshGitHost, startSshGitHost } from '../servers/ssh-git-host.ts';

interface Place {
  readonly host: SshGitHost;
  readonly port: number;
  readonly user: string;
}

/** What is found of a host, once something about it was changed. */
async function found(t: Test, change: (host: SshGitHost) => Promise<Partial<Place> | undefined>) {
  const host = await startSshGitHost(t);
  const changed = await change(host);
  const { port, user } = { port: host.port, user: userInfo().username, ...changed };
  const { keyFile, knownHostsFile } = host;
  const ssh = { host: '127.0.0.1', port, user, base: '', keyFile, knownHostsFile };
  return await sshHostFindings({ name: 'forge', allowPrivateAddresses: true }, ssh, 5_000);
}

void t.test('a host that proves itself and lets us in is good', async (t) => {
  const findings = await found(t, () => Promise.resolve(undefined));
  t.strictSame(findings, [
    { ok: true, text: `upstream forge by SSH: has a pinned key, and lets ${userInfo().username} in` },
  ]);
});

const faults: readonly (readonly [
  what: string,
  change: (host: SshGitHost) => Promise<Partial<Place> | undefined>,
  said: RegExp,
])[] = [
  [
    'another host key',
    async ({ knownHostsFile, port }) => {
      await writeFile(knownHostsFile, `[127.0.0.1]:${port} ${makeEd25519Key('x').line}`);
      return undefined;
    },
    /shows the key SHA256:\S+; pinned is SHA256:/,
  ],
  [
    'no line of the host',
    async ({ knownHostsFile }) => {
      await writeFile(knownHostsFile, `other.test ${makeEd25519Key('x').line}`);
      return undefined;
    },
    /known_hosts has no key of \[127\.0\.0\.1\]/,
  ],
  [
    'a key that is not let in',
    async ({ keyFile }) => {
      await writeFile(keyFile, makeEd25519Key('x').text);
      return undefined;
    },
    /is not let in with the key SHA256:/,
  ],
  [
    'a key file that is open to others',
    async ({ keyFile }) => {
      await chmod(keyFile, 0o644);
      return undefined;
    },
    /open to others/,
  ],
];
for (const [what, change, said] of faults)
  void t.test(`${what} is told in a sentence, with the mend`, async (t) => {
    const [finding, ...more] = await found(t, change);
    t.match([finding?.ok, more], [false, []]);
    t.match(finding?.text, said);
    t.match(finding?.mend, /forge|known_hosts/);
  });

void t.test('a port where nobody listens rejects with what the network said', async (t) => {
  await t.rejects(
    found(t, async ({ knownHostsFile }) => {
      const port = await freePort();
      await writeFile(knownHostsFile, `[127.0.0.1]:${port} ${makeEd25519Key('x').line}`);
      return { port };
    }),
    { cause: { code: 'ECONNREFUSED' } },
  );
});
