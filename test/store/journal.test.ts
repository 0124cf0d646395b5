import { appendFile, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { journalName, openJournal, readJournal } from '../../gateway/store/journal.ts';
import type { Note } from '../../gateway/store/journal-notes.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';
import { aLock } from './samples.ts';

const noon = Date.UTC(2026, 10, 25, 12);
const hour = 3_600_000;

function aRevocation(grantId: string, until = noon + hour): Note {
  return { kind: 'revoked', grantId, principalId: 'P-DEV', by: 'P-X', reason: 'lost', at: noon, until };
}

void t.test('what was noted is there after a restart, a torn last line is not', async (t) => {
  const directory = await temporaryDirectory(t);
  const journal = await openJournal(directory, () => noon);
  await journal.note({ kind: 'store', generation: 'one' });
  await journal.note(aRevocation('G-1'));
  journal.sawSeq(41);
  await journal.close();
  await appendFile(join(directory, journalName), '{"kind":"revoked","grantId":"G-2"');

  const again = await openJournal(directory, () => noon);
  t.teardown(() => again.close());
  t.equal(again.generation, 'one');
  t.equal(again.seq, 41);
  t.match(
    again.notes().filter(({ kind }) => kind === 'revoked'),
    [aRevocation('G-1')],
  );
  await again.note(aRevocation('G-3'));
  t.ok((await readJournal(directory)).has('grant G-3'), 'a line behind the torn one is whole');
});

void t.test('what has ended is not told any more', async (t) => {
  let now = noon;
  const journal = await openJournal(await temporaryDirectory(t), () => now);
  t.teardown(() => journal.close());
  await journal.note(aRevocation('G-1', noon + 1_000));
  t.equal(journal.notes().length, 1);
  now = noon + 1_000;
  t.strictSame(journal.notes(), []);
});

void t.test('a lock that was lifted does not stand again, whichever is heard last', async (t) => {
  const journal = await openJournal(await temporaryDirectory(t), () => noon);
  t.teardown(() => journal.close());
  const lock = aLock(noon);
  await journal.note({ kind: 'lifted', lockId: lock.id, by: 'P-X', until: noon + hour });
  await journal.note({ kind: 'locked', lock });
  t.match(journal.notes(), [{ kind: 'lifted' }]);
});

void t.test('another store in place of the known one forgets credentials and nothing else', async (t) => {
  const directory = await temporaryDirectory(t);
  const journal = await openJournal(directory, () => noon);
  t.teardown(() => journal.close());
  await journal.note({ kind: 'store', generation: 'one' });
  await journal.note({ kind: 'credential', hash: 'a', credentialId: 'C-1', until: noon + hour });
  await journal.note(aRevocation('G-1'));
  await journal.accept('two');
  t.strictSame([...(await readJournal(directory)).keys()].toSorted(), ['grant G-1', 'store']);
  t.equal(journal.generation, 'two');
});

void t.test('the file does not grow with what is over', async (t) => {
  const directory = await temporaryDirectory(t);
  const lines = Array.from({ length: 20_000 }, (_, at) => JSON.stringify(aRevocation(`G-${at}`, noon)));
  await writeFile(join(directory, journalName), `${lines.join('\n')}\n`);
  const before = (await stat(join(directory, journalName))).size;
  const journal = await openJournal(directory, () => noon + 2 * hour);
  t.teardown(() => journal.close());
  await journal.note(aRevocation('G-live', noon + 3 * hour));
  t.ok((await stat(join(directory, journalName))).size < before / 100);
  t.match(await readFile(join(directory, journalName), 'utf8'), /G-live/);
});
