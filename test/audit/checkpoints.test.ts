import { readFile, rm, writeFile } from 'node:fs/promises';
import t, { type Test } from 'tap';
import { checkingKeyOf, signingKeyOf } from '../../gateway/audit/checkpoint.ts';
import { type Verification, verify } from '../../gateway/audit/verify.ts';
import { failingDisk } from './failing-disk.ts';
import { aLog, anAlarm, linesOf, segmentPaths } from './logs.ts';
import { aPair, aSignedLog, rechained, type SignedLog } from './signed-logs.ts';

/** The first segment's lines written anew, and what `verify` then says with no key, with the key, and with anchors too. */
async function changed(
  t: Test,
  change: (lines: readonly string[]) => string,
): Promise<
  SignedLog & { readonly bare: Verification; readonly keyed: Verification; readonly witnessed: Verification }
> {
  const log = await aSignedLog(t);
  const [path = ''] = await segmentPaths(log.directory);
  const lines = (await readFile(path, 'latin1')).trimEnd().split('\n');
  await writeFile(path, change(lines), 'latin1');
  const keys = [log.key];
  return {
    ...log,
    bare: await verify([log.directory]),
    keyed: await verify([log.directory], { keys }),
    witnessed: await verify([log.directory], { keys, anchors: [log.anchorFile] }),
  };
}

const joined = (lines: readonly string[]): string => `${lines.join('\n')}\n`;
const isCheckpoint = (line: string): boolean => line.includes('audit.checkpoint');

void t.test('a log as it was written is attested to its last checkpoint by the anchor', async (t) => {
  const { bare, keyed, witnessed, head } = await changed(t, joined);
  t.match(bare, { faults: [], chains: [{ attestation: 'unattested', signedCheckpoints: 0 }] });
  t.match(keyed, { faults: [], chains: [{ attestation: 'unattested', lastSigned: { seq: head.seq - 1 } }] });
  t.match(witnessed, { faults: [], chains: [{ attestation: 'attested', attestedTo: head.seq - 1 }] });
});

void t.test('never more lines than a checkpoint announces stand before the next', async (t) => {
  const { directory } = await aSignedLog(t);
  const places = (await linesOf(directory)).flatMap((line, i) => (isCheckpoint(line) ? [i] : []));
  const gaps = places.map((place, i) => place - (places[i - 1] ?? -1) - 1);
  t.ok(gaps.length > 4 && gaps.every((gap) => gap <= 10), gaps.join());
});

void t.test(
  'a tail cut off with its checkpoints is seen by the anchor alone, and never called attested',
  async (t) => {
    const { keyed, witnessed, anchorFile } = await changed(t, (lines) => joined(lines.slice(0, 20)));
    t.match(keyed, { faults: [], chains: [{ attestation: 'unattested' }] });
    t.match(witnessed, { chains: [{ attestation: 'unattested' }] });
    t.match(witnessed.faults, [
      { line: 21, what: new RegExp(`is not here: the anchor ${anchorFile}:\\d+ attests`) },
    ]);
  },
);

void t.test('a log written anew without the key is found at its first checkpoint', async (t) => {
  const { bare, keyed, witnessed } = await changed(t, (lines) =>
    rechained(lines.map((line) => line.replace('number 12"', 'number 99"'))),
  );
  t.strictSame(bare.faults, [], 'without a key there is nothing against it');
  t.match(keyed.faults, [{ what: /a signature that its key did not make/ }]);
  t.match(witnessed.faults, [{ what: /the entry \d+ that the anchor .* attests/ }]);
});

void t.test('a log written anew with another key is signed by none that was given', async (t) => {
  const log = await aSignedLog(t);
  const other = aPair();
  const { publicPem } = other;
  const keys = [checkingKeyOf(publicPem)];
  t.match(await verify([log.directory], { keys }), {
    faults: [],
    chains: [{ attestation: 'unattested', signedCheckpoints: 0, checkpoints: log.anchors.length }],
  });
});

void t.test(
  'a log written anew without its checkpoints is unattested by the key, and a fault to the anchor',
  async (t) => {
    const { keyed, witnessed } = await changed(t, (lines) =>
      rechained(lines.filter((line) => !isCheckpoint(line))),
    );
    t.match(keyed, { faults: [], chains: [{ attestation: 'unattested', checkpoints: 0 }] });
    t.match(witnessed.faults, [{ what: /the anchor .* attests/ }]);
  },
);

void t.test(
  'checkpoints left out behind one that is signed are missed at the line where the next was promised',
  async (t) => {
    const { keyed } = await changed(t, (lines) => {
      const second = lines.findIndex((line, i) => i > 5 && isCheckpoint(line));
      return rechained(lines.filter((line, i) => i < second || !isCheckpoint(line)));
    });
    t.match(keyed.faults, [{ what: /is the 11th entry without a checkpoint/ }]);
  },
);

