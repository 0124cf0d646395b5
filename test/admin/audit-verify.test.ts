import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { checkingPemOf } from '../../gateway/audit/checkpoint.ts';
import { openPeople } from '../../gateway/audit/people.ts';
import { openForAuditors } from '../../gateway/for-auditors.ts';
import { memoryStore } from '../../gateway/store/memory-store.ts';
import { aLog, anAlarm, segmentPaths } from '../audit/logs.ts';
import { aPair } from '../audit/signed-logs.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';
import { anAdminGateway } from './admin-gateway.ts';

t.setTimeout(120_000);

/** The API over a log of 40 alarms that is open and signed, its checkpoints kept in a witness file too. */
async function overASignedLog(t: Test) {
  const { signingKey } = aPair();
  const anchors: string[] = [];
  const { log, directory } = await aLog(t, {
    signing: { key: signingKey, every: 10 },
    onCheckpoint: (line) => anchors.push(line),
  });
  for (let i = 0; i < 40; i += 1) await log.append(anAlarm(i));
  const witnessFile = join(await temporaryDirectory(t), 'checkpoints.jsonl');
  const witness = () => writeFile(witnessFile, anchors.map((line) => `${line}\n`).join(''));
  await witness();
  const people = await openPeople(directory);
  const { close, ...forAuditors } = openForAuditors({
    config: () => ({ ...gateway.config.audit, directory, witnessFile }),
    audit: log,
    people,
    checkingKeys: async () => [checkingPemOf(signingKey)],
    others: () => [],
    store: memoryStore({ nodeId: 'another' }),
    onStoreTrouble: (error) => {
      throw error;
    },
    onTrouble: () => undefined,
  });
  const gateway = await anAdminGateway(t, forAuditors);
  t.teardown(async () => {
    await close();
    await people.close();
  });
  const auditor = await gateway.token('auditor');
  return { log, directory, anchors, witness, witnessFile, gateway, auditor };
}

void t.test('a log that runs is complete to its last entry and attested by its witness file', async (t) => {
  const { log, gateway, auditor, witnessFile, anchors } = await overASignedLog(t);
  const { status, body } = await gateway.get('/api/audit/verify', auditor);
  const { seq, hash } = log.head();
  t.match(
    { status, standing: body.standing, anchor: body.anchor },
    {
      status: 200,
      standing: 'attested',
      anchor: 'read',
    },
  );
  const attestedTo = JSON.parse(anchors.at(-1) ?? '').seq;
  t.strictSame(body.chains.length, 1);
  t.match(body.chains[0], { chain: log.chain, lastSeq: seq, attestation: 'attested', attestedTo });
  t.match(body.lines[1], `complete to ${seq} of `);
  t.ok(
    body.lines[1].endsWith(
      `(${hash.slice(0, 16)}…), attested to ${attestedTo} by the anchor ${witnessFile}:${anchors.length}`,
    ),
  );
});

void t.test('that somebody verified is on record, and before it is done', async (t) => {
  const { log, gateway, auditor } = await overASignedLog(t);
  const { id } = await gateway.principalOf('auditor');
  const before = log.head().seq;
  const { body } = await gateway.get('/api/audit/verify', auditor);
  t.equal(body.chains[0].lastSeq, before + 1);
  const { entries } = (await gateway.get('/api/audit?type=audit.read&order=oldest', auditor)).body;
  t.match(entries[0], { principalId: id, what: 'verify', count: 1 });
});

void t.test('an entry that was changed is a fault, named by file, line and byte', async (t) => {
  const { directory, gateway, auditor } = await overASignedLog(t);
  const [path = ''] = await segmentPaths(directory);
  const text = await readFile(path, 'utf8');
  await writeFile(path, text.replace('number 7"', 'number 8"'));
  const { body } = await gateway.get('/api/audit/verify', auditor);
  t.equal(body.standing, 'fault');
  t.match(body.lines.at(-1), new RegExp(`^FAULT ${path}:\\d+ \\(byte \\d+\\) `));
});

void t.test('without its witness file a log is whole and unattested', async (t) => {
  const { gateway, auditor, witnessFile } = await overASignedLog(t);
  await rm(witnessFile);
  const { body } = await gateway.get('/api/audit/verify', auditor);
  t.match(body, { standing: 'unattested', anchor: 'unreadable' });
  t.match(body.lines[1], /unattested: what was cut off behind it cannot be seen in the files alone$/);
});

void t.test('one who is no auditor is refused, and two at once are one after the other', async (t) => {
  const { gateway, auditor } = await overASignedLog(t);
  const admin = await gateway.token('admin');
  t.match(await gateway.get('/api/audit/verify', admin), { status: 403, body: { error: 'role-missing' } });
  const answers = await Promise.all([1, 2].map(() => gateway.get('/api/audit/verify', auditor)));
  t.strictSame(answers.map(({ status }) => status).toSorted(), [200, 429]);
});
