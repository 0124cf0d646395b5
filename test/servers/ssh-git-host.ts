/** A Git host that is reached by the real sshd alone, for the account that runs the tests. */
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { makeEd25519Key } from '../../certs/host-keys.ts';
import type { Ending } from './ending.ts';
import { runSshd } from './sshd.ts';
import { temporaryDirectory } from './temporary-directory.ts';

export interface SshGitHost {
  readonly port: number;
  /** Where its repositories are. */
  readonly directory: string;
  /** The `ssh` section of an upstream that reaches it. */
  readonly section: string;
  /** What proves it, as the gateway expects; a test may write another. */
  readonly knownHostsFile: string;
  readonly keyFile: string;
  readonly authorizedKeysFile: string;
  /** Its line of the key it has. */
  readonly knownHostsLine: string;
  /** Ends it with all its connections, as a crash of its machine would. */
  kill(): void;
}

/** Every process below one, which sshd puts into groups of their own. */
function endTree(pid: number | undefined): void {
  if (pid === undefined) return;
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
  process.kill(pid, 'SIGKILL');
  for (const child of children) endTree(Number(child));
}

/** @param lines of its configuration beside those that every one has */
export async function startSshGitHost(
  test: Ending,
  { lines = ['AcceptEnv GIT_PROTOCOL'] }: { readonly lines?: readonly string[] } = {},
): Promise<SshGitHost> {
  const directory = await temporaryDirectory(test);
  const own = join(await temporaryDirectory(test), 'host');
  await mkdir(own);
  const [host, gateway] = [makeEd25519Key('host'), makeEd25519Key('gateway')];
  const write = async (name: string, text: string): Promise<string> => {
    await writeFile(join(own, name), text, { mode: 0o600 });
    return join(own, name);
  };
  const hostKey = await write('host_key', host.text);
  const keyFile = await write('gateway_key', gateway.text);
  const authorized = await write('authorized_keys', gateway.line);
  const { port, program } = await runSshd(test, [hostKey], [`AuthorizedKeysFile ${authorized}`, ...lines]);
  const knownHostsLine = `[127.0.0.1]:${port} ${host.line}`;
  const knownHostsFile = await write('known_hosts', knownHostsLine);
  const url = `ssh://${userInfo().username}@127.0.0.1:${port}${directory}`;
  return {
    port,
    directory,
    section: `ssh: { url: "${url}", keyFile: "${keyFile}", knownHostsFile: "${knownHostsFile}" }`,
    knownHostsFile,
    keyFile,
    authorizedKeysFile: authorized,
    knownHostsLine,
    kill: () => endTree(program.child.pid),
  };
}
