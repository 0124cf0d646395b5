import { randomBytes } from 'node:crypto';
import t from 'tap';
import { createIds } from '../../gateway/grants/ids.ts';
import type { RunningOperation } from '../../gateway/store/records.ts';
import { granted, seqOf } from '../store/recorded.ts';
import { anOperation } from '../store/samples.ts';
import { type AdminGateway, anAdminGateway } from './admin-gateway.ts';

const newId = createIds(randomBytes);
const reason = 'release freeze';

/** A fetch of the developer's that runs on another node. */
async function running({ store, principalOf }: AdminGateway): Promise<RunningOperation> {
  const { id: principalId } = await principalOf('developer');
  const scope = { repository: 'hub/app', right: 'fetch' as const, refs: [], kinds: [] };
  const grant = await granted(store, { principalId, scope });
  const operation = anOperation(grant, { id: newId('O'), right: 'fetch' });
  await store.enter(operation, await seqOf(store), 'first');
  return operation;
}

void t.test(
  'a lock is on exactly one thing, by its canonical name, and is listed until it is lifted',
  async (t) => {
    const gateway = await anAdminGateway(t);
    const admin = await gateway.token('admin');
    const { id } = await gateway.principalOf('developer');
    const made = await gateway.post(
      '/api/locks',
      { repository: 'hub/app', right: 'push', except: [id], reason, until: '2h' },
      admin,
    );
    t.match(made, {
      status: 201,
      body: {
        lock: {
          id: /^L-/,
          repository: 'hub/app',
          right: 'push',
          except: [{ id }],
          reason,
          by: { id: /^P-/ },
        },
        running: { summary: 'nothing was running' },
      },
    });
    const { lock } = made.body;
    const spanMs = lock.until - lock.createdAt;
    t.ok(spanMs > 7_190_000 && spanMs <= 7_200_000, 'a span counts from the store’s now');
    t.match((await gateway.get('/api/locks', admin)).body.locks, [{ id: lock.id }]);
    const lifted = await gateway.post(
      `/api/locks/${lock.id.toLowerCase()}/lift`,
      { reason: 'shipped' },
      admin,
    );
    t.match(lifted, { status: 200, body: { lock: { id: lock.id } } });
    t.strictSame((await gateway.get('/api/locks', admin)).body.locks, []);

    for (const target of [{ principal: id }, { upstream: 'hub' }, { everything: true }])
      t.match(await gateway.post('/api/locks', { ...target, reason }, admin), { status: 201, body: {} });
  },
);

void t.test('a lock that would stop nothing is refused with what was expected', async (t) => {
  const gateway = await anAdminGateway(t);
  const admin = await gateway.token('admin');
  const faulty: readonly (readonly [object, RegExp])[] = [
    [{}, /one of principal, repository, upstream and everything/],
    [{ everything: true, upstream: 'hub' }, /one of/],
    [{ repository: 'nowhere/app' }, /configured upstream/],
    [{ upstream: 'hup' }, /none of those configured/],
    [{ principal: 'dev@demo.example' }, /P-…/],
    [{ principal: newId('P') }, /nobody is known/],
    [{ everything: true, except: ['dev@demo.example'] }, /P-…/],
    [{ everything: true, until: 'tomorrow' }, /a span from now/],
    [{ everything: true, until: '2026-13-45T00:00:00Z' }, /calendar/],
    [{ everything: true, until: 1 }, /ended already/],
  ];
  for (const [body, message] of faulty)
    t.match(
      await gateway.post('/api/locks', { ...body, reason }, admin),
      { status: 400, body: { error: 'bad-lock', message } },
      JSON.stringify(body),
    );
  for (const body of [
    { everything: false, reason },
    { everything: true },
    { everything: true, reason, x: 1 },
  ])
    t.match(await gateway.post('/api/locks', body, admin), { status: 400, body: { error: 'bad-call' } });
  t.strictSame(await gateway.store.locks(), []);
});

void t.test('making a lock answers which operations it cut', async (t) => {
  const gateway = await anAdminGateway(t);
  const { id } = await running(gateway);
  const stop = gateway.store.onChange((change) => {
    if (change?.kind === 'lock') void gateway.store.standStill(id, 'cut');
  });
  t.teardown(stop);
  const { body } = await gateway.post(
    '/api/locks',
    { everything: true, reason },
    await gateway.token('admin'),
  );
  t.match(body.running, { summary: 'cut 1 running fetch', cut: [{ id, repository: 'hub/app', node: 'n' }] });
});

void t.test('operations are listed with how they stand, and cut by id', async (t) => {
  const gateway = await anAdminGateway(t);
  const admin = await gateway.token('admin');
  const { id } = await running(gateway);
  await gateway.store.beat([{ id, bytesUp: 7, bytesDown: 9 }], 30_000);
  for (const account of ['developer', 'approver', 'auditor', 'admin'] as const)
    t.match((await gateway.get('/api/operations?live=true', await gateway.token(account))).body, {
      operations: [{ id, state: 'moving', right: 'fetch', node: 'n', bytesUp: 7, bytesDown: 9 }],
      more: 0,
    });
  const stranger = await gateway.token('developer', { sub: 'x', email: 'x@demo.example', groups: [] });
  t.strictSame((await gateway.get('/api/operations?live=true', stranger)).body.operations, []);

  const stop = gateway.store.onChange((change) => {
    if (change?.kind === 'operation') void gateway.store.standStill(id, 'cut');
  });
  t.teardown(stop);
  t.match(await gateway.post(`/api/operations/${id}/cut`, { reason: 'too much' }, admin), {
    status: 200,
    body: { operation: { id }, running: { summary: 'cut 1 running fetch', cut: [{ id }] } },
  });
  t.match(await gateway.post(`/api/operations/${newId('O')}/cut`, { reason: 'x' }, admin), {
    status: 404,
    body: { error: 'not-found' },
  });
});

void t.test('of many operations the newest are listed and the rest counted', async (t) => {
  const gateway = await anAdminGateway(t);
  for (const _ of Array.from({ length: 3 })) await running(gateway);
  const { body } = await gateway.get('/api/operations?live=true&limit=2', await gateway.token('admin'));
  t.equal(body.operations.length, 2);
  t.equal(body.more, 1);
});
