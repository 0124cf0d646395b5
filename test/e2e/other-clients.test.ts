import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import t, { type Test } from 'tap';
import { makeAppRepository } from '../../gateway/demo/sample-repository.ts';
import { makeSecret } from '../../gateway/identity/credential.ts';
import { gitClient } from '../servers/git.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';
import { aSite, gitCredential, grantedBy } from './nodes.ts';

const execute = promisify(execFile);
const programs = fileURLToPath(new URL('clients/', import.meta.url));

interface Ended {
  readonly code: number;
  readonly said: string;
}

/** A client: clones, and pushes random bytes to a ref of what it cloned. */
type Client = (url: string, push?: readonly [ref: string, bytes: number]) => Promise<Ended>;

async function run(command: string, args: readonly string[], env: Record<string, string>): Promise<Ended> {
  try {
    const { stdout, stderr } = await execute(command, args, { env: { PATH: process.env.PATH, ...env } });
    return { code: 0, said: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, said: stdout + stderr };
  }
}

async function aPythonClient(
  t: Test,
  program: string,
  caFile: string,
  env: Record<string, string> = {},
): Promise<Client> {
  const home = await temporaryDirectory(t);
  await writeFile(`${home}/.gitconfig`, `[http]\n\tsslCAInfo = ${caFile}\n`);
  let count = 0;
  return (url, push = ['', 0]) => {
    count += 1;
    const args = [
      `${programs}${program}`,
      url,
      `${home}/${count}`,
      ...(push[0] === '' ? [] : push.map(String)),
    ];
    return run('/usr/bin/python3', args, { HOME: home, CA_FILE: caFile, ...env });
  };
}

const jars = ['org.eclipse.jgit', 'slf4j-api', 'slf4j-nop', 'javaewah', 'jsch'].map(
  (name) => `/usr/share/java/${name}.jar`,
);
/** JGit is looked at where it is installed with a JDK; the other clients are always there. */
const hasJgit = jars.every(existsSync) && existsSync('/usr/bin/javac');

async function jgit(t: Test, caFile: string): Promise<Client> {
  const home = await temporaryDirectory(t);
  const trusted = `${home}/trusted.p12`;
  const classPath = [...jars, home].join(':');
  await execute('keytool', [
    ...['-importcert', '-noprompt', '-alias', 'gateway', '-file', caFile],
    ...['-keystore', trusted, '-storetype', 'PKCS12', '-storepass', 'changeit'],
  ]);
  await execute('javac', ['-cp', classPath, '-d', home, `${programs}JgitClient.java`]);
  let count = 0;
  return (url, push) => {
    count += 1;
    return run(
      'java',
      [
        ...['-XX:TieredStopAtLevel=1', `-Duser.home=${home}`, `-Djavax.net.ssl.trustStore=${trusted}`],
        ...['-Djavax.net.ssl.trustStorePassword=changeit', '-cp', classPath, 'JgitClient'],
        ...[url, `${home}/${count}`, ...(push ?? []).map(String)],
      ],
      { HOME: home },
    );
  };
}

t.setTimeout(600_000);

const site = await aSite(t);
const node = await site.node('one');
const secret = await gitCredential(site, node, 'developer');
await makeAppRepository(site.repositories);
const git = await gitClient(t);
for (const name of ['dulwich', 'libgit2', 'jgit'])
  for (const copy of [name, `${name}-fenced`])
    await git.must([
      'clone',
      '-q',
      '--bare',
      `${site.repositories}/app.git`,
      `${site.repositories}/${copy}.git`,
    ]);
const head = async (name: string, ref: string): Promise<string> =>
  (
    await git.run(['-C', `${site.repositories}/${name}.git`, 'rev-parse', '--verify', '-q', ref])
  ).stdout.trim();

const clients: readonly (readonly [string, boolean, (t: Test) => Promise<Client>])[] = [
  ['dulwich', true, (t) => aPythonClient(t, 'dulwich_client.py', site.caFile)],
  ['libgit2', true, (t) => aPythonClient(t, 'libgit2_client.py', site.caFile)],
  ['jgit', hasJgit, (t) => jgit(t, site.caFile)],
];

for (const [name, isThere, make] of clients) {
  const skip = isThere ? false : 'it is not installed';

  void t.test(
    `${name} shows why it is refused, then clones and pushes, small and large (cases A4, A7)`,
    { skip },
    async (t) => {
      const client = await make(t);
      const address = node.address(secret, `${name}.git`);
      const refused = await client(address);
      t.not(refused.code, 0);
      t.match(refused.said, `sluice: no live grant to fetch hub/${name}`);
      t.match(refused.said, `/ask/hub/${name}?right=fetch`);

      await grantedBy(site, node, node, { repository: `hub/${name}`, right: 'push' });
      for (const [ref, bytes] of [
        ['refs/heads/small', 1_000],
        ['refs/heads/large', 3_000_000],
      ] as const) {
        const { code, said } = await client(address, [ref, bytes]);
        t.equal(code, 0, said);
        t.match(await head(name, ref), /^[0-9a-f]{40}$/, `${ref} is there`);
      }
    },
  );

  void t.test(`${name} shows why its ref is refused, and changes nothing`, { skip }, async (t) => {
    const client = await make(t);
    const fenced = `${name}-fenced`;
    const scope = { repository: `hub/${fenced}`, right: 'push' as const, refs: ['refs/heads/fix/**'] };
    const grantId = await grantedBy(site, node, node, scope);
    const { said } = await client(node.address(secret, `${fenced}.git`), ['refs/heads/out', 1_000]);
    t.match(said, `outside ${grantId}`);
    t.equal(await head(fenced, 'refs/heads/out'), '');
  });

  void t.test(
    `${name} with a wrong credential ends with that, and does not ask for ever (case G1)`,
    { skip },
    async (t) => {
      const client = await make(t);
      const { code, said } = await client(node.address(makeSecret('git').secret, `${name}.git`));
      t.not(code, 0);
      t.match(said, /auth|credential/i);
      t.notMatch(said, /replays|redirects/);
      t.notMatch(said, /no live grant/);
    },
  );
}

void t.test(
  'a libgit2 that repeats its wrong credential ends by itself and locks nobody out (case G1)',
  async (t) => {
    const stubborn = await aPythonClient(t, 'libgit2_client.py', site.caFile, { STUBBORN: '1' });
    const wrong = node.address(makeSecret('git').secret, 'libgit2.git');
    for (let i = 0; i < 3; i += 1)
      t.match((await stubborn(wrong)).said, 'too many redirects or authentication replays');
    const colleague = await gitClient(t, { caFile: site.caFile });
    t.equal((await colleague.run(['ls-remote', node.address(secret, 'libgit2.git')])).code, 0);
  },
);
