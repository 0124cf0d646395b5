import { randomBytes } from 'node:crypto';
import t, { type Test } from 'tap';
import { createIds } from '../../../gateway/grants/ids.ts';
import type { RunningOperation } from '../../../gateway/store/records.ts';
import { type AdminGateway, anAdminGateway } from '../../admin/admin-gateway.ts';
import { entered, granted, grantedMany, seqOf } from '../../store/recorded.ts';
import { anOperation } from '../../store/samples.ts';
import { aShell } from './operator.ts';

const newId = createIds(randomBytes);

/** An API in this process and an admin's shell. */
async function anOperator(t: Test, changed: Parameters<typeof anAdminGateway>[1] = {}) {
  const gateway = await anAdminGateway(t, changed);
  const token = await gateway.credential('admin', 'api', ['read', 'request', 'approve']);
  return { gateway, sluice: aShell({ url: gateway.address, token }) };
}

/** A fetch of the developer's on a node that never says anything. */
async function silentFetch({ store, principalOf }: AdminGateway): Promise<RunningOperation> {
  const { id: principalId } = await principalOf('developer');
  const scope = { repository: 'hub/app', right: 'fetch' as const, refs: [], kinds: [] };
  const grant = await granted(store, { principalId, scope });
  const operation = anOperation(grant, { id: newId('O'), right: 'fetch' });
  await store.enter(operation, await seqOf(store), 'first');
  return operation;
}

void t.test('a lock tells all that it met apart, is 3 for a silent node, is listed and lifted', async (t) => {
  const { gateway, sluice } = await anOperator(t);
  const { store } = gateway;
  const { id, principalId } = await silentFetch(gateway);
  const scope = {
    repository: 'hub/app',
    right: 'push' as const,
    refs: ['refs/heads/**'],
    kinds: ['update' as const],
  };
  const pushing = await granted(store, { principalId, scope });
  const { operation: passed, passage } = await entered(store, {}, pushing);
  await store.passGate(passage);
  const { operation: over } = await entered(store, {}, pushing);
  const stopListening = store.onChange((change) => {
    if (change?.kind === 'lock') void store.standStill(over.id, 'client-left');
  });
  t.teardown(stopListening);
  const { id: approver } = await gateway.principalOf('approver');
  const listed = await sluice('operations');
  t.equal(listed.code, 0, listed.err);
  t.match(listed.out, new RegExp(`\\n${id} +moving +fetch +hub/app +${principalId} `));
  t.match(listed.out, new RegExp(`\\n${passed.id} +moving, passed +push `));

  const why = ['--reason', 'release freeze'] as const;
  const lock = await sluice('lock', 'hub/app', ...why, '--for', '2h', '--except', approver);
  t.equal(lock.code, 3, lock.err);
  const [headline = '', summary, ...lines] = lock.out.split('\n');
  t.match(headline, /^lock L-\w+ on repository hub\/app stands until .* UTC: fetch and push, except P-/);
  t.match(
    summary,
    /^1 push had passed before you: refs\/heads\/main of hub\/app; 1 push ended by itself meanwhile; not confirmed for 1 fetch on node n, last seen at /,
  );
  for (const [index, line] of [
    `  NOT CONFIRMED    ${id}  fetch  hub/app  ${principalId} .*  node n  last seen .* UTC, over by .* UTC at the latest`,
    `  passed before    ${passed.id} +push   hub/app  .*  node n  at .* UTC: refs/heads/main, not reported by its host yet`,
    `  ended by itself  ${over.id} +push   hub/app  .*  node n  client-left`,
    '',
  ].entries())
    t.match(lines[index], new RegExp(`^${line}$`));
  t.equal(lines.length, 4);
  t.match(
    lock.err,
    'sluice: it is in force, and n did not confirm in time; see what still runs: sluice operations\n',
  );

  const [, lockId = ''] = headline.split(' ');
  const stands = new RegExp(
    `\\n${lockId}  repository hub/app  fetch and push, except .*"release freeze"\\n$`,
  );
  t.match((await sluice('locks')).out, stands);
  t.strictSame(await sluice('lift', lockId.toLowerCase(), '--reason', 'shipped'), {
    code: 0,
    out: `lock ${lockId} on repository hub/app is lifted\n`,
    err: '',
  });
  t.strictSame(await store.locks(), []);
});

