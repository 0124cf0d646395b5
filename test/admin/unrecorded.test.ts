import { Webhook } from 'standardwebhooks';
import t, { type Test } from 'tap';
import { openAuditLog } from '../../gateway/audit/log.ts';
import { readEntries } from '../../gateway/audit/read.ts';
import { openOutbox } from '../../gateway/outbox.ts';
import { claimMs } from '../../gateway/store/spans.ts';
import { failingDisk } from '../audit/failing-disk.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';
import { granted, seqOf } from '../store/recorded.ts';
import { anOperation } from '../store/samples.ts';
import { anAdminGateway } from './admin-gateway.ts';

const reason = 'laptop lost';
const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

/** The API over a real audit log on a disk with faults to order, and a developer's fetch that runs. */
async function aGateway(t: Test) {
  const disk = failingDisk();
  const directory = await temporaryDirectory(t);
  const audit = await openAuditLog({ directory, nodeId: 'n', disk, onAlarm: () => undefined, retryMs: 1 });
  t.teardown(() => audit.close());
  let roundOver = (_trouble: unknown): void => undefined;
  const gateway = await anAdminGateway(t, {
    settle: (events) => outbox.settle(events),
    settleInForce: (events) => outbox.settleInForce(events),
    record: async ({ type, body }) => void (await audit.append({ ...body, type } as never)),
    hookSecret: async () => secret,
  });
  const { store } = gateway;
  const outbox = openOutbox(store, audit, 'store', (trouble) => roundOver(trouble));
  t.teardown(() => outbox.stop());
  const { id: principalId } = await gateway.principalOf('developer');
  const scope = { repository: 'hub/app', right: 'fetch' as const, refs: [], kinds: [] };
  const grant = await granted(store, { principalId, scope });
  const operation = anOperation(grant, { id: 'O-7F3K9Q2M', right: 'fetch' });
  await store.enter(operation, await seqOf(store), 'first');
  t.teardown(
    store.onChange((change) => {
      if (change !== undefined && ['grant', 'lock', 'operation'].includes(change.kind))
        void store.standStill(operation.id, 'cut');
    }),
  );
  return {
    ...gateway,
    disk,
    grant,
    operation,
    admin: await gateway.token('admin'),
    /** The types in the audit, after the disk has taken entries again and the outbox has had its turn. */
    async recorded() {
      gateway.skew(claimMs + 1);
      await new Promise<void>((resolve) => {
        roundOver = (trouble) => (trouble === undefined ? resolve() : undefined);
      });
      return (await readEntries({ directory }, { limit: 1_000 })).entries.map(({ type }) => type);
    },
  };
}

void t.test('with the audit away a revocation is in force, says so, and is recorded later', async (t) => {
  const { disk, grant, operation, admin, ...gateway } = await aGateway(t);
  disk.fault = 'sync';
  const revoked = await gateway.post(`/api/grants/${grant.id}/revoke`, { reason }, admin);
  t.match(revoked, {
    status: 202,
    body: {
      grant: { id: grant.id, state: 'revoked' },
      running: { cut: [{ id: operation.id }] },
      recorded: false,
    },
  });
  t.match(await gateway.store.grant(grant.id), { state: { kind: 'revoked' } });
  disk.fault = 'none';
  t.equal((await gateway.recorded()).filter((type) => type === 'grant.revoked').length, 1);
});

void t.test(
  'who revokes again because the answer got lost is told what was cut, once it is recorded too',
  async (t) => {
    const { disk, grant, operation, admin, ...gateway } = await aGateway(t);
    const revoke = (why: string) => gateway.post(`/api/grants/${grant.id}/revoke`, { reason: why }, admin);
    disk.fault = 'sync';
    await revoke(reason);
    t.match(await revoke(reason), {
      status: 202,
      body: { running: { summary: 'cut 1 running fetch', cut: [{ id: operation.id }] }, recorded: false },
    });
    disk.fault = 'none';
    t.equal((await gateway.recorded()).filter((type) => type === 'grant.revoked').length, 1);
    t.match(await revoke(reason), { status: 200, body: { running: { cut: [{ id: operation.id }] } } });
    t.match(await revoke('another reason'), { status: 409, body: { error: 'grant-ended' } });
  },
);

void t.test(
  'with the audit away locks, lifts and cuts are in force, say so, and are recorded later',
  async (t) => {
    const { disk, operation, admin, ...gateway } = await aGateway(t);
    disk.fault = 'sync';
    const cut = await gateway.post(`/api/operations/${operation.id}/cut`, { reason }, admin);
    t.match(cut, { status: 202, body: { running: { cut: [{ id: operation.id }] }, recorded: false } });
    const made = await gateway.post('/api/locks', { everything: true, reason }, admin);
    t.match(made, { status: 202, body: { lock: { everything: true }, recorded: false } });
    t.match(await gateway.store.locks(), [{ id: made.body.lock.id }]);
    const lifted = await gateway.post(`/api/locks/${made.body.lock.id}/lift`, { reason }, admin);
    t.match(lifted, { status: 202, body: { recorded: false } });
    t.strictSame(await gateway.store.locks(), []);
    disk.fault = 'none';
    const types = await gateway.recorded();
    for (const type of ['operation.cut-ordered', 'lock.made', 'lock.lifted'])
      t.ok(types.includes(type), type);
  },
);

void t.test('a disk that does not answer keeps nobody waiting', async (t) => {
  const { disk, grant, admin, ...gateway } = await aGateway(t);
  let release = (): void => undefined;
  disk.stalled = new Promise((resolve) => {
    release = resolve;
  });
  const revoked = await gateway.post(`/api/grants/${grant.id}/revoke`, { reason }, admin);
  t.match(revoked, { status: 202, body: { recorded: false } });
  disk.stalled = undefined;
  release();
  t.ok((await gateway.recorded()).includes('grant.revoked'));
});

void t.test('with the audit away a credential is ended, and only what gives access is refused', async (t) => {
  const { disk, ...gateway } = await aGateway(t);
  const developer = await gateway.token('developer');
  const wish = { kind: 'git', name: 'laptop', expiresIn: '1h' };
  const { credential } = (await gateway.post('/api/credentials', wish, developer)).body;
  disk.fault = 'sync';
  const ended = await gateway.post(`/api/credentials/${credential.id}/revoke`, {}, developer);
  t.match(ended, { status: 202, body: { id: credential.id, recorded: false } });
  t.strictSame((await gateway.get('/api/credentials', developer)).body.credentials, []);
  t.match(await gateway.post('/api/credentials', wish, developer), {
    status: 503,
    body: { error: 'audit-unavailable' },
  });
});

void t.test('the hook locks out though the audit is away, and asks to be called again', async (t) => {
  const { disk, ...gateway } = await aGateway(t);
  const say = async () => {
    const body = JSON.stringify({ subject: 'developer' });
    const response = await fetch(`${gateway.address}/api/hooks/deactivated`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'webhook-id': 'msg_1',
        'webhook-timestamp': String(Math.floor(Date.now() / 1_000)),
        'webhook-signature': new Webhook(secret).sign('msg_1', new Date(), body),
      },
      body,
    });
    return { status: response.status, body: await response.json() };
  };
  disk.fault = 'sync';
  t.match(await say(), { status: 503, body: { error: 'not-recorded' } });
  t.match(await gateway.store.locks(), [{ untilSignIn: true }]);
  disk.fault = 'none';
  t.match(await say(), { status: 200, body: { changed: true } });
  t.equal((await gateway.store.locks()).length, 1);
  t.ok((await gateway.recorded()).includes('hook.received'));
});
