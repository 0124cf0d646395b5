import { rm } from 'node:fs/promises';
import t from 'tap';
import type { SealedEntry } from '../../gateway/audit/line.ts';
import { verify } from '../../gateway/audit/verify.ts';
import { replay } from '../../gateway/replay/replay.ts';
import { segmentPaths } from '../audit/logs.ts';
import { recordHistory } from './recorded-history.ts';
import { copied, type Tampering, tamperedWith } from './tampering.ts';

/** More with SLUICE_HISTORY_OPERATIONS, as CONTRIBUTING.md has it. */
const operations = Number(process.env.SLUICE_HISTORY_OPERATIONS ?? 300);

t.setTimeout(300_000 + operations * 100);

const seed = 7;
const { directories } = await recordHistory(t, operations, seed);

void t.test(
  `what two nodes record at both doors replays with every decision agreed (seed ${seed})`,
  async (t) => {
    const types = new Set<string>();
    const { decisions, grants, findings, gaps } = await replay(directories, {}, (entry) => {
      types.add('outcome' in entry ? `${entry.type} ${entry.outcome}` : entry.type);
    });
    t.strictSame(findings, []);
    t.strictSame(gaps, []);
    t.match(decisions, { disagreed: 0, undecidable: 0 });
    t.match(grants, { disagreed: 0, undecidable: 0 });
    t.ok(decisions.agreed > operations && grants.agreed > 40);
    for (const type of [
      'push.settled',
      'operation.refused',
      'operation.ended cut',
      'operation.ended upstream-failed',
      'grant.extended',
      'grant.revoked',
      'lock.lifted',
    ])
      t.ok(types.has(type), type);
  },
);

/** Changes the first entry that fits, on whichever node it stands. */
function once(fits: (entry: SealedEntry) => boolean, change: Tampering): Tampering {
  let done = false;
  return (entry) => {
    if (done || !fits(entry)) return [entry];
    done = true;
    return change(entry);
  };
}

/** What is found in copies that were changed and sealed anew, so that their chains verify. */
async function foundIn(
  t: Parameters<typeof tamperedWith>[0],
  tampering: Tampering,
): Promise<readonly string[]> {
  const copies = await tamperedWith(t, directories, tampering);
  const { faults } = await verify(copies);
  if (faults.length > 0) throw new Error(JSON.stringify(faults));
  const { findings } = await replay(copies);
  return findings.map(({ type, verdict, what }) => `${type} ${verdict}: ${what}`);
}

void t.test('a policy that was altered is found, and each decision that rests on it', async (t) => {
  const alter: Tampering = (entry) => {
    if (entry.type !== 'policy.loaded') return [entry];
    const document = (entry.document as string[])
      .join('')
      .replaceAll('"name":"developers"', '"name":"everybody"');
    return [{ ...entry, document: [document] }];
  };
  const found = await foundIn(t, alter);
  t.match(found[0], /^policy\.loaded disagreed: the policy [0-9a-f]{12} was altered$/);
  t.ok(found.some((line) => /^operation\.started disagreed: the policy/.test(line)));
});

void t.test('a grant that nobody asked for is found', async (t) => {
  const forge = once(
    ({ type }) => type === 'grant.issued',
    (entry) => [entry, { ...entry, grantId: 'G-F0RGED00', storeSeq: 1_000_000 }],
  );
  t.match(
    (await foundIn(t, forge)).find((line) => line.startsWith('grant.issued')),
    /^grant\.issued disagreed: G-F0RGED00 is none of the grants that R-\w+ was approved for$/,
  );
});

void t.test('a grant that was made longer than it was approved for is found', async (t) => {
  const lengthen = once(
    ({ type, scope }) => type === 'grant.issued' && JSON.stringify(scope).includes('hub/slow'),
    (entry) => [{ ...entry, endsAt: Number(entry.endsAt) + 1, latestEndsAt: Number(entry.latestEndsAt) + 1 }],
  );
  const found = await foundIn(t, lengthen);
  const [, grantId = 'none'] =
    found
      .map((line) =>
        /^grant\.issued disagreed: (G-\w+) is not what R-\w+, its answers and its policy make$/.exec(line),
      )
      .find((match) => match !== null) ?? [];
  t.not(grantId, 'none');
  t.strictSame(
    found.filter((line) => !line.includes(grantId)),
    [],
    'nothing else is called wrong',
  );
});

void t.test('an approval that the policy demands and nobody gave is found', async (t) => {
  const drop = once(
    ({ type }) => type === 'request.answered',
    () => [],
  );
  t.match(
    (await foundIn(t, drop))[0],
    /^grant\.issued disagreed: 1 of the approvals that the policy [0-9a-f]{12} demands for G-\w+ is nowhere in the log$/,
  );
});

void t.test('an operation outside its grant is found', async (t) => {
  const widen = once(
    ({ type }) => type === 'push.commands',
    (entry) => [{ ...entry, updates: [{ ...(entry.updates as object[])[0], ref: 'refs/notes/elsewhere' }] }],
  );
  t.ok(
    (await foundIn(t, widen)).includes(
      'push.commands disagreed: it was let through, and its inputs say outside-scope',
    ),
  );
});

void t.test('an operation on another repository than its grant is found', async (t) => {
  const move = once(
    ({ type, repository }) => type === 'operation.started' && repository === 'hub/app',
    (entry) => [{ ...entry, repository: 'hub/nobody-may' }],
  );
  t.ok(
    (await foundIn(t, move)).some((line) =>
      /^operation\.started disagreed: it was let through, and its inputs say no-grant/.test(line),
    ),
  );
});

void t.test('a revocation that was taken out is found by who was refused afterwards', async (t) => {
  const drop: Tampering = (entry) => (entry.type === 'grant.revoked' ? [] : [entry]);
  t.ok(
    (await foundIn(t, drop)).some((line) =>
      /^operation\.\w+ (disagreed|undecidable): the revocation of G-\w+/.test(line),
    ),
  );
});

void t.test('a decision that left a lock out is found', async (t) => {
  const locked: Tampering = once(
    ({ type }) => type === 'credential.issued',
    (entry) => [
      entry,
      {
        type: 'lock.made',
        lockId: 'L-F0RGED00',
        on: { kind: 'everything' },
        except: [],
        reason: 'never made',
        by: 'P-NOBODY00',
        // The first number was an enrolment's, which has no entry.
        storeSeq: 1,
        storeAt: Number(entry.storeAt),
        store: entry.store,
      },
    ],
  );
  t.ok(
    (await foundIn(t, locked)).some(
      (line) => line === 'operation.started disagreed: the lock L-F0RGED00 was left out',
    ),
  );
});

void t.test('a segment that is missing is found, and what hangs on it is not called wrong', async (t) => {
  const copies = await copied(t, directories);
  const paths = (await Promise.all(copies.map(segmentPaths))).find((paths) => paths.length > 2);
  await rm(paths?.[1] ?? '');
  const { gaps, decisions, findings } = await replay(copies);
  t.match(gaps, [{ what: /^entries \d+ to \d+ are missing$/ }]);
  t.ok(decisions.undecidable > 0 || findings.length === 0);
  t.ok(findings.every(({ what }) => !what.includes('nowhere in the log')));
});
