/** How long after the store's change the last repository byte leaves, over two nodes: revocations, ends of grants, locks. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Ending } from '../servers/ending.ts';
import { isolatedGitEnvironment } from '../servers/git.ts';
import { type RawClone, startRawClone } from '../servers/raw-clone.ts';
import { startRawSshClone } from '../servers/raw-ssh-clone.ts';
import { quantile, table } from './figures.ts';
import { type Door, doorNames, otherKeys, startTwoNodes, type TwoNodes } from './two-nodes.ts';

/** How many of each. */
export interface CutEffort {
  readonly revocations: number;
  readonly expiries: number;
  readonly locks: number;
  /** Of each kind, how many are clones by git itself; more than the others are its exit and nothing else. */
  readonly byGit: number;
}

export const fullCuts: CutEffort = { revocations: 200, expiries: 200, locks: 50, byGit: 20 };
export const quickCuts: CutEffort = { revocations: 40, expiries: 40, locks: 10, byGit: 5 };

/** One transfer that was cut; times in ms after the store's change or the grant's end. */
interface Cut {
  /** Of a raw client, which reads all there is at once: so the byte was handed to a socket before. */
  readonly lastByte: number | undefined;
  readonly exit: number;
  readonly bytesAfter: number | undefined;
  readonly told: boolean;
}

/** Transfers that run at once: those that are not cut go on meanwhile. */
const wave = 20;

/** A whole pkt every 5 ms, so that a byte that is too late is seen. */
const pace = { pieceBytes: 4_005, everyMs: 5 };

export async function measureCuts(
  end: Ending,
  repository: string,
  effort: CutEffort,
  door: Door,
): Promise<string> {
  const nodes = await startTwoNodes(end, repository, door, pace);
  const client = await rawClientOf(nodes);
  await warmUp(nodes, client);
  const kinds = [
    ['revocation', effort.revocations, revoked],
    ['end of the grant', effort.expiries, expired],
    ['lock on the repository', effort.locks, locked],
  ] as const;
  const rows: string[][] = [];
  for (const [name, count, how] of kinds) {
    const raw = await inWaves(nodes, how, client, count - effort.byGit);
    const git = await inWaves(nodes, how, gitClientOf(nodes), effort.byGit);
    rows.push(
      row(`${name}: last byte at the client`, raw, ({ lastByte }) => lastByte),
      row(`${name}: end of a raw client`, raw, ({ exit }) => exit),
      row(`${name}: exit of git`, git, ({ exit }) => exit),
    );
    const after = raw.map(({ bytesAfter = 0 }) => bytesAfter / 1_000);
    rows.push([
      `${name}: kB after it`,
      String(raw.length),
      ...[0.5, 0.99, 1].map((share) => quantile(after, share).toFixed(1)),
    ]);
    const untold = [...raw, ...git].filter(({ told }) => !told).length;
    if (untold > 0) rows.push([`${name}: without the text`, String(untold), '', '', '']);
  }
  const seen = await nodes.carries.metrics();
  const under = (bound: string) => seen(`sluice_cut_seconds_bucket{le="${bound}"}`);
  return table(
    `${doorNames[door]}: store's change or end to the client, ms; made on one node, carried by another; ${wave} at once`,
    [['', 'n', 'p50', 'p99', 'max'], ...rows],
    [
      `${otherKeys} other keys with a TTL in the same Redis; bar for the last byte: p99 of 100 ms`,
      'raw clients read at full speed what the host sends at 0.8 MB/s: arrival bounds the handing over from above',
      `sluice_cut_seconds of the carrying node: ${seen('sluice_cut_seconds_count')} cuts, ${under('0.001')} within 1 ms, ${under('0.025')} within 25 ms, ${under('0.1')} within 100 ms of the store's change or the end`,
    ],
  );
}

/** What one kind of end does, and how its repositories are called; `at` answers when, epoch ms. */
interface How {
  readonly prefix: string;
  at(nodes: TwoNodes, repository: string): Promise<number>;
  /** They end by themselves, so all are watched at once. */
  readonly together?: true;
}

