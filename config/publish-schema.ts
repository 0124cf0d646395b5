/** Writes `sluice.schema.json`, which editors check `sluice.yaml` against: `npx tsx config/publish-schema.ts`. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fileSchema } from './file/root.ts';

/** The schema as it is published. */
export function publishedSchema(): string {
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'sluice.yaml',
    ...fileSchema,
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(new URL('sluice.schema.json', import.meta.url), publishedSchema());
}
