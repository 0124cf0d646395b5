import t from 'tap';
import { kindWords } from '../../admin/web/src/text/update-kinds.ts';

void t.test('fewer kinds than there are say that they are all', async (t) => {
  t.equal(kindWords(['delete', 'create', 'update']), 'create, update and delete');
  t.equal(kindWords(['update', 'create']), 'create and update only');
  t.equal(kindWords(['delete']), 'delete only');
});
