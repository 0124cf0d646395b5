import { mkdir, readFile, rmdir } from 'node:fs/promises';
import t from 'tap';
import { openWitnessFile } from '../../gateway/audit/witness-file.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';

void t.test('checkpoints stand in the file a line each, in their order', async (t) => {
  const path = `${await temporaryDirectory(t)}/checkpoints.jsonl`;
  const witness = openWitnessFile(path, (error) => t.fail(String(error)));
  for (const line of ['one', 'two', 'three']) witness.take(line);
  await witness.close();
  t.equal(await readFile(path, 'utf8'), 'one\ntwo\nthree\n');
});

void t.test(
  'what the file did not take is told, and written once it does, before what came later',
  async (t) => {
    const path = `${await temporaryDirectory(t)}/checkpoints.jsonl`;
    await mkdir(path);
    const troubles: unknown[] = [];
    let told: () => void = () => undefined;
    const trouble = new Promise<void>((resolve) => {
      told = resolve;
    });
    const witness = openWitnessFile(path, (error) => {
      troubles.push(error);
      told();
    });
    witness.take('one');
    await trouble;
    await rmdir(path);
    witness.take('two');
    await witness.close();
    t.match(troubles, [{ code: 'EISDIR' }]);
    t.equal(await readFile(path, 'utf8'), 'one\ntwo\n');
  },
);
