import { appendFile, readFile } from 'node:fs/promises';
import t from 'tap';
import { openPeople } from '../../gateway/audit/people.ts';
import { verify } from '../../gateway/audit/verify.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';
import { aLog, anAlarm } from './logs.ts';

const ana = { id: 'P-1', issuer: 'https://i', subject: 'ana', name: 'Ana', email: 'ana@x.test' };

void t.test(
  'people outlive a restart, the last said of each counts, and a torn line costs only itself',
  async (t) => {
    const directory = await temporaryDirectory(t);
    const people = await openPeople(directory);
    await people.note(ana);
    await people.note({ ...ana, name: 'Ana Maria' });
    await appendFile(`${directory}/people.jsonl`, '{"id":"P-2","na');
    const again = await openPeople(directory);
    t.match(again.of('P-1'), { name: 'Ana Maria' });
    await again.note({ ...ana, id: 'P-3' });
    t.match((await openPeople(directory)).of('P-3'), { name: 'Ana' });
  },
);

void t.test('an unchanged person is not written again', async (t) => {
  const directory = await temporaryDirectory(t);
  const people = await openPeople(directory);
  await people.note(ana);
  const before = await readFile(`${directory}/people.jsonl`, 'utf8');
  await people.note({ ...ana });
  t.equal(await readFile(`${directory}/people.jsonl`, 'utf8'), before);
});

void t.test('an erased person is gone from the file, and the chain still verifies', async (t) => {
  const { directory, log } = await aLog(t);
  await log.append(anAlarm(1));
  const people = await openPeople(directory);
  await people.note(ana);
  t.ok(await people.erase('P-1'));
  await log.close();

  t.notMatch(await readFile(`${directory}/people.jsonl`, 'utf8'), /Ana|ana@/);
  t.notOk(await people.erase('P-1'));
  t.strictSame((await verify([directory])).faults, []);
});

void t.test('a person with a hostile name is one line of printable ASCII', async (t) => {
  const directory = await temporaryDirectory(t);
  const people = await openPeople(directory);
  const name = 'a\u2028b\u0085c\u202e"},{\n';
  await people.note({ ...ana, name });
  const text = await readFile(`${directory}/people.jsonl`, 'utf8');
  t.match(text, /^\n[\x20-\x7e]+\n$/);
  t.match((await openPeople(directory)).of('P-1'), { name });
});
