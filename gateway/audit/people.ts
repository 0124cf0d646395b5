/** The people file: who stands behind each `P-…` of the chain, beside it, so that a person can be erased and the chain still verifies. */
import { randomBytes } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { localDisk } from './disk.ts';
import { ascii } from './line.ts';

/** What is known of a person; everything but the id may be gone. */
export interface Person {
  readonly id: string;
  readonly issuer?: string | undefined;
  readonly subject?: string | undefined;
  readonly name?: string | undefined;
  readonly email?: string | undefined;
}

export interface People {
  of(id: string): Person | undefined;
  /** Durable when it resolves; a person who did not change costs nothing. */
  note(person: Person): Promise<void>;
  /** Takes the person out of the file for good; false when nobody has that id. */
  erase(id: string): Promise<boolean>;
  close(): Promise<void>;
}

const fileName = 'people.jsonl';

/** Opens the file of an audit directory; the last line about a person counts, and a torn last line is passed over. */
export async function openPeople(directory: string): Promise<People> {
  const path = join(directory, fileName);
  const known = await readPeople(directory);
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };
  return {
    of: (id) => known.get(id),
    note: ({ id, issuer, subject, name, email }) =>
      inTurn(async () => {
        const person: Person = { id, issuer, subject, name, email };
        const line = JSON.stringify(person);
        if (line === JSON.stringify(known.get(id))) return;
        const isNew = known.size === 0;
        const file = await open(path, 'a', 0o600);
        try {
          // A line torn by a crash must not swallow this one.
          await file.appendFile(`\n${ascii(line)}\n`);
          await file.datasync();
        } finally {
          await file.close();
        }
        if (isNew) await localDisk.syncDirectory(directory);
        known.set(id, person);
      }),
    erase: (id) =>
      inTurn(async () => {
        if (!known.has(id)) return false;
        const rest = new Map(known);
        rest.delete(id);
        const beside = `${path}.${randomBytes(6).toString('hex')}`;
        try {
          const file = await open(beside, 'wx', 0o600);
          try {
            await file.writeFile(
              [...rest.values()].map((person) => `${ascii(JSON.stringify(person))}\n`).join(''),
            );
            await file.sync();
          } finally {
            await file.close();
          }
          await rename(beside, path);
          await localDisk.syncDirectory(directory);
        } finally {
          await rm(beside, { force: true });
        }
        known.delete(id);
        return true;
      }),
    close: async () => void (await last),
  };
}

/** Everybody whom the file of a directory names; nobody where there is none. */
export async function readPeople(directory: string): Promise<Map<string, Person>> {
  const path = join(directory, fileName);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    text = '';
  }
  const known = new Map<string, Person>();
  for (const line of text.split('\n')) {
    const person = personOf(line);
    if (person !== undefined) known.set(person.id, person);
  }
  return known;
}

function personOf(line: string): Person | undefined {
  if (line === '') return undefined;
  try {
    const { id, issuer, subject, name, email } = JSON.parse(line) as Person;
    return typeof id === 'string' ? { id, issuer, subject, name, email } : undefined;
  } catch {
    return undefined;
  }
}