const revoked: How = {
  prefix: 'revoked',
  at: async ({ changes }, repository) => (await changes.order({ kind: 'revoke', repository })).at,
};
const expired: How = {
  // The policy gives these 3 s.
  prefix: 'short',
  together: true,
  at: async ({ changes }, repository) => (await changes.order({ kind: 'grant', repository })).at,
};
const locked: How = {
  prefix: 'locked',
  async at({ changes }, repository) {
    const { at, lockId = '' } = await changes.order({
      kind: 'lock',
      on: { kind: 'repository', repository },
    });
    await changes.order({ kind: 'lift', lockId });
    return at;
  },
};

/** Both nodes' code is warm, and everything that is made once is made. */
async function warmUp(nodes: TwoNodes, client: Client): Promise<void> {
  await inWaves(nodes, { ...revoked, prefix: 'warm' }, client, wave);
}

async function inWaves(nodes: TwoNodes, how: How, client: Client, count: number): Promise<Cut[]> {
  const cuts: Cut[] = [];
  while (cuts.length < count) {
    const size = Math.min(wave, count - cuts.length);
    const names = Array.from({ length: size }, (_, at) => `${how.prefix}-${client.name}-${cuts.length + at}`);
    const clones = names.map((name) => client.clone(name));
    await Promise.all(clones.map(({ moving }) => moving));
    if (how.together === true) {
      const ends = await Promise.all(names.map((name) => how.at(nodes, `bench/${name}`)));
      cuts.push(...(await Promise.all(clones.map(({ cut }, at) => cut(ends[at] ?? Number.NaN)))));
      continue;
    }
    // One after the other: each is one change, on a node that carries the others.
    for (const [at, { cut }] of clones.entries())
      cuts.push(await cut(await how.at(nodes, `bench/${names[at]}`)));
  }
  return cuts;
}

interface Clone {
  readonly moving: Promise<void>;
  /** How it ended, as seen from the moment it was to end. */
  cut(at: number): Promise<Cut>;
}

/** Who clones `bench/NAME`. */
interface Client {
  readonly name: 'raw' | 'git';
  clone(name: string): Clone;
}

function gitClientOf(nodes: TwoNodes): Client {
  return { name: 'git', clone: (name) => gitClone(nodes, name) };
}

async function rawClientOf({ carries, ca, door }: TwoNodes): Promise<Client> {
  const { port, credential: secret, sshPort = 0, sshKeyFile } = carries;
  if (door === 'https')
    return {
      name: 'raw',
      clone: (name) => watched(startRawClone({ port, ca, secret, repository: `bench/${name}` })),
    };
  const privateKey = await readFile(sshKeyFile, 'utf8');
  return {
    name: 'raw',
    clone: (name) => watched(startRawSshClone({ port: sshPort, privateKey, repository: `bench/${name}` })),
  };
}

function watched(clone: RawClone): Clone {
  return {
    moving: clone.moving,
    async cut(at) {
      const { lastByteAt, endedAt, told } = await clone.ended;
      return {
        lastByte: Math.max(0, lastByteAt - at),
        exit: endedAt - at,
        bytesAfter: clone.bytesAfter(at),
        told,
      };
    },
  };
}

function gitClone({ carries, caFile, work, door, sshCommand }: TwoNodes, name: string): Clone {
  const address =
    door === 'https'
      ? `https://git:${carries.credential}@localhost:${carries.port}/bench/${name}`
      : `ssh://git@127.0.0.1:${carries.sshPort}/bench/${name}`;
  const child = spawn('git', ['clone', '--bare', '--progress', address, join(work, name)], {
    env: { ...isolatedGitEnvironment('/nonexistent'), GIT_SSL_CAINFO: caFile, GIT_SSH_COMMAND: sshCommand },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  let endedAt = Number.NaN;
  const ended = once(child, 'close').then(() => {
    endedAt = Date.now();
  });
  const moving = new Promise<void>((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      if (stderr.includes('Receiving objects')) resolve();
    });
    void ended.then(() => reject(new Error(`git ended before it moved:\n${stderr}`)));
  });
  return {
    moving,
    async cut(at) {
      await ended;
      return {
        lastByte: undefined,
        exit: endedAt - at,
        bytesAfter: undefined,
        told: stderr.includes('remote: sluice: '),
      };
    },
  };
}

function row(name: string, cuts: readonly Cut[], of: (cut: Cut) => number | undefined): string[] {
  const values = cuts.map((cut) => of(cut) ?? Number.NaN);
  return [name, String(values.length), ...[0.5, 0.99, 1].map((share) => quantile(values, share).toFixed(0))];
}
