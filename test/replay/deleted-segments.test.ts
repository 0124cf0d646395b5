import { rm } from 'node:fs/promises';
import t, { type Test } from 'tap';
import type { AuditLog } from '../../gateway/audit/log.ts';
import { keepSegments } from '../../gateway/audit/segment-keeping.ts';
import { replay } from '../../gateway/replay/replay.ts';
import { aLog, anAlarm, segmentPaths } from '../audit/logs.ts';

const ended = {
  type: 'operation.ended',
  operationId: 'O-1',
  principalId: 'P-1',
  repository: 'hub/app',
  outcome: 'completed',
  bytesUp: 1,
  bytesDown: 1,
} as const;

/** A log whose first segments were deleted by the node itself, and that has an operation whose start stood there. */
async function aShortenedLog(t: Test): Promise<{ directory: string; log: AuditLog }> {
  const { directory, log } = await aLog(t, { segmentBytes: 4_096 });
  for (let i = 0; i < 60; i += 1) await log.append(anAlarm(i));
  await log.append(ended);
  const before = await segmentPaths(directory);
  const troubles: unknown[] = [];
  const keeping = keepSegments(log, {
    directory,
    compress: false,
    archive: undefined,
    retentionMs: 1,
    now: () => Date.now() + 1_000_000,
    onTrouble: (error) => troubles.push(error),
  });
  keeping.begin();
  await keeping.settled();
  await keeping.close();
  const after = await segmentPaths(directory);
  t.strictSame(troubles, []);
  t.ok(after.length < before.length, 'some were deleted');
  return { directory, log };
}

void t.test('what the node deleted is told as deleted, and what hangs on it is not decidable', async (t) => {
  const { directory } = await aShortenedLog(t);
  const { gaps, decisions, findings } = await replay([directory]);
  t.match(gaps, [{ after: 0, isDeleted: true, what: /were deleted when their time of keeping was over/ }]);
  t.strictSame(decisions, { agreed: 0, disagreed: 0, undecidable: 1 });
  t.match(findings, [{ verdict: 'undecidable', what: /start of O-1 is not in the log.*was deleted/ }]);
});

void t.test('a segment that is missing beside the deleted ones is a fault as ever', async (t) => {
  const { directory, log } = await aShortenedLog(t);
  for (let i = 0; i < 30; i += 1) await log.append(anAlarm(i));
  const [first = ''] = await segmentPaths(directory);
  await rm(first);
  const { gaps } = await replay([directory]);
  t.equal(gaps.length, 1);
  t.not(gaps[0]?.isDeleted, true);
});