void t.test(
  'grants are listed with their ends, those of one person too, and --json is the API’s body',
  async (t) => {
    const { gateway, sluice } = await anOperator(t);
    const [developer, approver] = [
      (await gateway.principalOf('developer')).id,
      (await gateway.principalOf('approver')).id,
    ];
    const scope = {
      repository: 'hub/app',
      right: 'push' as const,
      refs: ['refs/heads/**'],
      kinds: ['update' as const],
    };
    const now = await gateway.store.now();
    const grant = await granted(gateway.store, { principalId: developer, scope, endsAt: now + 7_230_000 });
    const other = await granted(gateway.store, { principalId: approver, scope });
    const listed = await sluice('grants');
    t.match(
      listed.out,
      new RegExp(
        `\\n${grant.id}  live   push   hub/app     ${developer} .* UTC  in 2 h refs/heads/\\*\\*\\n`,
      ),
    );
    t.match(listed.out, other.id);
    const one = await sluice('grants', '--principal', developer, '--json');
    const api = await gateway.get(
      `/api/grants?principal=${developer}&limit=500`,
      await gateway.token('admin'),
    );
    t.strictSame({ ...JSON.parse(one.out), now: 0 }, { ...api.body, now: 0 });
    t.strictSame(
      api.body.grants.map(({ id }: { id: string }) => id),
      [grant.id],
    );
  },
);

void t.test('however many grants there are, all are listed, and one repository’s are found', async (t) => {
  const { gateway, sluice } = await anOperator(t);
  const scope = { repository: 'hub/old', right: 'fetch' as const, refs: [], kinds: [] };
  const oldest = await granted(gateway.store, (now) => ({ scope, endsAt: now + 3_000_000 }));
  for (let at = 0; at < 3; at += 1) await grantedMany(gateway.store, 200);
  for (const options of [[], ['--live']]) {
    const { code, out } = await sluice('grants', ...options);
    const ids = out.split('\n').flatMap((line) => /^G-\w+/.exec(line) ?? []);
    t.equal(code, 0);
    t.equal(new Set(ids).size, 601);
    t.ok(ids.includes(oldest.id));
    t.notMatch(out, 'there are more');
  }
  const { grants, more } = JSON.parse((await sluice('grants', '--json')).out);
  t.strictSame([grants.length, more], [601, false]);
  const found = await sluice('grants', '--repository', 'hub/old', '--live', '--json');
  t.match(JSON.parse(found.out), { grants: [{ id: oldest.id }], more: false });
});

void t.test('what the API refuses is 1 with its words, what its audit cannot is 75', async (t) => {
  const { gateway, sluice } = await anOperator(t, {
    settle: async () => {
      throw Object.assign(new Error('disk full'), { code: 'AUDIT_UNWRITABLE' });
    },
  });
  const developer = aShell({
    url: gateway.address,
    token: await gateway.credential('developer', 'api', ['read', 'request', 'approve']),
  });
  const lock = ['lock', 'everything', '--reason', 'x', '--json'];
  const refused = await developer(...lock);
  t.equal(refused.code, 1);
  t.match(JSON.parse(refused.out), { error: 'role-missing' });
  t.match(refused.err, /^sluice: .* role admin/);
  const failed = await sluice(...lock);
  t.equal(failed.code, 75);
  t.match(failed.err, 'the audit log cannot be written, so this does not count yet');
});

void t.test('bad usage is 2, and no call is made', async (t) => {
  const sluice = aShell({ url: 'https://127.0.0.1:1', token: 'slu_a_x' });
  t.match(await sluice('lock', 'hub', '--reason', 'x'), { code: 2, out: '', err: /upstream:NAME/ });
  t.match(await sluice('revoke', 'G-7F3K9Q2M4X'), { code: 2, out: '', err: /option '--reason <text>' not/ });
});
