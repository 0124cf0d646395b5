/** What the screenshots show: a demo in which people asked, answered, cloned, were refused, cut and locked out, by real git. */
import { setTimeout } from 'node:timers/promises';
import type { demoPeople } from '../e2e/demo-people.ts';

export type People = Awaited<ReturnType<typeof demoPeople>>;
export type Situation = Awaited<ReturnType<typeof makeSituation>>;

const fetchOf = (repository: string) => ({ repository, right: 'fetch' });
const pushTo = (repository: string, refs: readonly string[] = ['refs/heads/**']) => ({
  repository,
  right: 'push',
  refs,
});

/** Makes it; answers the ids that screens are opened with. */
export async function makeSituation({ api, git, gitAddress }: People) {
  const done = async (account: 'developer' | 'approver' | 'admin', path: string, body: object) => {
    const answer = await api(account, path, body);
    if (answer.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const ask = (scope: object, duration: string, reason: string) =>
    done('developer', 'requests', { scopes: [scope], duration, reason });
  const client = await git();
  const address = gitAddress('developer');

  await client.run(['clone', `${address}/demo/app`, 'refused']);
  const app = await ask(
    pushTo('demo/app'),
    '2h',
    'SHOP-4127: mend the rounding of totals before the release',
  );
  await done('approver', `requests/${app.id}/approve`, {});
  const clone = await ask(fetchOf('demo/app'), '1h', 'SHOP-4127: look at what the totals are made of');
  await done('approver', `requests/${clone.id}/approve`, { comment: 'an hour will do' });
  await client.must(['clone', `${address}/demo/app`, 'app']);
  const cwd = `${client.directory}/app`;
  await client.must(['commit', '--allow-empty', '-m', 'round totals half up'], { cwd });
  await client.must(['push', 'origin', 'HEAD:refs/heads/fix-totals'], { cwd });

  const docs = await ask(fetchOf('demo/docs'), '4h', 'write up how refunds are booked');
  await done('approver', `requests/${docs.id}/deny`, {
    comment: 'the copy on the wiki is current; ask again if it is not',
  });
  await ask(fetchOf('demo/billing'), '30m', 'OPS-311: compare what staging sends with what is in main');
  const waiting = await ask(
    pushTo('demo/payments', ['refs/heads/hotfix/**']),
    '1h',
    'INC-2207: payments of customers with two cards fail since 14:10; the change is reviewed and small',
  );

  const critical = await ask(
    fetchOf('demo/vault'),
    '30m',
    'OPS-320: the restore drill needs the keys of the old backups',
  );

  const slow = await ask(fetchOf('demo/slow'), '40s', 'OPS-318: a whole copy for the restore drill');
  await done('approver', `requests/${slow.id}/approve`, {});
  const cut = client.start(['clone', `${address}/demo/slow`, 'cut']);
  const running = async () => (await api('admin', 'operations?live=true')).body.operations;
  for (let list = await running(); list.length === 0; list = await running());
  const [operation] = await running();
  await done('admin', `operations/${operation.id}/cut`, { reason: 'the laptop was reported stolen' });
  await cut.finished;

  await done('admin', 'locks', {
    repository: 'demo/legacy',
    right: 'push',
    reason: 'it is being moved to demo/app',
    until: '2d',
  });
  let clones = 0;
  return {
    requestId: waiting.id as string,
    criticalId: critical.id as string,
    deniedId: docs.id as string,
    /** A request that waits, which whoever asks for it may decide. */
    async askForLegacy(): Promise<string> {
      return (await ask(fetchOf('demo/legacy'), '1h', 'look up how the old importer read dates')).id;
    },
    /** Has something running: a clone of 20 MB at 200 kB/s, under a grant of 40 s. */
    async haveSomethingRun(): Promise<void> {
      const isFresh = ({ startedAt, bytesDown }: { startedAt: number; bytesDown: number }) =>
        startedAt > Date.now() - 20_000 && bytesDown > 0;
      if ((await running()).some(isFresh)) return;
      const again = await ask(fetchOf('demo/slow'), '40s', 'OPS-318: once more, from the desk');
      await done('approver', `requests/${again.id}/approve`, {});
      clones += 1;
      const clone = client.start(['clone', `${address}/demo/slow`, `slow-${clones}`]);
      let isOver = false;
      void clone.finished.then(() => {
        isOver = true;
      });
      while (!(await running()).some(isFresh)) {
        if (isOver) throw new Error((await clone.finished).stderr);
        // The gateway is in this process, and has to have its turn.
        await setTimeout(50);
      }
    },
  };
}
