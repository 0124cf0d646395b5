/** `npm run bench [-- NAME… --quick]`: the same transfers through Sluice and through nginx, in turn; prints tables and fails on nothing. */
import { parseArgs } from 'node:util';
import { endingAtWill } from '../servers/ending.ts';
import { measureClone } from './clone.ts';
import { measureLatency } from './latency.ts';
import { measurePush } from './push.ts';
import { benchRepository } from './repository.ts';
import { startRig } from './rig.ts';

const benches = { clone: measureClone, push: measurePush, latency: measureLatency } as const;
const names = Object.keys(benches) as (keyof typeof benches)[];

/** How much is measured. */
export interface Effort {
  /** Size of the generated repository in MiB. */
  readonly mebibytes: number;
  /** Rounds of a transfer; each goes through every side once. */
  readonly rounds: number;
  /** Requests a side for a latency. */
  readonly requests: number;
}

const full: Effort = { mebibytes: 500, rounds: 5, requests: 1_000 };
const quick: Effort = { mebibytes: 60, rounds: 3, requests: 200 };

/** Runs the benches named, or all of them. */
export async function main(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { quick: { type: 'boolean' } },
  });
  const unknown = positionals.find((name) => !names.some((each) => each === name));
  if (unknown !== undefined) throw new Error(`bench "${unknown}" is not one of ${names.join(', ')}`);
  const wanted = positionals.length === 0 ? names : names.filter((name) => positionals.includes(name));
  const effort = values.quick ? quick : full;

  const end = endingAtWill();
  const interrupted = new Promise<undefined>((resolve) => process.once('SIGINT', () => resolve(undefined)));
  try {
    const repositories = await benchRepository(effort.mebibytes);
    const rig = await startRig(end, repositories);
    for (const name of wanted) {
      const text = await Promise.race([benches[name](rig, effort), interrupted]);
      if (text === undefined) break;
      console.log(`\n${text}`);
    }
  } finally {
    await end.end();
  }
}
