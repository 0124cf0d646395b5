/** Clone, push and `ls-remote` through the SSH door and straight to the same sshd, in turn. */
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { initCertificates } from '../../certs/init.ts';
import type { Ending } from '../servers/ending.ts';
import { startRedis } from '../servers/redis.ts';
import { startSshGitHost } from '../servers/ssh-git-host.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';
import { median, quantile, table } from './figures.ts';
import { startGatewayNode } from './gateway-node.ts';
import { packBytes } from './pack-bytes.ts';
import { cpuSeconds, forgetPeak, peakMebibytes, residentMebibytes } from './process-use.ts';
import { benchRepository, git } from './repository.ts';
import { sshCommand } from './ssh-command.ts';

export interface SshEffort {
  /** Size of what is cloned and pushed, MiB. */
  readonly mebibytes: number;
  readonly rounds: number;
  /** `ls-remote` a side, one after another. */
  readonly commands: number;
}

export const fullSsh: SshEffort = { mebibytes: 500, rounds: 5, commands: 1_000 };
export const quickSsh: SshEffort = { mebibytes: 60, rounds: 3, commands: 50 };

/** A way to the host. */
interface Way {
  readonly name: 'sshd' | 'Sluice';
  readonly env: Readonly<Record<string, string>>;
  address(repository: string): string;
}

interface Ways {
  readonly ways: readonly [Way, Way];
  /** The gateway's process. */
  readonly pid: number;
  readonly directory: string;
  readonly work: string;
}

export async function measureSsh(end: Ending, effort: SshEffort): Promise<string> {
  const { directory, name } = await benchRepository(effort.mebibytes);
  const from = join(directory, `${name}.git`);
  const rig = await startWays(end, from, name);
  const bytes = await packBytes(from);
  const { pid } = rig;
  const idle = residentMebibytes(pid);
  const cloned = join(rig.work, 'clone.git');
  const clones = await inTurn(rig, effort.rounds, {
    run: ({ env, address }) => git(['clone', '-q', '--bare', address(name), cloned], env),
    tidy: () => rm(cloned, { recursive: true, force: true }),
  });
  const into = join(rig.directory, 'pushed.git');
  const pushes = await inTurn(rig, effort.rounds, {
    prepare: () => git(['init', '-q', '--bare', '-b', 'main', into]),
    run: ({ env, address }) => git(['-C', from, 'push', '-q', address('pushed'), 'main'], env),
    tidy: () => rm(into, { recursive: true, force: true }),
  });
  const commands = await inTurn(rig, effort.commands, {
    run: ({ env, address }) => git(['ls-remote', '-q', address(name), 'refs/heads/main'], env),
  });
  const gigabytes = bytes / 1e9;
  const row = (what: string, { seconds: [direct, through] }: Measured, unit: number, digits: number) => [
    what,
    (median(direct) * unit).toFixed(digits),
    (median(through) * unit).toFixed(digits),
    (median(through) / median(direct)).toFixed(2),
  ];
  return table(
    `straight to sshd and through the SSH door, ${(bytes / 1e6).toFixed(0)} MB: medians, in turn`,
    [
      ['', 'sshd', 'Sluice', 'Sluice/sshd'],
      row('git clone --bare, s', clones, 1, 2),
      row('git push of a new branch, s', pushes, 1, 2),
      row('git ls-remote, ms', commands, 1_000, 0),
    ],
    [
      'bars: clone 1.3, ls-remote 0.5; the host is reached by SSH both times, from the gateway on connections that are kept',
      `CPU of the gateway, s/GB: clone ${(clones.cpu / gigabytes).toFixed(2)}, push ${(pushes.cpu / gigabytes).toFixed(2)}`,
      `memory of the gateway, MiB: idle ${idle.toFixed(0)}, at its peak over idle ${(Math.max(clones.peak, pushes.peak) - idle).toFixed(0)}; bar 64`,
      `ls-remote: ${effort.commands} in a row a side, none failed; p99 ${commands.seconds.map((each) => (quantile(each, 0.99) * 1_000).toFixed(0)).join(' and ')} ms`,
    ],
  );
}

interface Work {
  prepare?(): Promise<void>;
  run(way: Way): Promise<void>;
  tidy?(): Promise<void>;
}

interface Measured {
  /** Of each round, straight and through the gateway. */
  readonly seconds: readonly [number[], number[]];
  /** Of the gateway, in one round on average. */
  readonly cpu: number;
  /** MiB, the highest of all rounds. */
  readonly peak: number;
}

/** Every round goes one way and then the other, after one that does not count. */
async function inTurn({ ways, pid }: Ways, rounds: number, work: Work): Promise<Measured> {
  const seconds: [number[], number[]] = [[], []];
  let cpuBefore = 0;
  for (let round = 0; round <= rounds; round += 1) {
    if (round === 1) {
      forgetPeak(pid);
      cpuBefore = cpuSeconds(pid);
    }
    for (const [index, way] of ways.entries()) {
      await work.prepare?.();
      const startedAt = performance.now();
      await work.run(way);
      const took = (performance.now() - startedAt) / 1_000;
      if (round > 0) seconds[index]?.push(took);
      await work.tidy?.();
    }
  }
  return { seconds, cpu: (cpuSeconds(pid) - cpuBefore) / rounds, peak: peakMebibytes(pid) };
}

async function startWays(end: Ending, repository: string, name: string): Promise<Ways> {
  const directory = await temporaryDirectory(end);
  const work = join(directory, 'work');
  await mkdir(work);
  const certificates = join(directory, 'certs');
  await initCertificates(certificates, ['localhost', '127.0.0.1'], new Date());
  const host = await startSshGitHost(end);
  await symlink(repository, join(host.directory, `${name}.git`));
  const gateway = await startGatewayNode(end, 'node', {
    directory,
    hostPort: 0,
    redis: await startRedis(end),
    sshHost: host.section,
  });
  const hostKey = await readFile(join(certificates, 'ssh_host_ed25519_key.pub'), 'utf8');
  const knownHosts = join(directory, 'known_hosts');
  await writeFile(knownHosts, `${host.knownHostsLine}\n[127.0.0.1]:${gateway.sshPort} ${hostKey}`);
  const by = (keyFile: string) => ({ GIT_SSH_COMMAND: sshCommand(keyFile, knownHosts) });
  const [, hostUrl = ''] = /url: "([^"]+)"/.exec(host.section) ?? [];
  return {
    pid: gateway.pid,
    directory: host.directory,
    work,
    ways: [
      { name: 'sshd', env: by(host.keyFile), address: (each) => `${hostUrl}/${each}.git` },
      {
        name: 'Sluice',
        env: by(gateway.sshKeyFile),
        address: (each) => `ssh://git@127.0.0.1:${gateway.sshPort}/bench/${each}.git`,
      },
    ],
  };
}
