/** A test run that is killed leaves no server behind. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import tap from 'tap';
import { programBeside } from '../servers/clone.ts';

void tap.test('servers of a test end when the test is killed', async (t) => {
  const test = spawn(process.execPath, programBeside(import.meta.url, './holds-servers'), {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.teardown(() => test.kill('SIGKILL'));
  const [line] = (await once(createInterface({ input: test.stdout }), 'line')) as [string];
  const servers = JSON.parse(line) as number[];
  t.strictSame(servers.map(runs), [true, true], 'they run while it does');
  test.kill('SIGKILL');
  while (servers.some(runs)) await delay(10);
});

/** A zombie does not. */
function runs(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
