import { once } from 'node:events';
import { createInterface } from 'node:readline';
import t from 'tap';
import { aLog, anAlarm, linesOf } from '../audit/logs.ts';
import { sluice, startSluice } from './client/operator.ts';

t.setTimeout(120_000);

const { directory, log } = await aLog(t, { segmentBytes: 4_096 });
for (let i = 0; i < 40; i += 1) await log.append(anAlarm(i));
await log.append({
  type: 'grant.revoked',
  grantId: 'G-1',
  principalId: 'P-1',
  by: '=1+1',
  reason: '\u202e\u001b[31m',
});
const lines = await linesOf(directory);
const audit = (...args: readonly string[]) => sluice({}, 'audit', ...args);

void t.test('pages follow each other by their cursor until there is no more', async (t) => {
  const counts: unknown[] = [];
  const cursor: string[] = [];
  do {
    const next = cursor.length === 0 ? [] : ['--cursor', cursor.pop() ?? ''];
    const page = await audit('query', '--json', '--limit', '25', '--type', 'node', ...next, directory);
    t.equal(page.code, 0);
    const { entries, cursor: more } = JSON.parse(page.out);
    counts.push(...entries.map(({ count }: { count: number }) => count));
    if (more !== undefined) cursor.push(more);
  } while (cursor.length > 0);
  t.strictSame(
    counts,
    Array.from({ length: 40 }, (_, i) => i),
  );
});

void t.test('nothing that somebody chose acts on the terminal, and nothing found is 1', async (t) => {
  const { out } = await audit('query', '--grant', 'G-1', directory);
  t.match(out, /^[\x20-\x7e]+ G-1 is revoked by =1\+1: [\x20-\x7e]+\n$/);
  t.match(await audit('query', '--grant', 'G-2', directory), { code: 1, out: '' });
  t.match(await audit('query', '--cursor', 'x', directory), { code: 2 });
});

void t.test('an export has the lines as they stand, or cells that are no formula', async (t) => {
  t.equal((await audit('export', directory)).out, lines.map((line) => `${line}\n`).join(''));
  const { out } = await audit('export', '--format', 'csv', '--grant', 'G-1', directory);
  t.match(out, /^"chain","seq",.*\r\n"A-\w+","\d+",.*"'=1\+1",/);
});

void t.test('tail goes on with what comes', async (t) => {
  const running = startSluice({}, 'audit', 'tail', '-n', '1', '--follow', '--json', directory);
  t.teardown(() => running.kill());
  const shown = createInterface(running.stdout)[Symbol.asyncIterator]();
  t.match((await shown.next()).value, '"grant.revoked"');
  for (let i = 100; i < 140; i += 1) await log.append(anAlarm(i));
  const followed: string[] = [];
  while (followed.length < 40) {
    const line = (await shown.next()).value as string;
    if (line.includes('"node.alarm"')) followed.push(line);
  }
  t.match(followed.at(-1), '"count":139');
  running.kill();
  await once(running, 'exit');
});
