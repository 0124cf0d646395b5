/** Appends numbered entries and prints each number once it is durable, until somebody kills it. */
import { openAuditLog } from '../../gateway/audit/log.ts';
import { anAlarm } from './logs.ts';

const [, , directory = '', first = '0'] = process.argv;
const log = await openAuditLog({
  directory,
  nodeId: 'killed',
  onAlarm: () => undefined,
  segmentBytes: 16_384,
});
for (let count = Number(first); ; count += 5)
  await Promise.all(
    Array.from({ length: 5 }, async (_, i) => {
      await log.append(anAlarm(count + i));
      process.stdout.write(`${count + i}\n`);
    }),
  );
