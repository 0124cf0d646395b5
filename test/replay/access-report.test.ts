import t from 'tap';
import { accessReport } from '../../gateway/replay/access-report.ts';
import { reportHtml } from '../../gateway/replay/report-html.ts';
import { chains } from '../audit/logs.ts';
import { unlikeDocument } from './report-shape.ts';

const scope = { repository: 'hub/app', right: 'push', refs: ['refs/heads/**'], kinds: ['update'] };
const basis = { seq: 1, now: 1, grants: [], locks: [], policy: 'x', groups: [], decide: 1 };
const hostile = '</td><script>alert(1)</script>\u202e"';
const issued = (grantId: string, requestId: string, endsAt: number) => ({
  type: 'grant.issued',
  grantId,
  requestId,
  principalId: 'P-DEV',
  scope,
  issuedAt: 0,
  endsAt,
  latestEndsAt: endsAt,
  version: 1,
  rule: 'hub/*',
  critical: grantId === 'G-2',
  approvers: ['P-LEAD'],
});
const created = (requestId: string) => ({
  type: 'request.created',
  requestId,
  principalId: 'P-DEV',
  scopes: [scope],
  durationMs: 1_000,
  reason: hostile,
  decideBy: 9,
  critical: false,
});
const refused = {
  type: 'operation.refused',
  principalId: 'P-EVE',
  repository: 'hub/app',
  right: 'push',
  reason: 'no-grant',
  door: 'ssh',
  address: '192.0.2.1',
  firstAt: 1,
  lastAt: 1,
};
const operation = { operationId: 'O-1', principalId: 'P-DEV', repository: 'hub/app' };
const history = {
  'A-AAAAAAAAAAAAAAAA': [
    { ...refused, count: 1 },
    {
      type: 'operation.started',
      ...operation,
      door: 'ssh',
      address: '192.0.2.1',
      right: 'push',
      grantIds: ['G-1'],
      endsAt: 5_000,
      basis,
    },
    {
      type: 'push.settled',
      ...operation,
      updates: [{ ref: 'refs/heads/main', oldId: 'a', newId: 'b', outcome: 'applied' }],
      learnedBy: 'report',
    },
    { type: 'operation.ended', ...operation, outcome: 'completed', bytesUp: 1, bytesDown: 2 },
    { ...refused, count: 4, lastAt: 7 },
  ],
  'A-BBBBBBBBBBBBBBBB': [
    created('R-1'),
    issued('G-1', 'R-1', 5_000),
    created('R-2'),
    issued('G-2', 'R-2', 5_000),
    {
      type: 'grant.revoked',
      grantId: 'G-2',
      principalId: 'P-DEV',
      by: 'P-LEAD',
      reason: 'done',
      storeAt: 3_000,
    },
    issued('G-3', 'R-3', 0),
  ],
};

void t.test(
  'a grant is told with who, why, how long and what was done, whichever chain says it',
  async (t) => {
    const directory = await chains(t, history);
    const { grants, neverUsed, refusals, rules, gaps } = await accessReport([directory], 0, 10_000);
    t.match(grants, [
      { grantId: 'G-2', endedAt: 3_000, revoked: { by: { id: 'P-LEAD' }, reason: 'done' }, operations: [] },
      {
        grantId: 'G-1',
        requester: { id: 'P-DEV' },
        approvers: [{ id: 'P-LEAD' }],
        reason: hostile,
        endedAt: 5_000,
        operations: [{ operationId: 'O-1', outcome: 'completed', updates: [{ outcome: 'applied' }] }],
      },
    ]);
    t.equal(grants.length, 2, 'one that was over before the period is not in it');
    t.strictSame(neverUsed, ['G-2']);
    t.match(refusals, [{ who: { id: 'P-EVE' }, reason: 'no-grant', count: 5, lastAt: 7 }]);
    t.strictSame(rules, [{ rule: 'hub/*', grants: 2, operations: 1 }]);
    t.strictSame(gaps, []);
    t.strictSame((await accessReport([directory], 6_000, 9_000)).grants, []);
  },
);

void t.test('the report has the fields that the API’s document names, and no others', async (t) => {
  const signedOff = {
    type: 'report.signed-off',
    ...{ principalId: 'P-AUD', from: 0, to: 10_000, remarks: 'read', report: 'f'.repeat(64) },
  };
  const directory = await chains(t, { ...history, 'A-CCCCCCCCCCCCCCCC': [signedOff] });
  const report = await accessReport([directory], 0, 10_000, ['A-ELSEWHERE']);
  t.match(report, { gaps: { length: 1 }, reviews: { length: 1 } });
  t.strictSame(unlikeDocument(report), []);
  t.not(unlikeDocument({ ...report, more: 1 }).length, 0);
  t.not(unlikeDocument({ ...report, grants: report.grants.map(({ rule: _, ...rest }) => rest) }).length, 0);
});

void t.test('the page loads nothing, runs nothing, and shows hostile text as text', async (t) => {
  const directory = await chains(t, history);
  const page = reportHtml(await accessReport([directory], 0, 10_000));
  t.notMatch(page, /<script|\u202e|https?:/);
  t.match(page, '&lt;script&gt;alert(1)');
  t.match(page, /<svg role="img"[^>]*><text[^>]*>1970-01-01<\/text><rect/);
});
