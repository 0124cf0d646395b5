/** Checkpoints kept elsewhere: each appended to a file outside the audit's directory, an anchor for `verify`. */
import { open } from 'node:fs/promises';

export interface WitnessFile {
  /** Takes a checkpoint's line and answers at once; what cannot be written is tried again with the next. */
  take(line: string): void;
  /** Resolves when all that waits was tried once more. */
  close(): Promise<void>;
}

/** Checkpoints that may wait while the file cannot be written; then the oldest go, since each vouches for all before it. */
const waitingAtMost = 1_000;

/** Appends to `path`, which is made when it is not there, readable by all: a checkpoint is no secret. */
export function openWitnessFile(path: string, onTrouble: (error: unknown) => void): WitnessFile {
  let waiting: string[] = [];
  let last = Promise.resolve();
  const write = async (): Promise<void> => {
    if (waiting.length === 0) return;
    const lines = waiting;
    waiting = [];
    try {
      await append(path, lines);
    } catch (error) {
      waiting = [...lines, ...waiting].slice(-waitingAtMost);
      onTrouble(error);
    }
  };
  return {
    take(line) {
      waiting.push(line);
      last = last.then(write);
    },
    async close() {
      last = last.then(write);
      await last;
    },
  };
}

/** Appends lines, or takes back what it could write of them: a part of a line would be a fault to whoever verifies. */
async function append(path: string, lines: readonly string[]): Promise<void> {
  const file = await open(path, 'a', 0o644);
  const { size } = await file.stat();
  try {
    await file.appendFile(lines.map((line) => `${line}\n`).join(''));
    await file.datasync();
  } catch (error) {
    await file.truncate(size).catch(() => undefined);
    throw error;
  } finally {
    await file.close();
  }
}
