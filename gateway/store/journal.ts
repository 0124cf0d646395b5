/** What a node has seen of the store that must outlive the store going back: which store it is, and what was revoked and locked. */
import { randomBytes } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { keyOf, type Note, noteOf, untilOf } from './journal-notes.ts';

/** Lies in the audit directory: both are one node's, and must be on a disk that keeps. */
export const journalName = 'store-journal.jsonl';

export interface Journal {
  /** The mark of the store this node has worked with; undefined before the first. */
  readonly generation: string | undefined;
  /** The highest number seen of it. */
  readonly seq: number;
  /** What is not over yet. */
  notes(): readonly Note[];
  credential(hash: string): Note | undefined;
  /** Durable when it resolves; what is known already costs nothing. */
  note(note: Note): Promise<void>;
  /** Raises `seq`; durable some time later, for it is only a hint. */
  sawSeq(seq: number): void;
  /** Takes another store in place of the one before: what was revoked and locked stays, credentials seen are forgotten. */
  accept(generation: string): Promise<void>;
  close(): Promise<void>;
}

/** Beyond this the ones that end first make room. */
const notesAtMost = 100_000;
/** Clocks of nodes and store differ; what has ended stays this much longer. */
const keptAfterEndMs = 3_600_000;
/** A file with this many lines more than twice what counted when it was last written anew is written anew. */
const spareLines = 2_000;
const seqEveryMs = 5_000;

export async function openJournal(directory: string, now: () => number): Promise<Journal> {
  const path = join(directory, journalName);
  const notes = await readJournal(directory);
  let lines = notes.size;
  let counted = [...notes.values()].filter((note) => untilOf(note) > now()).length;
  let seq = seqIn(notes);
  let writtenSeq = seq;
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };

  const append = async (note: Note): Promise<void> => {
    const file = await open(path, 'a', 0o600);
    try {
      // A line torn by a crash must not swallow this one.
      await file.appendFile(`\n${JSON.stringify(note)}\n`);
      await file.datasync();
    } finally {
      await file.close();
    }
    if (lines === 0) await syncDirectory(directory);
    lines += 1;
  };
  const rewrite = async (): Promise<void> => {
    const endedAt = now() - keptAfterEndMs;
    for (const [key, note] of notes) if (untilOf(note) < endedAt) notes.delete(key);
    const over = [...notes].toSorted(([, a], [, b]) => untilOf(a) - untilOf(b));
    for (const [key] of over.slice(0, Math.max(notes.size - notesAtMost, 0))) notes.delete(key);
    const beside = `${path}.${randomBytes(6).toString('hex')}`;
    try {
      const file = await open(beside, 'wx', 0o600);
      try {
        await file.writeFile([...notes.values()].map((note) => `${JSON.stringify(note)}\n`).join(''));
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(beside, path);
      await syncDirectory(directory);
    } finally {
      await rm(beside, { force: true });
    }
    lines = notes.size;
    counted = notes.size;
  };
  const write = async (note: Note): Promise<void> => {
    const key = keyOf(note);
    const known = notes.get(key);
    if (JSON.stringify(known) === JSON.stringify(note)) return;
    // Ids are never used again, so what has ended cannot begin.
    if ((known?.kind === 'lifted' && note.kind === 'locked') || known?.kind === 'credential-ended') return;
    await append(note);
    notes.set(key, note);
    if (lines > 2 * counted + spareLines || notes.size > notesAtMost + spareLines) await rewrite();
  };
  const writeSeq = async (): Promise<void> => {
    if (seq === writtenSeq) return;
    writtenSeq = seq;
    await write({ kind: 'seq', seq });
  };
  const timer = setInterval(() => void inTurn(writeSeq).catch(() => undefined), seqEveryMs);
  timer.unref();

  return {
    get generation() {
      const store = notes.get('store');
      return store?.kind === 'store' ? store.generation : undefined;
    },
    get seq() {
      return seq;
    },
    notes: () => [...notes.values()].filter((note) => untilOf(note) > now()),
    credential: (hash) => notes.get(`credential ${hash}`),
    note: (note) => inTurn(() => write(note)),
    sawSeq(seen) {
      seq = Math.max(seq, seen);
    },
    accept: (generation) =>
      inTurn(async () => {
        for (const [key, { kind }] of notes) if (kind === 'credential') notes.delete(key);
        notes.set('store', { kind: 'store', generation });
        await rewrite();
      }),
    async close() {
      clearInterval(timer);
      await inTurn(writeSeq);
    },
  };
}

/** What a journal says, without opening it for writing; empty when there is none. */
export async function readJournal(directory: string): Promise<Map<string, Note>> {
  let text: string;
  try {
    text = await readFile(join(directory, journalName), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    text = '';
  }
  const notes = new Map<string, Note>();
  for (const line of text.split('\n')) {
    const note = noteOf(line);
    if (note !== undefined) notes.set(keyOf(note), note);
  }
  return notes;
}

function seqIn(notes: ReadonlyMap<string, Note>): number {
  const note = notes.get('seq');
  return note?.kind === 'seq' ? note.seq : 0;
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
