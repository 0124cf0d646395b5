/** How all nodes are, for those who look after them. */
import type { FigureStretch, KeptReport, NodeReport } from '../../gateway/store/records.ts';
import { stretchMs } from '../../gateway/store/spans.ts';
import type { AdminDeps } from '../admin-deps.ts';
import { groupsStale, Problem } from '../problem.ts';
import type { NodeView } from '../schemas/now.ts';
import type { Handlers } from './handling.ts';

/** Three reports that did not come. */
const silentMs = 15_000;

/** The handler of /api/now. */
export function nowHandlers(
  deps: Pick<AdminDeps, 'store' | 'policy' | 'config' | 'node'>,
): Pick<Handlers, 'readNow'> {
  return {
    async readNow({ principal }) {
      const askedAt = performance.now();
      const { reports, now } = await deps.store.reports();
      const answeredInMs = Math.round((performance.now() - askedAt) * 10) / 10;
      const policy = deps.policy();
      const { held, stale } = policy.rolesOf(principal, now);
      if (!held.has('admin') && !held.has('auditor')) {
        if (stale.has('admin') || stale.has('auditor')) return groupsStale();
        return new Problem(403, 'role-missing', 'seeing the nodes needs the role admin or auditor');
      }
      return {
        now,
        node: deps.node,
        policy: policy.hash,
        store: { kind: deps.config().store.kind, answeredInMs },
        nodes: reports.map((report) => viewNode(report, now)).toSorted((a, b) => (a.node < b.node ? -1 : 1)),
        stretchMs,
        stretches: summed(reports),
      };
    },
  };
}

function viewNode({ stretches: _, ...report }: KeptReport, now: number): NodeView {
  return {
    ...report,
    audit: { ...report.audit },
    upstreams: report.upstreams.map((upstream) => ({ ...upstream })),
    silent: report.state !== 'stopped' && report.seenAt + silentMs < now,
  };
}

/** The counts of all nodes, stretch by stretch; each node’s begin at the same moments. */
function summed(reports: readonly Pick<NodeReport, 'stretches'>[]): FigureStretch[] {
  const sums = new Map<number, FigureStretch>();
  for (const stretch of reports.flatMap(({ stretches }) => stretches)) {
    const sum = sums.get(stretch.at);
    sums.set(stretch.at, {
      at: stretch.at,
      bytesUp: (sum?.bytesUp ?? 0) + stretch.bytesUp,
      bytesDown: (sum?.bytesDown ?? 0) + stretch.bytesDown,
      operations: (sum?.operations ?? 0) + stretch.operations,
      refusals: (sum?.refusals ?? 0) + stretch.refusals,
      cuts: (sum?.cuts ?? 0) + stretch.cuts,
    });
  }
  return [...sums.values()].toSorted((a, b) => a.at - b.at);
}
