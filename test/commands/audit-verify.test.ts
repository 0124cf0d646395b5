import { readFile, writeFile } from 'node:fs/promises';
import t from 'tap';
import { aLog, anAlarm, segmentPaths } from '../audit/logs.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';
import { sluice } from './client/operator.ts';

/** Runs `sluice audit verify`. */
const auditVerify = (...args: readonly string[]) => sluice({}, 'audit', 'verify', ...args);

async function aDirectory(t: Parameters<typeof aLog>[0]): Promise<string> {
  const { directory, log } = await aLog(t);
  await log.append(anAlarm(1));
  await log.append({
    type: 'operation.started',
    operationId: 'O-\u001b[2J\u009b1',
    principalId: 'P-1',
    repository: 'hub/app',
    right: 'fetch',
    door: 'https',
    address: '192.0.2.1',
    grantIds: ['G-1'],
    endsAt: 1,
    basis: { seq: 1, now: 1, grants: [], locks: [], policy: 'x', groups: [], decide: 1 },
  });
  await log.close();
  return directory;
}

void t.test('content is 0, says how far, and that nothing attests it', async (t) => {
  const { code, out } = await auditVerify(await aDirectory(t));
  t.equal(code, 0);
  t.match(out, /complete to 4 of \d{4}-.*Z .*unattested/);
  t.match(out, /1 operations without an end/);
  t.notMatch(out, /[\u001b\u009b]/, 'nothing out of the log acts on the terminal');
});

void t.test('a fault is 1, and names file, line and what', async (t) => {
  const directory = await aDirectory(t);
  const [path = ''] = await segmentPaths(directory);
  await writeFile(path, (await readFile(path, 'latin1')).replace('number 1', 'number 2'));
  const { code, out } = await auditVerify(directory);
  t.equal(code, 1);
  t.match(out, `FAULT ${path}:2 (byte `);
});

void t.test('--json is one object', async (t) => {
  const { code, out } = await auditVerify('--json', await aDirectory(t));
  t.equal(code, 0);
  t.match(JSON.parse(out), {
    chains: [{ attestation: 'unattested', lastSeq: 4 }],
    faults: [],
    repeatedEvents: 0,
  });
});

void t.test('nothing to read, and no path, are 2', async (t) => {
  const directory = await temporaryDirectory(t);
  for (const args of [[directory], []]) {
    const { code, err } = await auditVerify(...args);
    t.equal(code, 2, args.join(' '));
    t.not(err, '');
  }
});
