/** `npm run bench [-- NAME… --quick --door ssh]`: transfers through Sluice and through nginx in turn, cuts, and the SSH door beside sshd; prints tables and fails on nothing. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Ending, endingAtWill } from '../servers/ending.ts';
import { measureClone } from './clone.ts';
import { type CutEffort, fullCuts, measureCuts, quickCuts } from './cut.ts';
import { measureLatency } from './latency.ts';
import { measurePush } from './push.ts';
import { benchRepository } from './repository.ts';
import { startRig } from './rig.ts';
import { fullSlow, measureSlowClones, quickSlow, type SlowEffort } from './slow-clones.ts';
import { fullSsh, measureSsh, quickSsh, type SshEffort } from './ssh.ts';
import type { Door } from './two-nodes.ts';

/** How much is measured. */
export interface Effort {
  /** Size of the generated repository in MiB. */
  readonly mebibytes: number;
  /** Rounds of a transfer; each goes through every side once. */
  readonly rounds: number;
  /** Requests a side for a latency. */
  readonly requests: number;
  readonly cuts: CutEffort;
  readonly slow: SlowEffort;
  readonly ssh: SshEffort;
}

const full: Effort = {
  mebibytes: 500,
  rounds: 5,
  requests: 1_000,
  cuts: fullCuts,
  slow: fullSlow,
  ssh: fullSsh,
};
const quick: Effort = {
  mebibytes: 60,
  rounds: 3,
  requests: 200,
  cuts: quickCuts,
  slow: quickSlow,
  ssh: quickSsh,
};

/** Side by side with nginx, on one rig. */
const compared = { clone: measureClone, push: measurePush, latency: measureLatency } as const;

/** Held against a bar, each on gateways of its own. */
const alone = {
  cut: (end: Ending, repository: string, { cuts }: Effort, door: Door) =>
    measureCuts(end, repository, cuts, door),
  'slow-clones': (end: Ending, repository: string, { slow }: Effort, door: Door) =>
    measureSlowClones(end, repository, slow, door),
  ssh: (end: Ending, _repository: string, { ssh }: Effort) => measureSsh(end, ssh),
} as const;

/** The repository of those is large enough for a slow clone never to end by itself. */
const slowMebibytes = 60;

/** Runs the benches named, or all of them. */
export async function main(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { quick: { type: 'boolean' }, door: { type: 'string', default: 'https' } },
  });
  const names = [...Object.keys(compared), ...Object.keys(alone)];
  const unknown = positionals.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Error(`bench "${unknown}" is not one of ${names.join(', ')}`);
  const { door } = values;
  if (door !== 'https' && door !== 'ssh') throw new Error(`door "${door}" is not one of https, ssh`);
  const effort = values.quick ? quick : full;
  const wanted = <Name extends string>(benches: Readonly<Record<Name, unknown>>) =>
    (Object.keys(benches) as Name[]).filter((name) => positionals.length === 0 || positionals.includes(name));
  const interrupted = new Promise<undefined>((resolve) => process.once('SIGINT', () => resolve(undefined)));
  const print = async (measuring: Promise<string>): Promise<void> => {
    const text = await Promise.race([measuring, interrupted]);
    if (text !== undefined) console.log(`\n${text}`);
  };

  if (wanted(compared).length > 0)
    await untilEnd(async (end) => {
      const rig = await startRig(end, await benchRepository(effort.mebibytes));
      for (const name of wanted(compared)) await print(compared[name](rig, effort));
    });
  for (const name of wanted(alone))
    await untilEnd(async (end) => {
      const { directory, name: repository } = await benchRepository(slowMebibytes);
      await print(alone[name](end, join(directory, `${repository}.git`), effort, door));
    });
}

/** Ends what the work has started, also when it fails. */
async function untilEnd(work: (end: Ending) => Promise<void>): Promise<void> {
  const end = endingAtWill();
  try {
    await work(end);
  } finally {
    await end.end();
  }
}
