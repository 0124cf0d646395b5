import t from 'tap';
import { byGit } from '../hostile/git-client.ts';
import { httpsDoor } from '../hostile/https-client.ts';
import { makeMaterial } from '../hostile/material.ts';
import { runRound } from '../hostile/round.ts';

const seed = 7;
const count = 100;

void t.test(
  `${count} pushes of the real git under seed ${seed}, stopped at any step, are applied or cut and told as what they are`,
  { timeout: 600_000 },
  async (t) => {
    const materials = [await makeMaterial(t, 'sha1'), await makeMaterial(t, 'sha256')];
    const run = await byGit(t);
    const result = await runRound({ seed, from: 0, count, materials, door: httpsDoor, run, atOnce: 4 });
    t.strictSame(result.findings.slice(0, 5), []);
    for (const what of ['changed', 'stopped in time', 'stopped before passGate', 'stopped after passGate'])
      t.ok((result.tally[what] ?? 0) > 0, what);
  },
);
