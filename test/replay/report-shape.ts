/** Whether a report is what the API's document says of it. */
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { AccessReport } from '../../admin/schemas/audit-report.ts';

/** The same shape with nothing beside what it names. */
function strict(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(strict);
  if (typeof schema !== 'object' || schema === null) return schema;
  const inside = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, strict(value)]));
  return 'properties' in schema ? { ...inside, additionalProperties: false } : inside;
}

const shape = Compile(strict(JSON.parse(JSON.stringify(AccessReport))) as TSchema);

/** What is not so: a field that the document does not name, or one that it says is there and is not. */
export function unlikeDocument(report: object): readonly unknown[] {
  const sent: unknown = JSON.parse(JSON.stringify(report));
  return shape.Check(sent) ? [] : [...shape.Errors(sent)];
}
