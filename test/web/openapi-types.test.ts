import { readFileSync } from 'node:fs';
import t from 'tap';
import { openapiTypes } from '../../admin/web/openapi-types.ts';
import { root } from '../servers/clone.ts';

void t.test('the page’s types are those of the OpenAPI document', async (t) => {
  const file = `${root}/admin/web/src/api/schema.d.ts`;
  t.ok(readFileSync(file, 'utf8') === (await openapiTypes()), 'run: npx tsx admin/web/openapi-types.ts');
});
