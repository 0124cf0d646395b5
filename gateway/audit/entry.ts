/** The closed set of entries: what may be written to the log. */
import type { Static, TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import * as access from './access-entries.ts';
import { AuditError } from './audit-error.ts';
import * as auditor from './auditor-entries.ts';
import type { Given } from './entry-parts.ts';
import * as node from './node-entries.ts';
import * as operation from './operation-entries.ts';

/** Every entry's schema. */
export const entrySchemas = [
  ...Object.values(operation),
  ...Object.values(access),
  ...Object.values(node),
  ...Object.values(auditor),
] as const;

/** One thing that happened, as it is handed to the log. */
export type Entry = Given<Static<(typeof entrySchemas)[number]>>;

export type EntryType = Entry['type'];

/** The entry of one type. */
export type EntryOf<Name extends EntryType> = Extract<Entry, { readonly type: Name }>;

/** Every type an entry can have. */
export const entryTypes: readonly EntryType[] = entrySchemas.map((schema) => schema.properties.type.const);

const checks = new Map<string, Validator>(
  entrySchemas.map((schema) => [schema.properties.type.const, Compile(schema as TSchema)]),
);

/**
 * Takes any value that claims to be an entry. Fields that its type does not name are kept.
 *
 * @throws AuditError `AUDIT_ENTRY` naming the first field that does not fit
 */
export function checkEntry(value: { readonly type: string; readonly [field: string]: unknown }): Entry {
  const { type } = value;
  const check = checks.get(type);
  if (check === undefined)
    throw new AuditError('AUDIT_ENTRY', `there is no entry of type ${JSON.stringify(type)}`);
  if (check.Check(value)) return value as Entry;
  const [first] = check.Errors(value);
  const where = `${type}${first?.instancePath ?? ''}`;
  throw new AuditError('AUDIT_ENTRY', `${where} ${first?.message ?? 'does not fit'}`);
}

/** An event of the store's outbox, whoever keeps the store. */
export interface StoreEvent {
  readonly seq: number;
  readonly at: number;
  readonly type: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly adoptedFrom?: string | undefined;
}

/**
 * Makes the entry of a store's event.
 *
 * @param store which store it is; numbers of two stores, or of a store that began anew, are not compared by `verify`
 * @throws AuditError `AUDIT_ENTRY` when the event is none that the log knows
 */
export function entryOfEvent(event: StoreEvent, store: string): Entry {
  const { seq: storeSeq, at: storeAt, type, body, adoptedFrom } = event;
  return checkEntry({
    ...body,
    type,
    storeSeq,
    storeAt,
    store,
    ...(adoptedFrom === undefined ? {} : { adoptedFrom }),
  });
}
