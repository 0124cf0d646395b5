import t from 'tap';
import { type FileResult, tapReader } from '../../scripts/tap-reading.mjs';

function read(tap: string, end = 'ended with status 0'): FileResult {
  const reader = tapReader();
  for (const each of tap.split('\n')) reader.line(each);
  return reader.end(end, end === 'ended with status 0');
}

void t.test('the tests of the file are counted, and none that is inside another', async (t) => {
  const file = read(`TAP version 14
# Subtest: one
    ok 1 - deep
    ok 2 - deep
ok 1 - one # time=1ms
ok 2 - two # SKIP not today
ok 3 - three # TODO
ok 4 - four
1..4`);
  t.strictSame(file, { passed: 2, failed: 0, skipped: 2, failures: [] });
});

void t.test('points inside diagnostics are text', async (t) => {
  const file = read(`not ok 1 - differs
  ---
  diff: |
not ok 2 - in the diff
ok 3 - in the diff
  ...
ok 2 - fine`);
  t.match(file, { passed: 1, failed: 1 });
});

void t.test('a failed test is kept in full, its neighbours are not', async (t) => {
  const file = read(`# Subtest: good
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
ok 3 - good again`);
  t.equal(file.failures.length, 1);
  t.match(file.failures[0], /Subtest: bad[\s\S]*because[\s\S]*at: here/);
  t.notMatch(file.failures[0], /good/);
});

void t.test('a file that ends badly with no test failing is one failure, and says how', async (t) => {
  const crashed = read('ok 1 - one\n# Subtest: two\n    ok 1 - deep', 'ended by SIGSEGV');
  t.match(crashed, { passed: 1, failed: 1 });
  t.match(crashed.failures.join('\n'), /Subtest: two[\s\S]*ended by SIGSEGV/);
  t.match(read('not ok 1 - one', 'ended with status 1'), { failed: 1, failures: ['not ok 1 - one'] });
});

void t.test('a file that ran no test failed', async (t) => {
  t.match(read('TAP version 14\n1..0'), { passed: 0, failed: 1 });
  t.match(read('ok 1 - one # SKIP not here'), { passed: 0, failed: 0, skipped: 1 });
});
