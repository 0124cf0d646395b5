/** `npm run hostile -- --trials 10000 --seed 7 [--door ssh] [--host ssh]`: as many hostile trials as one likes; prints what it finds. */
import { parseArgs } from 'node:util';
import { endingAtWill } from '../servers/ending.ts';
import { httpsDoor } from './https-client.ts';
import { makeMaterial } from './material.ts';
import { runRound, type Tally } from './round.ts';
import { sshDoor } from './ssh-client.ts';

const { values } = parseArgs({
  options: {
    trials: { type: 'string', default: '1000' },
    seed: { type: 'string' },
    from: { type: 'string', default: '0' },
    door: { type: 'string', default: 'https' },
    host: { type: 'string', default: 'http' },
  },
});
const door = values.door === 'ssh' ? sshDoor : httpsDoor;
const host = values.host === 'ssh' ? 'ssh' : 'http';
const trials = Number(values.trials);
const from = Number(values.from);
const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);
/** A world is left behind after so many, so that none grows old. */
const aRound = 500;

console.log(
  `# ${trials} trials at the ${door.name} door, the host reached by ${host}, from ${from}, seed ${seed}`,
);
const ending = endingAtWill();
const materials = [await makeMaterial(ending, 'sha1'), await makeMaterial(ending, 'sha256')];
const tally: Tally = {};
let faults = 0;
const begunAt = performance.now();
for (let at = 0; at < trials; at += aRound) {
  const count = Math.min(aRound, trials - at);
  const result = await runRound({ seed, from: from + at, count, materials, door, host });
  for (const [what, times] of Object.entries(result.tally)) tally[what] = (tally[what] ?? 0) + times;
  for (const { rule, detail, trial } of result.findings)
    console.log(`\nBROKEN: ${rule}\n  ${detail}\n  ${trial ?? ''}`);
  faults += result.findings.length;
}
const seconds = (performance.now() - begunAt) / 1_000;
await ending.end();
console.log(tally);
console.log(
  `${trials} trials in ${seconds.toFixed(1)} s, ${(trials / seconds).toFixed(1)} a second: ${faults} findings`,
);
process.exit(faults === 0 ? 0 : 1);
