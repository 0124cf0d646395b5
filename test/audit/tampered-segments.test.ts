import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import t, { type Test } from 'tap';
import { checkingKeyOf } from '../../gateway/audit/checkpoint.ts';
import { parseSegmentName, segmentName } from '../../gateway/audit/segment-name.ts';
import { verify } from '../../gateway/audit/verify.ts';
import { mustNotBeBehind } from '../../gateway/audit-heads.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';
import { agree } from './both-verifiers.ts';
import { aLog, anAlarm, segmentPaths } from './logs.ts';
import { aPair, aSignedLog, rechained, type SignedLog } from './signed-logs.ts';

/** A signed log of some segments, and another node's whose checkpoints name its end. */
async function aWitnessedLog(t: Test) {
  const log = await aSignedLog(t, { options: { segmentBytes: 2_560 } });
  const other = await aLog(t, {
    signing: { key: log.signingKey, every: 10, heads: () => [log.head] },
  });
  await other.log.append(anAlarm(1));
  await other.log.close();
  return { log, other: other.directory };
}

type Tamper = (directory: string, paths: readonly string[]) => Promise<void>;

const lastTwoGone: Tamper = async (_, paths) => {
  for (const path of paths.slice(-2)) await rm(path);
};

/** What is done to segments, and whether the files alone show it. */
const tamperings: readonly (readonly [what: string, isSeenAlone: boolean, Tamper])[] = [
  ['its first segment taken away', true, async (_, [first = '']) => rm(first)],
  ['a segment in the middle taken away', true, async (_, paths) => rm(paths[2] ?? '')],
  ['its last two segments taken away, with their checkpoints', false, lastTwoGone],
  [
    'two segments in each other’s place',
    true,
    async (_, [, second = '', third = '']) => {
      const [one, two] = [await readFile(second), await readFile(third)];
      await writeFile(second, two);
      await writeFile(third, one);
    },
  ],
  [
    'a segment doubled as the next one',
    true,
    async (directory, paths) => {
      const last = paths.at(-1) ?? '';
      const { chain = '', segment = 0 } = parseSegmentName(basename(last)) ?? {};
      await writeFile(join(directory, segmentName(chain, segment + 1)), await readFile(last));
    },
  ],
  [
    'a segment in the middle cut short',
    true,
    async (_, paths) => {
      const bytes = await readFile(paths[2] ?? '');
      await writeFile(paths[2] ?? '', bytes.subarray(0, bytes.indexOf(0x0a, bytes.length / 2) + 1));
    },
  ],
  [
    'its last segment cut short, with its checkpoints',
    false,
    async (_, paths) => {
      const last = paths.at(-1) ?? '';
      const bytes = await readFile(last);
      await writeFile(last, bytes.subarray(0, bytes.indexOf(0x0a) + 1));
    },
  ],
  [
    'all of it written anew without the key',
    false,
    async (_, paths) => {
      const texts = await Promise.all(paths.map((path) => readFile(path, 'utf8')));
      const lines = texts.flatMap((text) => text.split('\n'));
      const forged = rechained(lines.filter((line) => !/"type":"(audit.checkpoint|segment\.)/.test(line)));
      const [first = '', ...rest] = paths;
      const opened = lines[0] ?? '';
      await writeFile(first, rechained([opened, ...forged.split('\n')]));
      for (const path of rest) await rm(path);
    },
  ],
];

for (const [what, isSeenAlone, tamper] of tamperings)
  void t.test(`${what}: no witness calls it attested, and each names it`, async (t) => {
    const { log, other } = await aWitnessedLog(t);
    const { keyFile, key, anchorFile, chain } = log;
    const paths = await segmentPaths(log.directory);
    t.ok(paths.length >= 5, `${paths.length} segments`);
    const honest = await verify([log.directory], { keys: [key], anchors: [anchorFile] });
    t.match(honest, { faults: [], chains: [{ attestation: 'attested' }] }, 'untouched it is attested');
    await tamper(log.directory, paths);

    const alone = await agree(t, log.directory, 'with nothing');
    t.equal(alone.faults.length > 0, isSeenAlone, 'as far as the files alone show it');
    t.strictSame(alone.attested, [], 'without a witness nothing is attested');
    const keyed = await agree(t, log.directory, 'with the key', { keyFile, anchors: [] });
    t.strictSame(keyed.attested, []);
    const anchored = await agree(t, log.directory, 'with key and anchor', { keyFile, anchors: [anchorFile] });
    t.ok(anchored.faults.length > 0, 'the anchor names it');
    t.strictSame(anchored.attested, []);

    const beside = await temporaryDirectory(t);
    for (const name of [...(await readdir(log.directory))])
      await cp(join(log.directory, name), join(beside, name));
    for (const path of await segmentPaths(other)) await cp(path, join(beside, basename(path)));
    const besideOther = await agree(t, beside, 'with another node’s checkpoints', { keyFile, anchors: [] });
    t.ok(besideOther.faults.length > 0, 'so do the checkpoints of another node');

    await heldByTheStore(t, log, isSeenAlone);
    t.equal(chain, log.head.chain);
  });

/** Where the files go on from what was done to them, a node that is started on them finds the store's head before it writes. */
async function heldByTheStore(t: Test, { directory, head }: SignedLog, isSeenAlone: boolean): Promise<void> {
  if (isSeenAlone) return;
  const store = { heads: async () => [head] };
  await t.rejects(
    aLog(t, {
      directory,
      onStand: async (stand) => void (await mustNotBeBehind(store, stand, undefined, async () => undefined)),
    }),
    { code: 'AUDIT_ROLLED_BACK' },
    'and a node does not start on it',
  );
}

void t.test('a log forged whole with another key is attested by no anchor', async (t) => {
  const log = await aSignedLog(t);
  const forged = await aSignedLog(t, { signingKey: aPair().signingKey });
  const { faults, chains } = await verify([forged.directory], {
    keys: [checkingKeyOf(await readFile(log.keyFile, 'utf8'))],
    anchors: [log.anchorFile],
  });
  t.ok(faults.length > 0);
  t.match(chains, [{ attestation: 'unattested' }]);
});
