/** One trial: its person, its pushes, and the end of its access at the moment that was drawn. */
import type { Grant, Principal, Scope } from '../../gateway/store/records.ts';
import { StoreError } from '../../gateway/store/store-error.ts';
import { scopeOf } from '../https/git-node.ts';
import type { Told } from './answer.ts';
import { bodyOf } from './body.ts';
import type { HostileDoor, OpenDoor } from './door.ts';
import { prepareUpdates, type Update } from './material.ts';
import type { PushPlan, Trial } from './plan.ts';
import { pause, stopAccess } from './stops.ts';
import type { HostRepository, World } from './world.ts';

/** A push as it was made, and what its client heard. */
export interface PushRun {
  readonly updates: readonly Update[];
  readonly atomic: boolean;
  /** Nothing is wrong with it. */
  readonly sound: boolean;
  /** Nothing of it may reach the host before the gate. */
  readonly held: boolean;
  /** Its request has an end. */
  readonly ends: boolean;
  readonly reports: boolean;
  readonly told: Told;
  /** It had to be answered and was not. */
  readonly hung: boolean;
}

export interface TrialRun {
  readonly name: string;
  readonly principalId: string;
  readonly grant: Grant;
  readonly repository: HostRepository;
  readonly pushes: readonly PushRun[];
  /** By the journal's count. */
  readonly begunAt: number;
  readonly endedAt: number;
  /** Where its access was stopped; undefined when that moment did not come. */
  readonly stoppedAt: string | undefined;
  /** What still has to happen. */
  readonly later: Promise<void>;
}

/** A person with a grant, and the hand that will end it. */
export interface Armed {
  readonly principalId: string;
  readonly secret: string;
  readonly grant: Grant;
  readonly repository: HostRepository;
  /** The step was reached; resolves when the hand is done. */
  reached(step: string): Promise<void>;
  /** Nothing is drawn at a time any more. */
  finish(): Promise<{ stoppedAt: string | undefined; later: Promise<void> }>;
}

/** How long a grant lasts that is to run out within its trial. */
const shortMs = 20;

export async function arm(world: World, trial: Pick<Trial, 'index' | 'format' | 'stop'>): Promise<Armed> {
  const { node, journal, store } = world;
  const { stop } = trial;
  const ofFormat = world.repositories.filter(({ material }) => material.format === trial.format);
  const repository = ofFormat[trial.index % ofFormat.length];
  if (repository === undefined) throw new Error(`there is no ${trial.format} repository`);
  const { principal, secret } = await node.person();
  const lasts =
    stop?.how !== 'expiry' ? 600_000 : shortMs + (stop.moment.kind === 'time' ? 3 * stop.moment.afterMs : 60);
  const grant = await begunGrant(node, principal, scopeOf(repository.name, 'push'), lasts);
  const cues = new Map<string, number>();
  let stoppedAt: string | undefined;
  let later: Promise<void> = Promise.resolve();
  let byTime: Promise<void> = Promise.resolve();
  const fire = async (at: string): Promise<void> => {
    if (stop === undefined || stoppedAt !== undefined) return;
    stoppedAt = at;
    later = (await stopAccess(stop, { journal, store, grant })).later;
  };
  const reached = async (step: string): Promise<void> => {
    const nth = (cues.get(step) ?? 0) + 1;
    cues.set(step, nth);
    if (stop?.moment.kind === 'step' && stop.moment.step === step && stop.moment.nth === nth)
      await fire(step);
  };
  if (stop?.moment.kind === 'time') {
    const { afterMs } = stop.moment;
    byTime = pause(afterMs).then(() => fire(`after ${afterMs} ms`));
  }
  return {
    principalId: principal.id,
    secret,
    grant,
    repository,
    reached,
    async finish() {
      await byTime;
      return { stoppedAt, later };
    },
  };
}

/** On a busy machine a short one may have ended before the store had it: that one never was, and the trial is of one that begins. */
async function begunGrant(
  node: World['node'],
  principal: Principal,
  scope: Scope,
  lasts: number,
): Promise<Grant> {
  try {
    return await node.grant(principal, (now) => ({ scope, endsAt: now + lasts }));
  } catch (error) {
    if (!(error instanceof StoreError && error.code === 'STORE_DEADLINE')) throw error;
    return begunGrant(node, principal, scope, 2 * lasts);
  }
}

/** The plan in one line, to be read in a finding; its seed and index draw it again. */
export function nameOf(trial: Trial): string {
  return JSON.stringify(trial, (key, value: unknown) =>
    key === 'bytes' ? `${(value as { data: unknown[] }).data.length} bytes` : value,
  );
}

/** The part of a ref's name that says whose it is. */
export const refPrefix = (index: number): string => `refs/heads/t${index}/`;

export async function runTrial(
  world: World,
  door: HostileDoor & OpenDoor,
  armed: Armed,
  trial: Trial,
): Promise<TrialRun> {
  const { journal } = world;
  const { repository, reached } = armed;
  const begunAt = journal.tick();
  const name = `hub/${repository.name}`;
  const first = door.connect(armed);
  const second = trial.second === 'behind' ? first : door.connect(armed);
  const pushOne = async (drawn: PushPlan, i: number): Promise<PushRun> => {
    const plan = door.planOf(drawn);
    const updates = prepareUpdates(
      plan,
      repository.material,
      repository.path,
      `${refPrefix(trial.index)}p${i}`,
    );
    const body = bodyOf(plan, updates, repository.material);
    const sound = door.isSound(plan);
    const mustBeAnswered = sound || door.hasEnd(plan);
    const { told, hung } = await (i === 0 ? first : second).push({
      plan,
      body,
      repository: name,
      mustBeAnswered,
      cue: reached,
    });
    return {
      updates,
      atomic: plan.atomic,
      sound,
      held: plan.pack !== 'large',
      ends: plan.end === 'ended',
      reports: plan.report,
      told,
      hung,
    };
  };
  if (trial.discovery) await first.discover(name);
  const pushes: PushRun[] = [];
  if (trial.second === 'beside') pushes.push(...(await Promise.all(trial.pushes.map(pushOne))));
  else for (const [i, plan] of trial.pushes.entries()) pushes.push(await pushOne(plan, i));
  const { stoppedAt, later } = await armed.finish();
  first.leave();
  second.leave();
  return {
    name: nameOf(trial),
    principalId: armed.principalId,
    grant: armed.grant,
    repository,
    pushes,
    begunAt,
    endedAt: journal.tick(),
    stoppedAt,
    later,
  };
}
