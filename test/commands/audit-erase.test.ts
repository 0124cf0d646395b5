import { readFile } from 'node:fs/promises';
import t from 'tap';
import { openPeople } from '../../gateway/audit/people.ts';
import { verify } from '../../gateway/audit/verify.ts';
import { aLog, anAlarm } from '../audit/logs.ts';
import { sluice } from './client/operator.ts';

const erase = (id: string, directory: string) => sluice({}, 'audit', 'erase', id, '--directory', directory);

void t.test('a person erased is in no file of the directory, and the chain verifies as before', async (t) => {
  const { directory, log } = await aLog(t);
  const people = await openPeople(directory);
  await people.note({ id: 'P-1', name: 'Ana', email: 'ana@example.com' });
  await people.note({ id: 'P-2', name: 'Bo' });
  await log.append(anAlarm(1));

  t.match(await erase('P-1', directory), { code: 1, err: /./ }, 'not under a node that runs');
  await log.close();
  const before = await verify([directory]);
  t.match(await erase('P-1', directory), { code: 0, out: /P-1 is erased/ });
  const text = await readFile(`${directory}/people.jsonl`, 'utf8');
  t.notMatch(text, /Ana|ana@|P-1/);
  t.match(text, /Bo/);
  t.strictSame(await verify([directory]), before);
  t.match(await erase('P-1', directory), { code: 1, err: /nobody has the id P-1/ });
});
