/** What nodes say of themselves in Redis, sealed: whoever can only write there cannot make a dead node look alive and well. */
import type { KeptReport, NodeReport } from '../records.ts';
import { reportKeptMs, reportsAtMost } from '../spans.ts';
import type { Store } from '../store.ts';
import type { RedisConnection } from './connection.ts';
import { changing, reading } from './script.ts';
import type { Sealer } from './seal.ts';

/** ARGV from 3: node, record, mac. Those that were not renewed for a day make room. */
const reportScript = changing(
  'report of a node',
  `
local old = redis.call('ZRANGEBYSCORE', k('reports-at'), '-inf', now - ${reportKeptMs})
for _, node in ipairs(old) do
  redis.call('HDEL', k('reports'), node)
  redis.call('ZREM', k('reports-at'), node)
end
if redis.call('HEXISTS', k('reports'), ARGV[3]) == 1 or redis.call('ZCARD', k('reports-at')) < ${reportsAtMost} then
  redis.call('HSET', k('reports'), ARGV[3], ARGV[5] .. ' ' .. ARGV[4])
  redis.call('ZADD', k('reports-at'), now, ARGV[3])
  redis.call('PEXPIRE', k('reports'), ${reportKeptMs})
  redis.call('PEXPIRE', k('reports-at'), ${reportKeptMs})
end
return { int(now), 'done' }
`,
);

const listScript = reading(
  'reports of nodes',
  `
local told = {}
for _, node in ipairs(redis.call('ZRANGEBYSCORE', k('reports-at'), now - ${reportKeptMs} + 1, '+inf')) do
  told[#told + 1] = { node, redis.call('HGET', k('reports'), node) or '', redis.call('ZSCORE', k('reports-at'), node) }
end
return { int(now), told }
`,
);

/** The verbs about reports. */
export function redisReports(
  connection: RedisConnection,
  sealer: Sealer,
  nodeId: string,
): Pick<Store, 'report' | 'reports'> {
  return {
    async report(report) {
      const [json, mac] = sealer.seal('report', report.node, { ...report, id: report.node });
      await connection.change(reportScript, nodeId, [report.node, json, mac]);
    },
    async reports() {
      const [now, rows] = await connection.read(listScript, []);
      const reports = (rows as [node: string, kept: string, seenAt: string][]).flatMap(
        ([node, kept, seenAt]): KeptReport[] => {
          const at = kept.indexOf(' ');
          const record = sealer.open<NodeReport & { id: string }>(
            'report',
            node,
            kept.slice(at + 1),
            kept.slice(0, at),
          );
          if (record === undefined) return [];
          const { id: _, ...report } = record;
          return [{ ...report, seenAt: Number(seenAt) }];
        },
      );
      return { reports, now: Number(now) };
    },
  };
}
