import t from 'tap';
import { nothingRan } from '../../gateway/grants/aftermath.ts';
import { newestGrants } from '../store/recorded.ts';
import { approving, asked, aTown, people } from './samples.ts';

void t.test('a grant is ended by its holder, its approvers and admins, with a reason, once', async (t) => {
  const town = aTown();
  const { dev, ana, bob, eve } = await people(town);
  const admin = await town.person('admin', ['admins']);
  for (const by of [dev, ana, bob, admin]) {
    const request = await asked(town, dev, 'hub/app');
    await town.elevations.approve(approving(request, ana, town));
    const [held] = await newestGrants(town.store);
    const grantId = held?.grant.id ?? '';
    t.match(await town.elevations.revoke({ grantId, by: eve, reason: 'x' }), { refused: 'not-yours' });
    t.match(await town.elevations.revoke({ grantId, by, reason: '  ' }), { refused: 'bad-comment' });
    t.match(await town.elevations.revoke({ grantId, by, reason: 'laptop lost' }), {
      grant: { state: { kind: 'revoked', by: by.id, reason: 'laptop lost' } },
      running: nothingRan,
    });
    t.match(await town.elevations.revoke({ grantId, by, reason: 'again' }), { refused: 'grant-ended' });
  }
});
