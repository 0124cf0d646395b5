import t from 'tap';
import type { ElevationRequest, Grant, Principal } from '../../gateway/store/records.ts';
import { newestGrants } from '../store/recorded.ts';
import { approving, asked, aTown, hour, minute, people, type Town } from './samples.ts';

void t.test(
  'an extension moves the end under the same rule, never beyond the whole life, never of an ended grant',
  async (t) => {
    const town = aTown();
    const { dev, ana } = await people(town);
    const request = await asked(town, dev, 'hub/app');
    await town.elevations.approve(approving(request, ana, town));
    const [held] = await newestGrants(town.store);
    const grant = held?.grant ?? t.fail();
    if (typeof grant === 'boolean') return;
    const extend = (by: Principal, durationMs: number) =>
      town.elevations.extend({ grantId: grant.id, by, durationMs, reason: 'not done yet' });
    const issuedAt = town.now;
    t.match(await extend(ana, hour), { refused: 'not-yours' });

    for (const [durationMs, endsAt] of [
      [4 * hour, issuedAt + 5 * hour],
      [4 * hour, issuedAt + 8 * hour],
    ] as const) {
      const asking = (await extend(dev, durationMs)) as ElevationRequest;
      t.match(await town.elevations.approve(approving(asking, dev, town)), { refused: 'own-request' });
      t.match(await town.elevations.approve(approving(asking, ana, town)), {
        state: { kind: 'approved', grantIds: [grant.id] },
      });
      t.match(await town.store.grant(grant.id), { grant: { endsAt }, state: { kind: 'live' } });
    }
    t.match(await extend(dev, hour), { refused: 'bad-duration', text: /longest life/ });
    await town.elevations.revoke({ grantId: grant.id, by: dev, reason: 'done' });
    t.match(await extend(dev, hour), { refused: 'grant-ended' });
  },
);

async function granted(town: Town, by: Principal, repository: string): Promise<Grant> {
  await asked(town, by, repository);
  const [held] = await newestGrants(town.store, by.id);
  if (held === undefined) throw new Error('nothing was granted');
  return held.grant;
}

void t.test(
  'a rule that wants nobody extends at once, and takes up what a lost reply left behind',
  async (t) => {
    const town = aTown();
    const { dev } = await people(town);
    const grant = await granted(town, dev, 'hub/ask');
    const extend = (durationMs: number) =>
      town.elevations.extend({ grantId: grant.id, by: dev, durationMs, reason: 'not done yet' });

    t.match(await extend(minute), { state: { kind: 'approved', grantIds: [grant.id] } });
    t.match(await town.store.grant(grant.id), { grant: { endsAt: grant.endsAt + minute, version: 2 } });
    const left: ElevationRequest = {
      id: 'R-LEFT',
      principalId: dev.id,
      scopes: [grant.scope],
      durationMs: 2 * minute,
      reason: 'the node died here',
      createdAt: town.now,
      decideBy: town.now + minute,
      extends: grant.id,
      critical: false,
      answers: [],
      state: { kind: 'pending' },
      version: 1,
    };
    await town.store.createRequest(left, { type: 'request.created', body: {} });
    t.match(await extend(2 * minute), { id: 'R-LEFT', state: { kind: 'approved' } });
    t.match(await town.store.grant(grant.id), { grant: { endsAt: grant.endsAt + 3 * minute } });
  },
);

void t.test('an extension does not wait longer than its grant lives', async (t) => {
  const town = aTown();
  const { dev, ana } = await people(town);
  const request = await asked(town, dev, 'hub/app');
  await town.elevations.approve(approving(request, ana, town));
  const [held] = await newestGrants(town.store);
  const grant = held?.grant;
  const asking = await town.elevations.extend({
    grantId: grant?.id ?? '',
    by: dev,
    durationMs: hour,
    reason: 'more',
  });
  t.match(asking, { decideBy: grant?.endsAt, extends: grant?.id });
  town.now = grant?.endsAt ?? 0;

  t.match(await town.elevations.approve(approving(asking as ElevationRequest, ana, town)), {
    refused: 'too-late',
  });
});

void t.test('an extension changes the end alone: its approver cannot touch the refs', async (t) => {
  const town = aTown();
  const { dev, ana } = await people(town);
  const request = await asked(town, dev, 'hub/app', 'push');
  await town.elevations.approve(approving(request, ana, town));
  const [held] = await newestGrants(town.store);
  const asking = (await town.elevations.extend({
    grantId: held?.grant.id ?? '',
    by: dev,
    durationMs: hour,
    reason: 'more',
  })) as ElevationRequest;

  t.match(await town.elevations.approve({ ...approving(asking, ana, town), refs: ['refs/heads/a'] }), {
    refused: 'bad-scopes',
    text: /moves the end alone/,
  });
  await town.elevations.approve({ ...approving(asking, ana, town), durationMs: minute });
  const [after] = await newestGrants(town.store);
  t.strictSame(after?.grant.scope, held?.grant.scope);
  t.equal(after?.grant.endsAt, (held?.grant.endsAt ?? 0) + minute);
});

void t.test('extended and revoked in the same moment, the grant is ended', async (t) => {
  const town = aTown();
  const { dev } = await people(town);
  const grant = await granted(town, dev, 'hub/ask');
  await Promise.all([
    town.elevations.extend({ grantId: grant.id, by: dev, durationMs: minute, reason: 'more' }),
    town.elevations.revoke({ grantId: grant.id, by: dev, reason: 'stop' }),
  ]);

  t.match(await town.store.grant(grant.id), { state: { kind: 'revoked' } });
});
