/** Writes the types of the API, made from the OpenAPI document; nobody writes them by hand. Run alone: `npx tsx admin/web/openapi-types.ts`. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';

const document = new URL('../openapi.json', import.meta.url);
const types = new URL('./src/api/schema.d.ts', import.meta.url);

/** The types as text, from the document as it stands on disk. */
export async function openapiTypes(): Promise<string> {
  const parsed = JSON.parse(readFileSync(document, 'utf8')) as Parameters<typeof openapiTS>[0];
  return `/** Made from admin/openapi.json; changes made here are lost. */\n${astToString(await openapiTS(parsed))}`;
}

/** Writes the types when they differ from what is there, so that a watching build does not run in circles. */
export async function publishOpenapiTypes(): Promise<void> {
  const text = await openapiTypes();
  if (existsSync(types) && readFileSync(types, 'utf8') === text) return;
  writeFileSync(types, text);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await publishOpenapiTypes();
