import t from 'tap';
import type { OpenOperation } from '../gateway/operations.ts';
import { keepOutcomes } from '../gateway/outcomes.ts';

/** An audit and a store that fail as often as told, and what was asked of them. */
function someOutcomes(failures: { audit: number; store: number }) {
  const asked: string[] = [];
  const tried = (what: 'audit' | 'store') => {
    asked.push(what);
    failures[what] -= 1;
    return failures[what] >= 0 ? Promise.reject(new Error(`${what} is away`)) : Promise.resolve();
  };
  const outcomes = keepOutcomes({
    record: () => tried('audit'),
    leave: () => tried('store'),
    onTrouble: () => undefined,
    pause: () => new Promise(setImmediate),
  });
  return { asked, outcomes };
}

const operation = { id: 'O-1' } as OpenOperation;
const completed = { outcome: 'completed' } as const;

/** Resolves once the outcome of `operation` is no longer waiting. */
async function settled(outcomes: ReturnType<typeof keepOutcomes>): Promise<void> {
  while (outcomes.has(operation.id)) await new Promise(setImmediate);
}

void t.test(
  'an outcome is on record before its operation leaves the books, each tried until it is taken',
  async (t) => {
    const { asked, outcomes } = someOutcomes({ audit: 2, store: 1 });
    outcomes.note(operation, completed);
    await settled(outcomes);
    t.strictSame(asked, ['audit', 'audit', 'audit', 'store', 'store']);
  },
);

void t.test(
  'what is waited for is tried once more, and an end that is not on record stays on the books',
  async (t) => {
    const { asked, outcomes } = someOutcomes({ audit: 1_000, store: 0 });
    outcomes.note(operation, completed);
    await outcomes.written();
    t.notOk(asked.includes('store'));
    t.notOk(outcomes.has(operation.id));
  },
);

void t.test('an outcome that comes behind the closing is tried once', async (t) => {
  const { asked, outcomes } = someOutcomes({ audit: 1_000, store: 0 });
  await outcomes.close();
  outcomes.note(operation, completed);
  await settled(outcomes);
  t.strictSame(asked, ['audit']);
});
