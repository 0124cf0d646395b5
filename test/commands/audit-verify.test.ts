import { readFile, writeFile } from 'node:fs/promises';
import t from 'tap';
import { aLog, anAlarm, segmentPaths } from '../audit/logs.ts';
import { aSignedLog } from '../audit/signed-logs.ts';
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

void t.test('no fault without a witness is 3, says how far, and that nothing attests it', async (t) => {
  const { code, out } = await auditVerify(await aDirectory(t));
  t.equal(code, 3);
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
  t.equal(code, 3);
  t.match(JSON.parse(out), {
    chains: [{ attestation: 'unattested', lastSeq: 4 }],
    faults: [],
    repeatedEvents: 0,
  });
});

void t.test(
  'an anchor that reaches the last checkpoint is 0; the key alone is 3; an anchor without a key is 2',
  async (t) => {
    const { directory, keyFile, anchorFile, head } = await aSignedLog(t);
    const attested = await auditVerify(directory, '--key', keyFile, '--anchor', anchorFile);
    t.equal(attested.code, 0);
    t.match(attested.out, `attested to ${head.seq - 1} by the anchor ${anchorFile}:`);
    t.equal((await auditVerify(directory, '--key', keyFile)).code, 3);
    t.match(await auditVerify(directory, '--anchor', anchorFile), { code: 2, err: /without --key/ });
  },
);

void t.test('a key that was exchanged is verified with both, and found with one', async (t) => {
  const directory = await temporaryDirectory(t);
  const old = await aSignedLog(t, { options: { directory } });
  const later = await aSignedLog(t, { options: { directory } });
  const anchorFile = `${await temporaryDirectory(t)}/anchors.jsonl`;
  await writeFile(anchorFile, `${[...old.anchors, ...later.anchors].join('\n')}\n`);
  const anchored = ['--anchor', anchorFile];
  const both = await auditVerify(directory, '--key', old.keyFile, '--key', later.keyFile, ...anchored);
  t.match(both, { code: 0, out: `attested to ${later.head.seq - 1} ` });
  for (const keyFile of [old.keyFile, later.keyFile])
    t.equal((await auditVerify(directory, '--key', keyFile, ...anchored)).code, 1, keyFile);
});

void t.test('an anchor older than the last checkpoint is 3, and says how far it reaches', async (t) => {
  const { directory, keyFile, anchorFile, anchors } = await aSignedLog(t);
  await writeFile(anchorFile, `${anchors[1]}\n`);
  const { code, out } = await auditVerify(directory, '--key', keyFile, '--anchor', anchorFile);
  t.equal(code, 3);
  t.match(out, /attested to \d+ by the anchor .*; unattested behind that/);
});

void t.test('nothing to read, and no path, are 2', async (t) => {
  const directory = await temporaryDirectory(t);
  for (const args of [[directory], []]) {
    const { code, err } = await auditVerify(...args);
    t.equal(code, 2, args.join(' '));
    t.not(err, '');
  }
});
