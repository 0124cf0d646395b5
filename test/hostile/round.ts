/** Some trials at once in one world, and then the oracle over all of them. */
import { endingAtWill } from '../servers/ending.ts';
import type { HostileDoor, OpenDoor } from './door.ts';
import { endOf, type Finding } from './end-state.ts';
import type { Material } from './material.ts';
import { judge } from './oracle.ts';
import { drawTrial, type HostStep, type Trial } from './plan.ts';
import { type Armed, arm, runTrial, type TrialRun } from './trial.ts';
import { aWorld, type BrokenGate, type HostTransport, type World } from './world.ts';

export interface RoundPlan {
  readonly seed: number;
  readonly from: number;
  readonly count: number;
  readonly materials: readonly Material[];
  readonly door: HostileDoor;
  readonly broken?: BrokenGate;
  /** `http` without it. */
  readonly host?: HostTransport;
  /** How one trial is run, in place of the raw client. */
  readonly run?: (world: World, armed: Armed, trial: Trial) => Promise<TrialRun>;
  readonly atOnce?: number;
}

/** How often what happened, so that a run in which nothing happens is seen. */
export type Tally = Record<string, number>;

export interface RoundResult {
  readonly findings: readonly Finding[];
  readonly tally: Tally;
}

const atOnceUsually = 8;
const repositoriesEach = 5;

export async function runRound(plan: RoundPlan): Promise<RoundResult> {
  const ending = endingAtWill();
  try {
    const world = await aWorld(ending, plan.materials, repositoriesEach, plan.broken, plan.host);
    const runs = await runAll(world, plan, await plan.door.open(ending, world.node));
    const end = await endOf(world, runs);
    return judge(world, runs, end);
  } finally {
    await ending.end();
  }
}

async function runAll(world: World, plan: RoundPlan, opened: OpenDoor): Promise<readonly TrialRun[]> {
  const armed = new Map<string, Armed>();
  const armedByIndex = new Map<number, Armed>();
  world.hands.atStore = async (principalId, step) => await armed.get(principalId)?.reached(step);
  world.hands.atHost = async (ref: string, step: HostStep) =>
    await armedByIndex.get(Number(/^refs\/heads\/t(\d+)\//.exec(ref)?.[1]))?.reached(step);
  const door = { ...plan.door, ...opened };
  const run = plan.run ?? ((world, hand, trial) => runTrial(world, door, hand, trial));
  const runs: TrialRun[] = [];
  let next = plan.from;
  const work = async (): Promise<void> => {
    while (next < plan.from + plan.count) {
      const trial = drawTrial(plan.seed, next);
      next += 1;
      const hand = await arm(world, trial);
      armed.set(hand.principalId, hand);
      armedByIndex.set(trial.index, hand);
      runs.push(await run(world, hand, trial));
    }
  };
  await Promise.all(Array.from({ length: plan.atOnce ?? atOnceUsually }, work));
  await Promise.all(runs.map(({ later }) => later));
  return runs;
}