void t.test('a whole chain taken away is a fault of the anchor that attests it', async (t) => {
  const [gone, here] = [await aSignedLog(t), await aSignedLog(t)];
  const options = { keys: [gone.key, here.key], anchors: [gone.anchorFile, here.anchorFile] };
  const { faults } = await verify([here.directory], options);
  t.match(faults, [{ file: gone.anchorFile, what: `of chain ${gone.chain}, of which nothing is here` }]);
});

void t.test('a last segment taken away is a fault of the anchor', async (t) => {
  const log = await aSignedLog(t, { options: { segmentBytes: 4_096 } });
  const paths = await segmentPaths(log.directory);
  await rm(paths.at(-1) ?? '');
  const { faults } = await verify([log.directory], { keys: [log.key], anchors: [log.anchorFile] });
  t.match(faults, [{ file: paths.at(-2), what: /the anchor .* attests entry/ }]);
});

void t.test('a chain cut off is seen in what the checkpoints of another node say of it', async (t) => {
  const cut = await aSignedLog(t);
  const { directory } = await aSignedLog(t, { signingKey: cut.signingKey, heads: () => [cut.head] });
  const options = { keys: [cut.key] };
  t.strictSame((await verify([cut.directory, directory], options)).faults, []);
  const [path = ''] = await segmentPaths(cut.directory);
  await writeFile(path, joined((await readFile(path, 'latin1')).split('\n').slice(0, 20)));
  const { faults } = await verify([cut.directory, directory], options);
  t.match(faults, [{ file: path, line: 21, what: /checkpoint \d+ of chain A-\w+ attests entry/ }]);
  t.match(await verify([directory], options), { faults: [], chainsElsewhere: [{ chain: cut.chain }] });
});

void t.test('an anchor that was changed, or is none, is a fault of its own line', async (t) => {
  const { directory, key, anchors, anchorFile } = await aSignedLog(t);
  const [first = '', second = ''] = anchors;
  await writeFile(anchorFile, joined([first, rechained([second]).trimEnd(), 'hello', '']));
  const { faults } = await verify([directory], { keys: [key], anchors: [anchorFile] });
  t.match(faults, [
    { file: anchorFile, line: 2, what: /a signature/ },
    { file: anchorFile, line: 3, what: /not JSON/ },
  ]);
});

void t.test('a chain goes from one key to another, and verifies with both', async (t) => {
  const first = await aSignedLog(t);
  const { publicPem, signingKey } = aPair();
  const { log } = await aLog(t, { directory: first.directory, signing: { key: signingKey, every: 10 } });
  for (let i = 0; i < 30; i += 1) await log.append(anAlarm(i));
  await log.close();
  t.strictSame((await verify([first.directory], { keys: [first.key, checkingKeyOf(publicPem)] })).faults, []);
  t.match((await verify([first.directory], { keys: [first.key] })).faults, [{ what: /promised/ }]);
});

void t.test('a head that stays unsigned is signed after a time, without another entry', async (t) => {
  let told: (line: string) => void = () => undefined;
  // The log's own clock holds no process up.
  const alive = setInterval(() => undefined, 1_000);
  t.teardown(() => clearInterval(alive));
  const { log } = await aLog(t, {
    signing: { key: aPair().signingKey, everyMs: 5 },
    onCheckpoint: (line) => told(line),
  });
  const checkpoint = new Promise<string>((resolve) => {
    told = resolve;
  });
  const { seq } = await log.append(anAlarm(1));
  t.match(JSON.parse(await checkpoint), { type: 'audit.checkpoint', seq: seq + 1 });
});

void t.test(
  'a writer that comes back after a disk that failed, or a crash, keeps its promise of checkpoints',
  async (t) => {
    const disk = failingDisk();
    const { signingKey, publicPem } = aPair();
    const options = { signing: { key: signingKey, every: 10 }, disk, retryMs: 0, segmentBytes: 6_000 };
    const { directory, log } = await aLog(t, options);
    for (let i = 0; i < 60; i += 1) {
      disk.fault = i % 7 === 3 ? 'sync' : 'none';
      await log.append(anAlarm(i)).catch(() => undefined);
    }
    await log.close();
    t.strictSame((await verify([directory], { keys: [checkingKeyOf(publicPem)] })).faults, []);
  },
);

void t.test('who verifies is not to hold the private key, and a key of another kind is told', (t) => {
  t.throws(() => checkingKeyOf('-----BEGIN PRIVATE KEY-----'), { code: 'AUDIT_KEY', message: /private key/ });
  t.throws(() => signingKeyOf('x'), { code: 'AUDIT_KEY', message: /certs init/ });
  t.end();
});
