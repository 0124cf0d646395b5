import t from 'tap';
import { credentialUses } from '../../admin/credential-uses.ts';
import type { CredentialUse } from '../../gateway/store/records.ts';
import { StoreError } from '../../gateway/store/store-error.ts';

const minute = 60_000;

/** Notes on a clock that stands still, over a store that answers what `answer` does. */
function notes(answer: () => Promise<boolean> = async () => true) {
  const written: (CredentialUse & { readonly hash: string })[] = [];
  const failures: unknown[] = [];
  let nowMs = 0;
  const note = credentialUses({
    store: {
      noteUse: (hash, use) => {
        written.push({ hash, ...use });
        return answer();
      },
    },
    clock: () => nowMs,
    onFailed: (error) => failures.push(error),
  });
  return {
    written,
    failures,
    use: (hash: string, at = 1, kind: 'api' | 'git' | 'ssh' = 'api') => note({ hash, kind }, at, '192.0.2.7'),
    pass(ms: number) {
      nowMs += ms;
    },
  };
}

void t.test('of one credential a node writes a use at most once in five minutes', async (t) => {
  const { use, pass, written } = notes();
  for (const at of [1, 2, 3]) use('a', at);
  use('b', 4);
  pass(5 * minute - 1);
  use('a', 5);
  pass(1);
  use('a', 6);
  use('a', 7);
  t.strictSame(
    written.map(({ hash, at }) => [hash, at]),
    [
      ['a', 1],
      ['b', 4],
      ['a', 6],
    ],
  );
});

void t.test('uses of git credentials and keys are not written', async (t) => {
  const { use, written } = notes();
  use('a', 1, 'git');
  use('b', 1, 'ssh');
  t.strictSame(written, []);
});

void t.test('while a write is not answered no other of its credential is begun', async (t) => {
  const { use, pass, written } = notes(() => new Promise(() => undefined));
  use('a');
  pass(minute);
  use('a');
  t.equal(written.length, 1);
});

void t.test('what a store that is away did not take is tried with a use ten seconds later', async (t) => {
  const { use, pass, written, failures } = notes(async () => {
    throw new StoreError('STORE_UNREACHABLE', 'the store did not answer');
  });
  use('a');
  await new Promise(setImmediate);
  pass(9_999);
  use('a');
  t.equal(written.length, 1);
  pass(1);
  use('a');
  t.equal(written.length, 2);
  await new Promise(setImmediate);
  t.strictSame(failures, [], 'a store that is away is told of elsewhere');
});

void t.test('what is broken is told', async (t) => {
  const broken = new TypeError('broken');
  const { use, failures } = notes(async () => {
    throw broken;
  });
  use('a');
  await new Promise(setImmediate);
  t.strictSame(failures, [broken]);
});

void t.test(
  'no more than 2,000 credentials are remembered, and the one noted last the longest',
  async (t) => {
    const { use, written } = notes();
    for (let at = 0; at < 2_001; at += 1) use(`c${at}`);
    use('c2000');
    use('c1');
    t.equal(written.length, 2_001, 'these are known');
    use('c0');
    t.equal(written.length, 2_002, 'the first was forgotten');
  },
);
