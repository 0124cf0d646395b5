import t from 'tap';
import { granted } from '../store/recorded.ts';
import { anAdminGateway } from './admin-gateway.ts';

void t.test(
  'grants are listed by person as far as the caller may see them, and what is left out is said',
  async (t) => {
    const gateway = await anAdminGateway(t);
    const [developer, auditor] = [
      await gateway.principalOf('developer'),
      await gateway.principalOf('auditor'),
    ];
    const scope = { repository: 'hub/app', right: 'fetch' as const, refs: [], kinds: [] };
    const grants: string[] = [];
    for (const principalId of [developer.id, developer.id, auditor.id])
      grants.push((await granted(gateway.store, { principalId, scope })).id);
    const list = async (query: string, account: 'admin' | 'developer') => {
      const { status, body } = await gateway.get(`/api/grants?${query}`, await gateway.token(account));
      return { status, more: body.more, ids: body.grants?.map(({ id }: { id: string }) => id) };
    };
    const [one, two, other] = grants;
    t.strictSame(await list(`principal=${developer.id.toLowerCase()}`, 'admin'), {
      status: 200,
      more: false,
      ids: [two, one],
    });
    t.strictSame(await list('limit=2', 'admin'), { status: 200, more: true, ids: [other, two] });
    t.strictSame((await list(`principal=${auditor.id}`, 'developer')).ids, []);
    for (const query of ['principal=dev%40demo.example', `mine=true&principal=${developer.id}`])
      t.match(await list(query, 'admin'), { status: 400 });
  },
);
