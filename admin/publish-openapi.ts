/** Writes admin/openapi.json, from which the page's types are made. Run: `node --import tsx admin/publish-openapi.ts`. */
import { writeFileSync } from 'node:fs';
import { openapiDocument } from './openapi.ts';

writeFileSync(new URL('./openapi.json', import.meta.url), await openapiDocument());
