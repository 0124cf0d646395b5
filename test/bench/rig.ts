/** The machines of a bench on this one: a Git host, nginx in front of it, and a gateway with its Redis in front of it. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { initCertificates } from '../../certs/init.ts';
import type { Ending } from '../servers/ending.ts';
import { startNginxGitHost } from '../servers/nginx-git-host.ts';
import { startNginxProxy } from '../servers/nginx-proxy.ts';
import { type RedisServer, startRedis } from '../servers/redis.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';
import { startGatewayNode } from './gateway-node.ts';
import { residentMebibytes } from './process-use.ts';
import type { BenchRepositories } from './repository.ts';

/** One of the two ways to the host. */
export interface Side {
  readonly name: 'nginx' | 'Sluice';
  /** Address of a repository, user name and credential in it where one is needed. */
  repositoryUrl(name: string): string;
  /** The proxy's main process. */
  readonly pid: number;
  /** Its resident memory before anything was measured. */
  readonly idleMebibytes: number;
}

/** Everything that runs. */
export interface Rig {
  readonly sides: readonly [Side, Side];
  readonly repositories: BenchRepositories;
  readonly caFile: string;
  readonly auditDirectory: string;
  readonly redis: RedisServer;
  /** Folder for clones; empty. */
  readonly work: string;
}

/** Starts all of it; it ends with `end`. Both sides hold the same kind of certificate. */
export async function startRig(end: Ending, repositories: BenchRepositories): Promise<Rig> {
  const directory = await temporaryDirectory(end);
  const work = join(directory, 'work');
  await mkdir(work);
  const host = await startNginxGitHost(end, {
    directory: repositories.directory,
    directives: `location = /${stillRepository}.git/info/refs { ${stillAnswer()} }
location = /${stillRepository}/info/refs { ${stillAnswer()} }`,
  });
  const certificates = join(directory, 'certs');
  await initCertificates(certificates, ['localhost', '127.0.0.1'], new Date());
  const caFile = join(certificates, 'ca.crt');
  const certificate = {
    caFile,
    certificate: join(certificates, 'gateway.crt'),
    key: join(certificates, 'gateway.key'),
  };
  const proxy = await startNginxProxy(end, host.port, certificate);
  const redis = await startRedis(end);
  const gateway = await startGatewayNode(end, 'node', { directory, hostPort: host.port, redis });

  const nginxPid = proxy.nginx.program.child.pid ?? 0;
  return {
    repositories,
    caFile,
    auditDirectory: gateway.auditDirectory,
    redis,
    work,
    sides: [
      {
        name: 'nginx',
        repositoryUrl: (name) => `${proxy.url}/${name}`,
        pid: nginxPid,
        idleMebibytes: residentMebibytes(nginxPid),
      },
      {
        name: 'Sluice',
        repositoryUrl: (name) => `https://git:${gateway.credential}@localhost:${gateway.port}/bench/${name}`,
        pid: gateway.pid,
        idleMebibytes: residentMebibytes(gateway.pid),
      },
    ],
  };
}

/** A repository whose advertisement the host answers from memory, so that a proxy's own latency is not lost in git's. */
export const stillRepository = 'still';

/** nginx directives: the advertisement of protocol v2 (gitprotocol-v2) with two capabilities. */
function stillAnswer(): string {
  const line = (text: string) => `${(text.length + 5).toString(16).padStart(4, '0')}${text}\n`;
  const body = `${line('# service=git-upload-pack')}0000${['version 2', 'ls-refs=unborn', 'fetch=shallow'].map(line).join('')}0000`;
  return `default_type application/x-git-upload-pack-advertisement; return 200 "${body}";`;
}
