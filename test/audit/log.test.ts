import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, copyFile, mkdir, readFile, rename, truncate, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import t from 'tap';
import { openAuditLog } from '../../gateway/audit/log.ts';
import { verify } from '../../gateway/audit/verify.ts';
import { programBeside } from '../servers/clone.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';
import { aLog, anAlarm, linesOf, seeded, segmentPaths } from './logs.ts';

void t.test('entries become durable in the order of the calls, many of them with one sync', async (t) => {
  const { directory, log } = await aLog(t);
  const receipts = await Promise.all(Array.from({ length: 2_000 }, (_, i) => log.append(anAlarm(i))));

  t.strictSame(
    receipts.map(({ seq }) => seq),
    receipts.map((_, i) => (receipts[0]?.seq ?? 0) + i),
  );
  t.ok(log.stats().groups < 50, `${log.stats().groups} syncs for 2,000 entries`);
  const counts = (await linesOf(directory))
    .map((line) => (JSON.parse(line) as { count?: number }).count)
    .filter((count) => count !== undefined);
  t.strictSame(
    counts,
    Array.from({ length: 2_000 }, (_, i) => i),
  );
});

void t.test('an entry is on the disk when its promise resolves', async (t) => {
  const { directory, log } = await aLog(t);
  await log.append(anAlarm(1));
  t.match((await linesOf(directory)).at(-1), '"count":1');
});

void t.test('a second writer of the directory is told who writes there', async (t) => {
  const { directory } = await aLog(t);
  await t.rejects(openAuditLog({ directory, nodeId: 'other', onAlarm: () => undefined }), {
    code: 'AUDIT_LOCKED',
  });
});

void t.test('segments follow one another by size, and the chain runs through them', async (t) => {
  const { directory, log } = await aLog(t, { segmentBytes: 4_096 });
  for (let i = 0; i < 100; i += 1) await log.append(anAlarm(i));
  await log.close();

  t.ok((await segmentPaths(directory)).length > 5);
  const { chains, faults } = await verify([directory]);
  t.strictSame(faults, []);
  t.equal(chains.length, 1);
});

void t.test('a segment is closed at its age, with the entry that comes then', async (t) => {
  let now = 1_795_600_000_000;
  const { directory, log } = await aLog(t, { segmentAgeMs: 3_600_000, now: () => now });
  const paths = async () => (await segmentPaths(directory)).length;
  await log.append(anAlarm(1));
  now += 3_599_999;
  await log.append(anAlarm(2));
  now -= 3_600_000;
  await log.append(anAlarm(3));
  t.equal(await paths(), 1, 'a clock set back makes it no older');
  now += 3_600_001;
  await log.append(anAlarm(4));
  await log.append(anAlarm(5));
  t.equal(await paths(), 2);
  await log.close();
  t.match(
    (await linesOf(directory)).filter((line) => line.includes('"segment.closed"')).join('\n'),
    /"segment":1,"reason":"old"[\s\S]*"segment":2,"reason":"stopped"/,
  );
  t.strictSame((await verify([directory])).faults, []);
});

/** The directory as a power cut would leave it now: copied from under its writer, without the lock. */
async function cutOff(t: Parameters<typeof aLog>[0], directory: string): Promise<string> {
  const copy = await temporaryDirectory(t);
  for (const path of await segmentPaths(directory)) await copyFile(path, join(copy, basename(path)));
  return copy;
}

void t.test('a torn tail stays as it is, is named by the next segment, and the chain goes on', async (t) => {
  const { directory, log } = await aLog(t);
  await log.append(anAlarm(1));
  const left = await cutOff(t, directory);
  const [first = ''] = await segmentPaths(left);
  await appendFile(first, '{"v":1,"chain":"A-torn in the middle');
  const before = await readFile(first);
  const again = await aLog(t, { directory: left });
  await again.log.append(anAlarm(2));
  await again.log.close();

  t.ok(again.alarms.includes('audit-torn'));
  t.strictSame(await readFile(first), before);
  const { chains, faults } = await verify([left]);
  t.strictSame(faults, []);
  t.match(chains, [{ torn: [{ file: first, bytes: 36 }], tornBytes: 0 }]);
  const torn = (await linesOf(left)).find((line) => line.includes('"type":"segment.torn"'));
  t.match(JSON.parse(torn ?? '{}'), { segment: 1, bytes: 36, lines: 0 });
});

void t.test('a segment that broke off before its first line was whole takes no number away', async (t) => {
  const { directory, log } = await aLog(t);
  await log.append(anAlarm(1));
  const left = await cutOff(t, directory);
  const [first = ''] = await segmentPaths(left);
  await writeFile(first.replace('00000001', '00000002'), '{"v":1,"cha');
  const again = await aLog(t, { directory: left });
  await again.log.append(anAlarm(2));
  await again.log.close();

  t.strictSame((await verify([left])).faults, []);
  t.equal((await segmentPaths(left)).length, 3);
});

void t.test('a broken line with whole ones behind it is never taken for a torn tail', async (t) => {
  const { directory, log } = await aLog(t);
  for (let i = 0; i < 5; i += 1) await log.append(anAlarm(i));
  const left = await cutOff(t, directory);
  const [first = ''] = await segmentPaths(left);
  await writeFile(first, (await readFile(first, 'utf8')).replace('number 2', 'number 7'));
  const again = await aLog(t, { directory: left });
  await again.log.append(anAlarm(9));
  await again.log.close();

  t.match((await verify([left])).faults, [{ file: first, line: 4 }]);
});

