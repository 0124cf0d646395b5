import { readFile } from 'node:fs/promises';
import t from 'tap';
import { verify } from '../../gateway/audit/verify.ts';
import { makeAppRepository } from '../../gateway/demo/sample-repository.ts';
import { listenTo } from '../admin/told.ts';
import { gitClient } from '../servers/git.ts';
import { aSite, gitCredential, grantedBy, type Node } from './nodes.ts';

t.setTimeout(300_000);

interface Covered {
  readonly chain: string;
  readonly head: number;
  readonly here: boolean;
  readonly seen: readonly { readonly fromSeq: number; readonly toSeq: number }[];
  readonly missing: readonly unknown[];
}

interface Page {
  readonly entries: readonly Record<string, unknown>[];
  readonly coverage: readonly Covered[];
}

/** Nothing is on its way any more: how far a chain is comes by another way than its entries. */
const isWhole = (coverage: Page['coverage']): boolean =>
  coverage.every(({ missing }) => missing.length === 0);

/** Asks until the answer fits: what a node wrote is shared within a second. */
async function untilAnswered(
  node: Node,
  bearer: string,
  path: string,
  fits: (page: Page) => boolean,
): Promise<Page> {
  for (;;) {
    const { status, body } = await node.api(bearer, 'GET', path);
    if (status !== 200) throw new Error(JSON.stringify(body));
    const page = body as unknown as Page;
    if (fits(page)) return page;
  }
}

void t.test(
  'query, stream, replay and report over two nodes: one answers for both, and says what it has not seen',
  async (t) => {
    const site = await aSite(t);
    await makeAppRepository(site.repositories);
    const [one, two] = [await site.node('one'), await site.node('two')];
    const auditor = await site.provider.idToken('auditor');
    const [opened] = await one.entries();
    const chainOne = String(opened?.chain);
    const [openedTwo] = await two.entries();
    const chainTwo = String(openedTwo?.chain);

    const stream = await listenTo(
      t,
      `https://localhost:${two.httpsPort}/api/audit/stream?type=operation`,
      { authorization: `Bearer ${auditor}` },
      await readFile(site.caFile, 'utf8'),
    );
    await stream.hears(/event: ready\n.*\n\n/);
    const secret = await gitCredential(site, one, 'developer');
    const grant = await grantedBy(site, two, two, { repository: 'hub/app', right: 'fetch' });
    const git = await gitClient(t, { caFile: site.caFile });
    await git.must(['clone', one.address(secret, 'app.git'), 'one']);
    const told = await stream.hears(/"type":"operation.ended"/);
    t.match(told, `"chain":"${chainOne}"`, 'two streams what one wrote');
    t.notMatch(told, /"missing":\[\{/);

    // Issued on two and used on one.
    const page = await untilAnswered(
      two,
      auditor,
      `audit?grant=${grant}`,
      ({ entries, coverage }) => entries.some(({ type }) => type === 'operation.ended') && isWhole(coverage),
    );
    const of = (type: string) => page.entries.find((entry) => entry.type === type)?.chain;
    t.match(
      [of('grant.issued'), of('operation.started'), of('operation.ended')],
      [chainTwo, chainOne, chainOne],
    );
    for (const { chain, here, missing, seen } of page.coverage) {
      t.equal(here, chain === chainTwo);
      t.strictSame(missing, [], chain);
      t.match(seen, [{ fromSeq: 1 }], chain);
    }

    // Whose it was reads of it at either node, and nobody else does.
    const developer = await site.provider.idToken('developer');
    const own = async (node: Node, bearer: string) => (await node.api(bearer, 'GET', 'me/operations')).body;
    const atTwo = await own(two, developer);
    t.match(atTwo, {
      operations: [
        { repository: 'hub/app', right: 'fetch', door: 'https', outcome: 'completed', summary: 'completed' },
      ],
      credentialUses: [{ credentialId: /^C-/ }],
      partial: false,
    });
    const { now: _now, since: _since, ...answered } = atTwo;
    const { now: _, since: __, ...atOne } = await own(one, developer);
    t.strictSame(atOne, answered);
    t.match(await own(two, auditor), { operations: [], credentialUses: [] });

    // One dies with what it had not shared yet, and its next process makes up for it.
    await one.program.stop('SIGKILL');
    const again = await site.node('one');
    const last = (await again.entries()).length;
    const after = await untilAnswered(
      two,
      auditor,
      'audit?limit=1000',
      ({ coverage }) =>
        isWhole(coverage) &&
        coverage.some(({ chain, seen }) => chain === chainOne && (seen.at(-1)?.toSeq ?? 0) >= last),
    );
    const theirs = after.coverage.find(({ chain }) => chain === chainOne);
    t.strictSame(theirs?.missing, [], 'nothing of the dead process is missing');
    t.equal(theirs?.seen.length, 1);

    // Replay and report are of a node's own files, and name the other's.
    for (const [node, own, other] of [
      [again, chainOne, chainTwo],
      [two, chainTwo, chainOne],
    ] as const) {
      const { status, body } = await node.api(auditor, 'GET', 'audit/replay');
      t.equal(status, 200);
      t.match(body.replayed, {
        chains: [{ chain: own }],
        gaps: [{ chain: other, what: 'the files of this chain are not here' }],
        decisions: { disagreed: 0 },
      });
      const report = await node.api(auditor, 'GET', `audit/report?from=0&to=${Date.now() + 60_000}`);
      t.equal(report.status, 200);
      t.match(report.body.gaps, [{ chain: other }]);
    }
    const issued = await two.api(auditor, 'GET', `audit/report?from=0&to=${Date.now() + 60_000}`);
    t.match(issued.body.grants, [{ grantId: grant }], 'the report of the node that issued it has the grant');

    for (const node of [again, two]) await node.program.stop('SIGTERM');
    const { chains, faults } = await verify([again.auditDirectory, two.auditDirectory]);
    t.strictSame(faults, []);
    t.equal(chains.length, 2);
  },
);
