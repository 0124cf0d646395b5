import t from 'tap';
import type { AuditFilter } from '../../admin/admin-deps.ts';
import { anAdminGateway } from './admin-gateway.ts';

void t.test('an auditor reads entries; a moment is epoch ms or a time with its zone (case J7)', async (t) => {
  const asked: AuditFilter[] = [];
  const gateway = await anAdminGateway(t, {
    readAudit: async (filter) => {
      asked.push(filter);
      return {
        entries: [{ seq: 7, type: 'node.started', any: { field: ['of', 'an', 'entry'] } }],
        people: [],
        cursor: 'c',
        place: '1:0',
        coverage: [{ chain: 'A-1', head: 9, here: true, seen: [{ fromSeq: 7, toSeq: 7 }], missing: [] }],
      };
    },
  });
  const auditor = await gateway.token('auditor');
  const query =
    'from=2026-11-25T05:30:00%2B05:30&to=1795564800000&repository=hub/app&type=grant.issued&limit=10';
  t.match(await gateway.get(`/api/audit?${query}`, auditor), {
    status: 200,
    body: {
      entries: [{ seq: 7, any: { field: ['of', 'an', 'entry'] } }],
      cursor: 'c',
      coverage: [{ head: 9 }],
    },
  });
  t.strictSame(asked, [
    {
      limit: 10,
      first: 'oldest',
      nodes: 'all',
      from: Date.UTC(2026, 10, 25),
      to: 1_795_564_800_000,
      repository: 'hub/app',
      type: 'grant.issued',
    },
  ]);
  await gateway.get('/api/audit?order=newest&nodes=this', auditor);
  t.match(asked.at(-1), { first: 'newest', nodes: 'this' });
  for (const from of ['2026-11-25', '2026-11-25T05:30:00', 'yesterday', '2026-13-45T00:00:00Z']) {
    t.equal((await gateway.get(`/api/audit?from=${from}`, auditor)).status, 400, from);
  }
});
