import t from 'tap';
import { isRefusal } from '../../gateway/grants/refusal.ts';
import { newestGrants } from '../store/recorded.ts';
import { aPolicy, asked, aTown, hour, people } from './samples.ts';

void t.test(
  'rules that ask nobody grant at once; automatic ones issue one grant and none after a revocation',
  async (t) => {
    const town = aTown();
    const { dev, ana } = await people(town);
    t.match(await asked(town, dev, 'hub/ask'), { state: { kind: 'approved' } });

    t.ok(await town.elevations.grantAutomatically(dev, 'hub/open', 'fetch'));
    t.notOk(await town.elevations.grantAutomatically(dev, 'hub/app', 'fetch'));
    const grant = (await newestGrants(town.store, dev.id)).find(
      (held) => held.grant.scope.repository === 'hub/open',
    );
    const admin = await town.person('admin', ['admins']);
    await town.elevations.revoke({ grantId: grant?.grant.id ?? '', by: admin, reason: 'stop' });
    t.notOk(
      await town.elevations.grantAutomatically(dev, 'hub/open', 'fetch'),
      'a revocation is not undone by the next command',
    );
    t.notOk(
      isRefusal(
        await town.elevations.ask({
          by: ana,
          scopes: [{ repository: 'hub/open', right: 'fetch' }],
          durationMs: hour,
          reason: '',
        }),
      ),
    );
  },
);

void t.test(
  'the several operations of one moment get one automatic grant, and later ones reuse it',
  async (t) => {
    const town = aTown();
    const { dev } = await people(town);
    const grant = () => town.elevations.grantAutomatically(dev, 'hub/open', 'fetch');

    t.strictSame(await Promise.all([grant(), grant(), grant()]), [true, true, true]);
    t.ok(await grant());
    t.equal((await newestGrants(town.store)).length, 1);
    town.now += hour;
    t.ok(await grant(), 'and once it ended there is another');
    t.equal((await newestGrants(town.store)).length, 2);
  },
);

void t.test('an automatic grant is a real one: with its request, its end and its entries', async (t) => {
  const town = aTown();
  const { dev } = await people(town);
  await town.elevations.grantAutomatically(dev, 'hub/open', 'fetch');

  const [held] = await newestGrants(town.store);
  t.match(held, { grant: { endsAt: town.now + hour, approvers: [] }, state: { kind: 'live' } });
  t.match(await town.store.request(held?.grant.requestId ?? ''), {
    state: { kind: 'approved', grantIds: [held?.grant.id] },
  });
  t.strictSame(
    town.events.map(({ type }) => type),
    ['request.created', 'request.approved', 'grant.issued'],
  );
});

void t.test('what its holder ended comes back by itself, what a lock stops does not', async (t) => {
  const town = aTown();
  const { dev } = await people(town);
  const grant = () => town.elevations.grantAutomatically(dev, 'hub/open', 'fetch');
  await grant();
  const [held] = await newestGrants(town.store);
  await town.elevations.revoke({ grantId: held?.grant.id ?? '', by: dev, reason: 'done for today' });
  t.ok(await grant());

  town.now += hour;
  const lock = {
    id: 'L-1',
    on: { kind: 'everything' as const },
    except: [],
    reason: 'freeze',
    by: 'P-9',
    createdAt: town.now,
  };
  await town.store.lock(lock, { type: 'lock.made', body: {} });
  t.notOk(await grant());
});

void t.test('a narrower grant got by asking does not stand in the way of the automatic one', async (t) => {
  const town = aTown();
  const { dev } = await people(town);
  town.policy = aPolicy(
    '\n  - { match: hub/open, requesters: [everyone], push: { approval: automatic, maxDuration: 1h } }\n',
  );
  await town.elevations.ask({
    by: dev,
    scopes: [{ repository: 'hub/open', right: 'push', refs: ['refs/heads/fix'] }],
    durationMs: hour,
    reason: '',
  });
  t.ok(await town.elevations.grantAutomatically(dev, 'hub/open', 'push'));

  t.equal((await newestGrants(town.store)).length, 2);
});
