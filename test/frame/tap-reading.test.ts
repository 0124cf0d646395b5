import t from 'tap';
import { type FileResult, tapReader } from '../../scripts/tap-reading.mjs';

function read(tap: string): FileResult[] {
  const files: FileResult[] = [];
  const line = tapReader((file) => files.push(file));
  for (const each of tap.split('\n')) line(each);
  return files;
}

void t.test('tests are counted one level below the file, and no deeper', async (t) => {
  const [file] = read(`TAP version 14
# Subtest: test/a.test.ts
    # Subtest: one
        ok 1 - deep
        ok 2 - deep
    ok 1 - one # time=1ms
    ok 2 - two # SKIP not today
    ok 3 - three # TODO
    ok 4 - four
ok 1 - test/a.test.ts # time=32.253ms`);
  t.match(file, { name: 'test/a.test.ts', passed: 2, failed: 0, skipped: 2, ms: 32.253 });
});

void t.test('points inside diagnostics are text', async (t) => {
  const [file] = read(`    not ok 1 - differs
      ---
      diff: |
    not ok 2 - in the diff
    ok 3 - in the diff
      ...
    ok 2 - fine
not ok 1 - test/a.test.ts # time=1ms`);
  t.match(file, { passed: 1, failed: 1 });
});

void t.test('a failed test is kept in full, its neighbours are not', async (t) => {
  const [file] = read(`    # Subtest: good
        ok 1 - deep
    ok 1 - good
    # Subtest: bad
        not ok 1 - deep
          ---
          why: because
          ...
    not ok 2 - bad
      ---
      at: here
      ...
    # Subtest: good again
    ok 3 - good again
not ok 1 - test/a.test.ts`);
  t.equal(file?.failures.length, 1);
  t.match(file?.failures[0], /Subtest: bad[\s\S]*because[\s\S]*at: here/);
  t.notMatch(file?.failures[0], /good/);
});

void t.test('a file that fails with no test failing is one failure', async (t) => {
  t.match(read('    ok 1 - one\nnot ok 1 - test/a.test.ts'), [{ passed: 1, failed: 1 }]);
  t.match(read('not ok 2 - timeout!'), [{ name: 'timeout!', passed: 0, failed: 1 }]);
});

void t.test('each file starts its counts anew', async (t) => {
  t.match(read('    not ok 1 - x\nnot ok 1 - a\n    ok 1 - y\nok 2 - b'), [
    { passed: 0, failed: 1 },
    { name: 'b', passed: 1, failed: 0, failures: [] },
  ]);
});
