/** What processes used, as Linux tells it in /proc. */
import { readFileSync, writeFileSync } from 'node:fs';

/** Clock ticks a second in /proc/PID/stat; 100 on every Linux that Node runs on (sysconf(_SC_CLK_TCK)). */
const ticksPerSecond = 100;

/** CPU seconds, user and system, of a process and its running children. */
export function cpuSeconds(pid: number): number {
  return withChildren(pid).reduce((sum, each) => sum + ownTicks(each), 0) / ticksPerSecond;
}

/** Forgets the highest memory so far, so that `peakMebibytes` speaks of what comes. */
export function forgetPeak(pid: number): void {
  for (const each of withChildren(pid)) writeFileSync(`/proc/${each}/clear_refs`, '5');
}

/** Highest resident memory (VmHWM) of a process and its running children since `forgetPeak`. */
export function peakMebibytes(pid: number): number {
  return sumOfStatus(pid, 'VmHWM');
}

/** Resident memory (VmRSS) of a process and its running children now. */
export function residentMebibytes(pid: number): number {
  return sumOfStatus(pid, 'VmRSS');
}

function sumOfStatus(pid: number, field: string): number {
  const kibibytes = withChildren(pid).map((each) => {
    const [, value] = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(proc(each, 'status')) ?? [];
    return Number(value ?? 0);
  });
  return kibibytes.reduce((sum, value) => sum + value, 0) / 1024;
}

/** utime and stime: fields 14 and 15 of proc(5); the command name before them may hold anything, so count from its end. */
function ownTicks(pid: number): number {
  const fields = proc(pid, 'stat')
    .replace(/^.*\) /s, '')
    .split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

function withChildren(pid: number): number[] {
  const children = proc(pid, `task/${pid}/children`).split(' ').filter(Boolean).map(Number);
  return [pid, ...children.flatMap(withChildren)];
}

function proc(pid: number, file: string): string {
  return readFileSync(`/proc/${pid}/${file}`, 'latin1');
}
