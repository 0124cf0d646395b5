import t from 'tap';
import { brokenGates } from '../hostile/broken-gates.ts';
import { httpsDoor } from '../hostile/https-client.ts';
import { makeMaterial } from '../hostile/material.ts';
import { type RoundResult, runRound } from '../hostile/round.ts';
import { sshDoor } from '../hostile/ssh-client.ts';

/** Of the trials in the suite; `npm run hostile` draws as many others as one likes. */
const seed = 7;
/** What a run must have seen, or it has not tried much. */
const mustHappen = [
  'changed',
  'stopped in time',
  'not taken',
  'stopped before passGate',
  'stopped after passGate',
];

const materials = Promise.all([makeMaterial(t, 'sha1'), makeMaterial(t, 'sha256')]);

/** The findings as a test shows them, at most a few. */
const shown = ({ findings }: RoundResult): readonly string[] =>
  findings.slice(0, 5).map(({ rule, detail, trial }) => `${rule}\n${detail}\n${trial ?? ''}`);

/** Doors, how the host is reached behind them, and which trials. */
const rows = [
  [httpsDoor, 'http', 0, 500],
  [httpsDoor, 'http', 500, 500],
  [sshDoor, 'http', 0, 500],
  [sshDoor, 'http', 500, 500],
  [sshDoor, 'ssh', 0, 150],
] as const;

for (const [door, host, from, count] of rows)
  void t.test(
    `${door.name}, host reached by ${host}: no hostile push of trials ${from} to ${from + count - 1} under seed ${seed} changes a ref behind the end of its access`,
    { timeout: 600_000 },
    async (t) => {
      const result = await runRound({ seed, from, count, materials: await materials, door, host });
      t.strictSame(shown(result), []);
      for (const what of mustHappen) t.ok((result.tally[what] ?? 0) > 0, what);
    },
  );

for (const broken of brokenGates)
  void t.test(`the trials see ${broken.what}`, { timeout: 600_000 }, async (t) => {
    const result = await runRound({
      seed,
      from: 0,
      count: 150,
      materials: await materials,
      door: httpsDoor,
      broken,
    });
    const rules = new Set(result.findings.map(({ rule }) => rule));
    t.ok(
      broken.breaks.some((rule) => rules.has(rule)),
      `found: ${[...rules].join('; ')}`,
    );
  });
