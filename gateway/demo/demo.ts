/** Everything the demo starts, in one process: Git host, identity provider, gateway, and four accounts with credentials. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, rmdir, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { pino } from 'pino';
import { initCertificates } from '../../certs/init.ts';
import { loadConfig } from '../../config/load.ts';
import { webRoot } from '../commands/serve.ts';
import { startGateway } from '../gateway.ts';
import type { AccountName } from './accounts.ts';
import { type AccountCredentials, issueAccounts, registerNewKey } from './demo-accounts.ts';
import { demoConfig } from './demo-config.ts';
import { type GitHost, startGitHost } from './git-host.ts';
import { startOidcProvider } from './oidc.ts';
import { makeAppRepository, makeSlowRepository } from './sample-repository.ts';

/** What a running demo says of itself: the line of `--json`. */
export interface DemoFacts {
  readonly https: string;
  /** `ssh://localhost:PORT` */
  readonly ssh: string;
  readonly ops: string;
  readonly caFile: string;
  readonly auditDirectory: string;
  /** The public key of its checkpoints, and where those are kept once more. */
  readonly auditKeyFile: string;
  readonly checkpointsFile: string;
  /** The developer's SSH key, registered. */
  readonly sshKeyFile: string;
  readonly accounts: Readonly<Record<AccountName, AccountCredentials>>;
}

/** A running demo. */
export interface Demo {
  readonly facts: DemoFacts;
  /** The clone the demo runs in. */
  readonly root: string;
  /** Ends all of it and removes what it wrote. */
  close(): Promise<void>;
}

/** What a person may choose. */
export interface DemoOptions {
  /** 0 takes a free one. */
  readonly httpsPort: number;
  readonly sshPort: number;
  /** `redis://…`; undefined keeps everything in the process. */
  readonly storeUrl: string | undefined;
}

/** How fast the host serves demo/slow: its 20 MB take longer than the 40 s of a grant. */
const slowBytesPerSecond = 200_000;

/**
 * Starts everything; all it writes is in a folder of its own in `.demo` of the clone.
 *
 * @throws when a part does not start; what had started is ended and removed before
 */
export async function startDemo({ httpsPort, sshPort, storeUrl }: DemoOptions): Promise<Demo> {
  const root = cloneRoot(import.meta.dirname);
  await mkdir(join(root, '.demo'), { recursive: true });
  const directory = await mkdtemp(join(root, '.demo', 'run-'));
  const closing: (() => Promise<unknown>)[] = [() => removed(directory)];
  const close = async (): Promise<void> => {
    for (let end = closing.pop(); end !== undefined; end = closing.pop()) await end();
  };
  try {
    const secrets = { fetch: secret(), push: secret(), oidc: secret() };
    const host = await startHost(directory, secrets);
    closing.push(() => host.close());
    const port = httpsPort === 0 ? await freePort() : httpsPort;
    const https = `https://localhost:${port}`;
    const provider = await startOidcProvider({
      clientId: 'sluice',
      clientSecret: secrets.oidc,
      redirectUris: [`${https}/oidc/callback`],
      postLogoutRedirectUris: [`${https}/`],
    });
    closing.push(() => provider.close());

    const certificates = join(directory, 'certs');
    await initCertificates(certificates, ['localhost', '127.0.0.1', '::1'], new Date());
    for (const [name, value] of Object.entries(secrets))
      await writeFile(join(directory, `${name}.secret`), `${value}\n`, { mode: 0o600 });
    const file = join(directory, 'sluice.yaml');
    await writeFile(
      file,
      await demoConfig({
        directory,
        publicUrl: https,
        port,
        sshPort,
        hostUrl: host.url,
        issuer: provider.issuer,
        storeUrl,
      }),
    );
    const loaded = await loadConfig(file);
    if (loaded.kind === 'faulty')
      throw new Error(loaded.faults.map(({ field, message }) => `${field} ${message}`).join('\n'));

    const gateway = await startGateway(loaded.config, { log: pino({ level: 'silent' }), webRoot: webRoot() });
    closing.push(() => gateway.close('demo-ended'));
    const accounts = await issueAccounts(gateway, provider.issuer);
    const sshKeyFile = join(directory, 'developer_ed25519_key');
    await registerNewKey(gateway, provider.issuer, 'developer', sshKeyFile);
    return {
      root,
      close,
      facts: {
        https,
        ssh: `ssh://localhost:${gateway.sshPort}`,
        ops: `http://127.0.0.1:${gateway.opsPort}`,
        caFile: join(certificates, 'ca.crt'),
        auditDirectory: loaded.config.audit.directory,
        auditKeyFile: join(certificates, 'audit.pub'),
        checkpointsFile: join(directory, 'checkpoints.jsonl'),
        sshKeyFile,
        accounts,
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function startHost(
  directory: string,
  secrets: { readonly fetch: string; readonly push: string },
): Promise<GitHost> {
  const repositories = join(directory, 'repositories');
  await mkdir(repositories);
  await makeAppRepository(repositories);
  await makeSlowRepository(repositories);
  return await startGitHost({
    directory: repositories,
    credentials: {
      fetch: { username: 'reader', password: secrets.fetch },
      push: { username: 'writer', password: secrets.push },
    },
    bytesPerSecond: { slow: slowBytesPerSecond },
  });
}

/** Removes a run's folder, and `.demo` with the last of them. */
async function removed(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  const parent = dirname(directory);
  if ((await readdir(parent)).length === 0) await rmdir(parent);
}

/** The folder of package.json: two levels up in the sources, three in what was compiled. */
function cloneRoot(from: string): string {
  if (existsSync(join(from, 'package.json')) || dirname(from) === from) return from;
  return cloneRoot(dirname(from));
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function secret(): string {
  return randomBytes(24).toString('base64url');
}
