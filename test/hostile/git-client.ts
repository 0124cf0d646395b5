/** Trials by the real git client: its pushes, stopped at the same moments. */

import type { Ending } from '../servers/ending.ts';
import { type GitClient, gitClient } from '../servers/git.ts';
import type { Told } from './answer.ts';
import { prepareUpdates } from './material.ts';
import type { PushPlan, Trial } from './plan.ts';
import { type Armed, nameOf, type PushRun, refPrefix, type TrialRun } from './trial.ts';
import type { World } from './world.ts';

const branches = { small: 'few', large: 'large', empty: 'base' } as const;

/** How a trial is run by git; of its plan counts what git can be told. */
export async function byGit(
  test: Ending,
): Promise<(world: World, armed: Armed, trial: Trial) => Promise<TrialRun>> {
  const git = await gitClient(test);
  return async (world, armed, trial) => {
    const { journal } = world;
    const begunAt = journal.tick();
    const pushes: PushRun[] = [];
    for (const [i, plan] of trial.pushes.entries())
      pushes.push(await push(git, world, armed, plan, `${refPrefix(trial.index)}p${i}`));
    const { stoppedAt, later } = await armed.finish();
    const { principalId, grant, repository } = armed;
    return {
      name: nameOf(trial),
      principalId,
      grant,
      repository,
      pushes,
      begunAt,
      endedAt: journal.tick(),
      stoppedAt,
      later,
    };
  };
}

async function push(
  git: GitClient,
  { node }: World,
  { repository, secret }: Armed,
  plan: PushPlan,
  prefix: string,
): Promise<PushRun> {
  const { material } = repository;
  const updates = prepareUpdates(plan, material, repository.path, prefix);
  const source = plan.pack === 'none' ? '' : branches[plan.pack];
  const { stdout } = await git.run(
    [
      'push',
      '--porcelain',
      ...(plan.atomic ? ['--atomic'] : []),
      ...plan.options.map((option) => `--push-option=${option}`),
      node.address(secret, `${repository.name}.git`),
      ...updates.map(({ ref, newId }) => `${/^0+$/.test(newId) ? '' : source}:${ref}`),
    ],
    { cwd: material.workshop.directory },
  );
  return {
    updates,
    atomic: plan.atomic,
    sound: true,
    held: plan.pack !== 'large',
    ends: true,
    reports: true,
    told: toldBy(stdout),
    hung: false,
  };
}

/** Reads `git push --porcelain`: a flag, the refs, and what is said of them, a tab between. */
function toldBy(stdout: string): Told {
  const refs = new Map<string, string>();
  for (const line of stdout.split('\n')) {
    const [, flag, ref = '', said = ''] = /^([ *+\-!=])\t[^:]*:([^\t]+)\t(.*)$/.exec(line) ?? [];
    if (flag !== undefined) refs.set(ref, flag === '!' ? said : 'ok');
  }
  return { complete: refs.size > 0, status: undefined, unpack: undefined, refs };
}
