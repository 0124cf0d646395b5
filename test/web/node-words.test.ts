import t from 'tap';
import type { Node } from '../../admin/web/src/api/shapes.ts';
import { auditWords, hostState, nodeState, policiesDiffer } from '../../admin/web/src/now/node-words.ts';
import { everyStretch, total } from '../../admin/web/src/now/stretches.ts';

void t.test('a node is what it said last, and silent where it says nothing any more', async (t) => {
  t.match(nodeState({ state: 'serving', silent: false }), { words: 'serving', tone: 'good' });
  t.match(nodeState({ state: 'draining', silent: false }), { words: /^draining/, tone: 'warn' });
  t.match(nodeState({ state: 'serving', silent: true }), { words: 'silent', tone: 'bad' });
});

void t.test('an audit that cannot be written or is slow is said', async (t) => {
  const well = { writable: true, seq: 7, waiting: 0, waitingMs: 0, refused: 0 };
  t.match(auditWords(well), { words: 'audit is written, 7 entries', tone: 'good' });
  t.match(auditWords({ ...well, waiting: 3, waitingMs: 1_500 }), {
    words: /3 entries wait.*1\.5/,
    tone: 'warn',
  });
  t.match(auditWords({ ...well, writable: false, refused: 2 }), { words: /2 entries were not/, tone: 'bad' });
});

void t.test('a host is well when it answered last, also when it had no such repository', async (t) => {
  t.equal(hostState({ name: 'h' }).words, 'not asked yet');
  t.equal(hostState({ name: 'h', answeredAt: 5, trouble: { at: 4, kind: 'unreachable' } }).words, 'answers');
  t.match(hostState({ name: 'h', answeredAt: 5, trouble: { at: 6, kind: 'credential-refused' } }), {
    words: 'credential refused',
    tone: 'bad',
  });
  t.equal(hostState({ name: 'h', trouble: { at: 6, kind: 'not-found' } }).words, 'answers');
});

void t.test('policies differ between living nodes only', async (t) => {
  const node = (policy: string, more: Partial<Node> = {}) =>
    ({ policy, silent: false, state: 'serving', ...more }) as Node;
  t.equal(policiesDiffer({ nodes: [node('a'), node('b')] }), true);
  t.equal(
    policiesDiffer({ nodes: [node('a'), node('b', { state: 'stopped' }), node('c', { silent: true })] }),
    false,
  );
});

void t.test('every stretch of six hours has its place and no count is lost', async (t) => {
  const stretchMs = 300_000;
  const now = stretchMs * 1_000 + 7;
  const one = { bytesUp: 1, bytesDown: 2, operations: 1, refusals: 2, cuts: 1 };
  const stretches = [
    { at: stretchMs * 929, ...one },
    { at: stretchMs * 1_000, ...one },
  ];
  const every = everyStretch({ now, stretchMs, stretches } as never);
  t.equal(every.length, 72);
  t.equal(every.at(-1)?.at, stretchMs * 1_000);
  t.equal(every[0]?.at, stretchMs * 929);
  t.equal(
    total(every, ({ refusals }) => refusals),
    4,
  );
});
