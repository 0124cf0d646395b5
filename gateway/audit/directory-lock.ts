/** One writer a directory: a lock file that names its holder and outlives no holder for long. */
import { randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { link, open, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AuditError } from './audit-error.ts';

/** A lock that is held. */
export interface DirectoryLock {
  /** Calls back once when another process has taken the lock over, which needs this one to have been silent for 30 s. */
  onLost(listener: () => void): void;
  release(): Promise<void>;
}

interface Holder {
  readonly nonce: string;
  readonly pid: number;
  /** When the process started, in the kernel's ticks: a reused pid has another. */
  readonly started: string | undefined;
  /** Boot and pid namespace: pids of another machine or container mean nothing here. */
  readonly realm: string;
}

const lockName = 'writer.lock';
/** It becomes part of a file's name. */
const nonce = /^[\w-]{1,64}$/;
const beatMs = 5_000;
/** A holder in another realm is dead when it was silent for so long, by the file system's own clock. */
const silenceMs = 30_000;

/**
 * Takes the directory for this process, also from a holder that is dead.
 *
 * @throws AuditError `AUDIT_LOCKED` while another holder lives
 */
export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  const path = join(directory, lockName);
  const holder: Holder = { nonce: randomBytes(12).toString('hex'), pid: process.pid, ...self() };
  const draft = `${path}.${holder.nonce}`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(`${JSON.stringify(holder)}\n`);
    await file.close();
    await take(path, draft, (nonce) => `${path}.clears-${nonce}`);
  } finally {
    await rm(draft, { force: true });
  }

  let tellLost: () => void = () => undefined;
  const beat = setInterval(() => {
    void stay(path, holder).then(
      (ours) => {
        if (ours) return;
        clearInterval(beat);
        tellLost();
      },
      // A disk that does not answer now is asked again with the next beat.
      () => undefined,
    );
  }, beatMs);
  beat.unref();
  return {
    onLost(listener) {
      tellLost = listener;
    },
    async release() {
      clearInterval(beat);
      const found = await holderOf(path).catch(() => undefined);
      if (isHolder(found) && found.nonce === holder.nonce) await rm(path, { force: true });
    },
  };
}

/** Shows that the holder lives, also when somebody cleared the file away. */
async function stay(path: string, holder: Holder): Promise<boolean> {
  const found = await holderOf(path);
  if (found === 'gone') await writeFile(path, `${JSON.stringify(holder)}\n`, { flag: 'wx', mode: 0o600 });
  else if (!isHolder(found) || found.nonce !== holder.nonce) return false;
  const now = new Date();
  await utimes(path, now, now);
  return true;
}

async function linked(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  }
}

/**
 * Links the draft to the path, also where a dead holder's lock lies. Who clears that away holds a lock of its own on doing so, by
 * the dead one's nonce, which comes once: two that found the same dead lock would otherwise clear it, and then the living one after it.
 */
async function take(path: string, draft: string, clearingOf: (nonce: string) => string): Promise<void> {
  for (let attempt = 1; !(await linked(draft, path)); attempt += 1) {
    const found = await holderOf(path);
    if (found === 'gone') continue;
    if (attempt > 5 || (await isAlive(found, path, draft))) {
      const who = found === undefined ? 'another process' : `process ${found.pid}`;
      throw new AuditError(
        'AUDIT_LOCKED',
        `${path} is held by ${who}; one process writes to an audit directory`,
      );
    }
    const clearing = clearingOf(found?.nonce ?? 'unreadable');
    await take(clearing, draft, clearingOf);
    try {
      const still = await holderOf(path);
      if (still !== 'gone' && still?.nonce === found?.nonce && !(await isAlive(still, path, draft)))
        await rm(path, { force: true });
    } finally {
      await rm(clearing, { force: true });
    }
  }
}

async function isAlive(holder: Holder | undefined, path: string, draft: string): Promise<boolean> {
  const { realm } = self();
  if (holder === undefined || holder.realm !== realm) {
    const [held, fresh] = await Promise.all([stat(path).catch(() => undefined), stat(draft)]);
    return held !== undefined && fresh.mtimeMs - held.mtimeMs < silenceMs;
  }
  const started = startOf(holder.pid);
  if (started !== undefined || holder.started !== undefined) return started === holder.started;
  try {
    process.kill(holder.pid, 0);
    return true;
  } catch (error) {
    return isCode(error, 'EPERM');
  }
}

function isHolder(found: Holder | 'gone' | undefined): found is Holder {
  return found !== undefined && found !== 'gone';
}

async function holderOf(path: string): Promise<Holder | 'gone' | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    const holder = value as Holder | null;
    const isOne =
      typeof holder?.nonce === 'string' && nonce.test(holder.nonce) && typeof holder.pid === 'number';
    return isOne ? holder : undefined;
  } catch (error) {
    if (isCode(error, 'ENOENT')) return 'gone';
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function self(): Pick<Holder, 'started' | 'realm'> {
  return { started: startOf(process.pid), realm: `${boot()} ${namespace()}` };
}

/** Undefined for a process that is gone, or dead and only not reaped yet. */
function startOf(pid: number): string | undefined {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function boot(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return 'unknown';
  }
}

function namespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return 'unknown';
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