void t.test(
  'a writer killed at any moment loses nothing that it acknowledged',
  { timeout: 200_000 },
  async (t) => {
    const directory = await temporaryDirectory(t);
    const writer = programBeside(import.meta.url, './killed-writer');
    const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
    t.comment(`SEED=${seed}`);
    const random = seeded(seed);
    let acknowledged = -1;
    for (let round = 0; round < 6; round += 1) {
      const child = spawn(process.execPath, [...writer, directory, String(acknowledged + 1)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let said = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
      while (!said.includes('\n')) await once(child.stdout, 'data');
      const killedAt = said.split('\n').length + random(400);
      while (said.split('\n').length < killedAt) await once(child.stdout, 'data');
      child.kill('SIGKILL');
      await once(child, 'close');
      const whole = said.slice(0, said.lastIndexOf('\n')).split('\n').map(Number);
      acknowledged = Math.max(acknowledged, ...whole);
    }
    const { faults } = await verify([directory]);
    t.strictSame(faults, []);
    const counts = new Set(
      (await linesOf(directory)).flatMap((line) => {
        try {
          return [(JSON.parse(line) as { count?: number }).count];
        } catch {
          return [];
        }
      }),
    );
    const lost = Array.from({ length: acknowledged + 1 }, (_, i) => i).filter((i) => !counts.has(i));
    t.strictSame(lost, [], `of ${acknowledged + 1} acknowledged`);
  },
);

void t.test(
  'a segment renamed or truncated underneath is an alarm, and no entry after it is lost',
  async (t) => {
    const { directory, log, alarms } = await aLog(t);
    await log.append(anAlarm(1));
    const [first = ''] = await segmentPaths(directory);
    await rename(first, `${first}.1`);
    await log.append(anAlarm(2));
    await log.append(anAlarm(3));
    const [second = ''] = (await segmentPaths(directory)).slice(-1);
    await truncate(second, 10);
    await log.append(anAlarm(4));
    await log.append(anAlarm(5));
    await log.close();

    t.ok(alarms.includes('audit-segment-moved'), alarms.join());
    t.ok(alarms.includes('audit-segment-truncated'), alarms.join());
    t.ok((await linesOf(directory)).some((line) => line.includes('"count":5')));
    t.match((await verify([directory])).faults, [{ file: second }], 'what was cut off is a fault, and named');
  },
);

void t.test('a clock set back changes no order', async (t) => {
  let now = 1_700_000_000_000;
  const { directory, log } = await aLog(t, { now: () => now });
  await log.append(anAlarm(1));
  now -= 3_600_000;
  await log.append(anAlarm(2));
  await log.close();

  const { faults } = await verify([directory]);
  t.strictSame(faults, []);
  t.ok((JSON.parse((await linesOf(directory)).at(-2) ?? '{}') as { at: number }).at < 1_700_000_000_000);
});

const isRoot = process.getuid?.() === 0;
void t.test(
  'a full disk refuses entries with a code, and takes them again when there is room',
  { skip: !isRoot && 'mounting needs root' },
  async (t) => {
    const directory = await temporaryDirectory(t);
    const mount = `${directory}/small`;
    await mkdir(mount);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', mount], { stdio: 'ignore' });
    } catch {
      t.comment('no tmpfs can be mounted here');
      return;
    }
    t.teardown(() => execFileSync('umount', ['-l', mount]));
    const { log, alarms } = await aLog(t, { directory: `${mount}/audit`, retryMs: 1 });
    let taken = 0;
    const fill = async (): Promise<unknown> => {
      for (;;) {
        try {
          await log.append({ ...anAlarm(taken), message: 'x'.repeat(3_000) });
          taken += 1;
        } catch (error) {
          return error;
        }
        if (taken > 200) return undefined;
      }
    };
    t.match(await fill(), { code: 'AUDIT_UNWRITABLE' });
    t.notOk(log.stats().writable);
    execFileSync('mount', ['-o', 'remount,size=2m', mount]);
    await new Promise((resolve) => setTimeout(resolve, 5));
    await log.append(anAlarm(1_000));
    t.ok(log.stats().writable);
    t.ok(alarms.includes('audit-writable-again'));
    await log.close();
    t.strictSame((await verify([`${mount}/audit`])).faults, []);
  },
);

void t.test('whatever strangers write stays one line, and can be had back', async (t) => {
  const { directory, log } = await aLog(t);
  const hostile = [
    'a\r\nb',
    '\u0085\u2028\u2029',
    '\u001b[2J',
    '\u202eevil',
    '"},{"type":"x',
    '\ud800',
    '𝒳'.repeat(3_000),
    `{"v":1}`,
  ];
  for (const message of hostile) await log.append({ ...anAlarm(0), message });
  await log.close();

  const lines = (await linesOf(directory)).filter((line) => line.includes('numbered'));
  t.equal(lines.length, hostile.length);
  for (const [i, line] of lines.entries()) {
    t.match(line, /^[\x20-\x7e]+$/, 'printable ASCII alone');
    const { message } = JSON.parse(line) as {
      message: string | { text: string; bytes: string; length?: number };
    };
    if (typeof message === 'string') t.equal(message, hostile[i]);
    else t.ok(message.bytes.length > 0 && (message.length ?? 0) >= 0);
  }
  t.strictSame((await verify([directory])).faults, []);
});
