/** Git clients that are not git: dulwich, libgit2 and JGit, each a program of its own that clones and pushes. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { root } from '../servers/clone.ts';
import type { Ending } from '../servers/ending.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';

const execute = promisify(execFile);
const programs = `${root}/test/e2e/clients/`;

export interface Ended {
  readonly code: number;
  readonly said: string;
}

/** A client: clones, and pushes random bytes to a ref of what it cloned. */
export type Client = (url: string, push?: readonly [ref: string, bytes: number]) => Promise<Ended>;

export interface ClientNeeds {
  /** The authority it trusts over HTTPS. */
  readonly caFile?: string;
  readonly env?: Readonly<Record<string, string>>;
}

async function run(command: string, args: readonly string[], env: Record<string, string>): Promise<Ended> {
  try {
    const { stdout, stderr } = await execute(command, args, { env: { PATH: process.env.PATH, ...env } });
    return { code: 0, said: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, said: stdout + stderr };
  }
}

export async function pythonClient(
  t: Ending,
  program: 'dulwich_client.py' | 'libgit2_client.py',
  { caFile = '', env = {} }: ClientNeeds,
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

/** Debian's folder, or another where the same jars lie. */
const jarFolder = process.env.JAVA_JARS ?? '/usr/share/java';
const jars = ['org.eclipse.jgit', 'slf4j-api', 'slf4j-nop', 'javaewah', 'jsch'].map(
  (name) => `${jarFolder}/${name}.jar`,
);
/** JGit is looked at where there is a JDK, the other clients always. */
const hasJgit = jars.every(existsSync) && existsSync('/usr/bin/javac');

async function jgit(t: Ending, { caFile, env = {} }: ClientNeeds): Promise<Client> {
  const home = await temporaryDirectory(t);
  const trusted = `${home}/trusted.p12`;
  const classPath = [...jars, home].join(':');
  if (caFile !== undefined)
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
      { HOME: home, ...env },
    );
  };
}

/** Name, whether it is installed, and how it is made. */
export const otherClients: readonly (readonly [
  string,
  boolean,
  (t: Ending, needs: ClientNeeds) => Promise<Client>,
])[] = [
  ['dulwich', true, (t, needs) => pythonClient(t, 'dulwich_client.py', needs)],
  ['libgit2', true, (t, needs) => pythonClient(t, 'libgit2_client.py', needs)],
  ['jgit', hasJgit, jgit],
];
