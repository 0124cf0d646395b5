/**
 * Appends a numbered entry each millisecond, and prints `ok N` once it is durable, `no N CODE` when it was refused. Lines on stdin change its
 * world: `slow MS` makes each sync so much longer, `back MS` sets its clock back. SIGTERM ends it in order.
 */
import { createInterface } from 'node:readline';
import { AuditError } from '../../gateway/audit/audit-error.ts';
import { openAuditLog } from '../../gateway/audit/log.ts';
import { anAlarm } from './logs.ts';
import { slowDisk } from './slow-disk.ts';

const [, , directory = '', first = '0'] = process.argv;
let slowMs = 0;
let backMs = 0;
createInterface({ input: process.stdin }).on('line', (line) => {
  const [what, ms] = line.split(' ');
  if (what === 'slow') slowMs = Number(ms);
  if (what === 'back') backMs = Number(ms);
});

const log = await openAuditLog({
  directory,
  nodeId: 'numbered',
  onAlarm: ({ kind }) => process.stdout.write(`alarm ${kind}\n`),
  segmentBytes: 65_536,
  retryMs: 50,
  disk: slowDisk(() => slowMs),
  now: () => Date.now() - backMs,
});
let next = Number(first);
const begunAt = performance.now();
const waiting = new Set<Promise<void>>();

async function append(number: number): Promise<void> {
  try {
    await log.append(anAlarm(number));
    process.stdout.write(`ok ${number}\n`);
  } catch (error) {
    process.stdout.write(`no ${number} ${error instanceof AuditError ? error.code : String(error)}\n`);
  }
}

const timer = setInterval(() => {
  const due = Math.floor(performance.now() - begunAt) + Number(first);
  for (; next < due; next += 1) {
    const one = append(next).finally(() => waiting.delete(one));
    waiting.add(one);
  }
}, 5);
process.once('SIGTERM', () => {
  clearInterval(timer);
  void Promise.all(waiting)
    .then(() => log.close('told to'))
    .then(() => process.exit(0));
});
