import { readFileSync } from 'node:fs';
import t from 'tap';
import { calls } from '../../admin/calls.ts';
import { openapiDocument } from '../../admin/openapi.ts';
import { root } from '../servers/clone.ts';
import { anAdminGateway } from './admin-gateway.ts';

void t.test('admin/openapi.json is what the table of calls says (admin/publish-openapi.ts)', async (t) => {
  const published = readFileSync(`${root}/admin/openapi.json`, 'utf8');
  t.equal(published, await openapiDocument());
});

void t.test('the running gateway serves the same document', async (t) => {
  const gateway = await anAdminGateway(t);
  const served = await gateway.get('/api/openapi.json');
  t.equal(served.status, 200);
  t.strictSame(served.body, JSON.parse(await openapiDocument()));
});

void t.test('every call of the table is in the document, with its problems', async (t) => {
  const { paths } = JSON.parse(await openapiDocument());
  for (const [name, { method, url, status }] of Object.entries(calls)) {
    const operation = paths[url.replace(/:([a-z]+)/, '{$1}')]?.[method.toLowerCase()];
    t.match(operation, { operationId: name, responses: { [status]: {}, default: {} } }, name);
  }
});

void t.test('the signed hook is in the document, with what signs it', async (t) => {
  const { paths, components } = JSON.parse(await openapiDocument());
  const { post } = paths['/api/hooks/deactivated'];
  t.match(post, { operationId: 'deactivated', security: [{ signature: [] }], responses: { 200: {} } });
  t.match(components.securitySchemes.signature, { in: 'header', name: 'webhook-signature' });
});
