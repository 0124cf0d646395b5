/** How gateway, store and host stand when all trials are over. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import type { Entry } from '../../gateway/audit/entry.ts';
import { isolatedGitEnvironment } from '../servers/git.ts';
import type { TrialRun } from './trial.ts';
import type { World } from './world.ts';

/** One thing that must not be. `trial` is its plan. */
export interface Finding {
  readonly rule: string;
  readonly detail: string;
  readonly trial: string | undefined;
}

export type Recorded = Entry & { readonly seq: number };

export interface EndState {
  readonly findings: readonly Finding[];
  readonly entries: readonly Recorded[];
  /** By repository and ref; with how many lines its reflog has. */
  readonly refs: ReadonlyMap<string, { readonly id: string; readonly changes: number }>;
}

const execute = promisify(execFile);
/** How long everything may take to come to rest. */
const restMs = 30_000;

export async function endOf(world: World, runs: readonly TrialRun[]): Promise<EndState> {
  const { node, host } = world;
  const findings: Finding[] = [];
  const found = (rule: string, detail: string): void =>
    void findings.push({ rule, detail, trial: undefined });

  if (!(await within(restMs, host.idle())))
    found('no program of the host is left', [...host.running.values()].join(' '));
  if (!(await within(restMs, restOf(world)))) {
    const live = node.git.book.live().map(({ id, principalId }) => {
      const run = runs.find((run) => run.principalId === principalId);
      return `${id} of ${run?.name ?? 'nobody'}`;
    });
    found('every operation ends', live.join('; '));
    node.git.book.closeAll();
  }
  const entries = await node.entries();
  if (node.git.leases.size > 0) found('no lease is left', `${node.git.leases.size} are`);
  const booked = (await world.store.operations()).operations;
  if (booked.length > 0)
    found('no operation is left on the books', booked.map(({ operation }) => operation.id).join(' '));
  for (const trouble of new Set(node.troubles.filter((trouble) => trouble.startsWith('fault'))))
    found('no visit throws', trouble);

  const refs = new Map<string, { id: string; changes: number }>();
  for (const { name, path } of world.repositories) {
    const git = (args: readonly string[]) =>
      execute('git', ['-C', path, ...args], {
        env: isolatedGitEnvironment('/nonexistent'),
        maxBuffer: 2 ** 26,
      });
    try {
      await git(['fsck', '--no-dangling', '--no-progress']);
    } catch (error) {
      found('the host repository passes fsck', `${name}: ${String(error)}`);
    }
    const left = readdirSync(`${path}/objects`).filter((entry) => entry.startsWith('tmp_objdir'));
    if (left.length > 0) found('no quarantined objects are left', `${name}: ${left.join(' ')}`);
    for (const line of (await git(['for-each-ref', '--format=%(objectname) %(refname)'])).stdout
      .trim()
      .split('\n')) {
      const [id = '', ref = ''] = line.split(' ');
      refs.set(`${name} ${ref}`, { id, changes: reflogLines(`${path}/logs/${ref}`) });
    }
  }
  return { findings, entries, refs };
}

async function restOf({ node }: World): Promise<void> {
  while (node.git.book.live().length > 0) await new Promise((resolve) => setTimeout(resolve, 5));
}

async function within(ms: number, work: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const first = await Promise.race([work.then(() => true), late]);
  clearTimeout(timer);
  return first;
}

function reflogLines(path: string): number {
  try {
    return readFileSync(path, 'utf8').split('\n').length - 1;
  } catch {
    return 0;
  }
}
