import t from 'tap';
import type { NodeReport } from '../../gateway/store/records.ts';
import { stretchMs } from '../../gateway/store/spans.ts';
import { anAdminGateway } from './admin-gateway.ts';

const aReport = (node: string, at: number): NodeReport => ({
  node,
  version: '0.1.0',
  startedAt: 1,
  state: 'serving',
  policy: 'p',
  transfers: 2,
  audit: { writable: true, seq: 9, waiting: 0, waitingMs: 0, refused: 0 },
  upstreams: [{ name: 'hub', trouble: { at: 3, kind: 'unreachable' } }],
  stretches: [
    { at, bytesUp: 1, bytesDown: 10, operations: 2, refusals: 3, cuts: 1 },
    {
      at: at + (node === 'a' ? stretchMs : 2 * stretchMs),
      bytesUp: 0,
      bytesDown: 5,
      operations: 1,
      refusals: 0,
      cuts: 0,
    },
  ],
});

void t.test('each node is told as it said, and the counts of all are summed', async (t) => {
  const gateway = await anAdminGateway(t);
  await gateway.store.report(aReport('b', stretchMs));
  await gateway.store.report(aReport('a', stretchMs));
  const admin = await gateway.token('admin');
  const { status, body } = await gateway.get('/api/now', admin);
  t.equal(status, 200);
  t.match(body, {
    node: 'n',
    store: { kind: 'memory', answeredInMs: Number },
    nodes: [
      {
        node: 'a',
        state: 'serving',
        silent: false,
        transfers: 2,
        audit: { seq: 9 },
        upstreams: [{ trouble: { kind: 'unreachable' } }],
      },
      { node: 'b', silent: false },
    ],
    stretchMs,
  });
  t.notOk('stretches' in body.nodes[0]);
  t.strictSame(body.stretches, [
    { at: stretchMs, bytesUp: 2, bytesDown: 20, operations: 4, refusals: 6, cuts: 2 },
    { at: 2 * stretchMs, bytesUp: 0, bytesDown: 5, operations: 1, refusals: 0, cuts: 0 },
    { at: 3 * stretchMs, bytesUp: 0, bytesDown: 5, operations: 1, refusals: 0, cuts: 0 },
  ]);
});

void t.test('a node that says nothing for 15 s is silent, unless it said that it stops', async (t) => {
  const gateway = await anAdminGateway(t);
  await gateway.store.report(aReport('a', stretchMs));
  await gateway.store.report({ ...aReport('b', stretchMs), state: 'stopped' });
  gateway.skew(16_000);
  const { body } = await gateway.get('/api/now', await gateway.token('admin'));
  t.match(body.nodes, [
    { node: 'a', silent: true },
    { node: 'b', silent: false, state: 'stopped' },
  ]);
});
