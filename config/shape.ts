/** Whether a parsed file has the schema's shape: every fault at once, in words an operator can act on. */
import type { TSchema } from 'typebox';
import { Settings } from 'typebox/system';
import { Errors } from 'typebox/value';
import { type FieldPath, type Problem, showValue } from './fault.ts';
import { nearestName } from './nearest-name.ts';

/** What of a JSON Schema the texts are made from. */
interface SchemaNode {
  readonly type?: string;
  readonly title?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly anyOf?: readonly SchemaNode[];
}

/** One of the validator's errors, as far as it is used here. */
interface ShapeError {
  readonly keyword: string;
  readonly schemaPath: string;
  readonly instancePath: string;
  readonly params: object;
  readonly message: string;
}

/** Lists what keeps `value` from fitting `schema`; empty when it fits. A value that may be a secret is never shown. */
export function shapeProblems(schema: TSchema, value: unknown): Problem[] {
  const errors = withoutLosingBranches(collectErrors(schema, value), schema, value);
  const problems = errors.flatMap((error) => explain(error, schema, value));
  const seen = new Set<string>();
  return problems.filter(({ path }) => {
    // Several keywords may fail on one value (a type and a pattern); the first says enough.
    const key = JSON.stringify(path);
    return !seen.has(key) && seen.add(key);
  });
}

function collectErrors(schema: TSchema, value: unknown): ShapeError[] {
  // The validator stops after eight errors unless told otherwise; its setting is global, so it is put back.
  const { maxErrors } = Settings.Get();
  Settings.Set({ maxErrors: 10_000 });
  try {
    return Errors(schema, value);
  } finally {
    Settings.Set({ maxErrors });
  }
}

/** Of a union's errors keeps those of the one branch that has the value's type, where it is a list or section; otherwise the union's own. */
function withoutLosingBranches(errors: readonly ShapeError[], schema: TSchema, value: unknown): ShapeError[] {
  const unions = errors.filter(({ keyword }) => keyword === 'anyOf');
  return errors.filter((error) =>
    unions.every((union) => {
      const prefix = `${union.schemaPath}/anyOf/`;
      const sameValue = `${error.instancePath}/`.startsWith(`${union.instancePath}/`);
      if (error !== union && !(error.schemaPath.startsWith(prefix) && sameValue)) return true;
      const branch = branchOf(union, schema, value);
      if (error === union) return branch === undefined;
      const inBranch = branch !== undefined && `${error.schemaPath}/`.startsWith(`${prefix}${branch}/`);
      return inBranch;
    }),
  );
}

function branchOf(union: ShapeError, schema: TSchema, value: unknown): number | undefined {
  const given = at(value, decodePointer(union.instancePath));
  if (given === null || typeof given !== 'object') return undefined;
  const wanted = Array.isArray(given) ? 'array' : 'object';
  const branches = nodeAt(schema, union.schemaPath).anyOf ?? [];
  const index = branches.findIndex(({ type }) => type === wanted);
  return index === -1 ? undefined : index;
}

function explain(error: ShapeError, schema: TSchema, value: unknown): Problem[] {
  const path = fieldPath(value, decodePointer(error.instancePath));
  const node = nodeAt(schema, error.schemaPath);
  switch (error.keyword) {
    case 'required': {
      const { requiredProperties } = error.params as { requiredProperties: string[] };
      return requiredProperties.map((name) => {
        const wanted = node.properties?.[name] as SchemaNode | undefined;
        return { path: [...path, name], message: `is missing; expected ${expectation(wanted)}` };
      });
    }
    case 'additionalProperties': {
      const { additionalProperties } = error.params as { additionalProperties: string[] };
      const known = Object.keys(node.properties ?? {});
      return additionalProperties.map((name) => ({
        path: [...path, name],
        message: unknownField(name, known, node),
        atKey: true,
      }));
    }
    // The validator's way of saying that an unknown field came, a second time.
    case 'boolean':
      return error.schemaPath.endsWith('/additionalProperties')
        ? []
        : [mismatch(path, value, expectation(node))];
    case '~refine':
      return [mismatch(path, value, error.message)];
    case 'uniqueItems':
      return [{ path, message: 'holds an item twice' }];
    case 'minProperties':
    case 'minItems':
      return [{ path, message: `is empty; expected ${expectation(node)}, at least one` }];
    default:
      return [mismatch(path, value, expectation(node))];
  }
}

function mismatch(path: FieldPath, value: unknown, expected: string): Problem {
  const name = path.findLast((step) => typeof step === 'string') ?? '';
  // Somebody may have written the secret itself where its file's name belongs.
  const came = /File$|^env$/.test(name) ? 'is something else' : `is ${showValue(at(value, path))}`;
  return { path, message: `${came}; expected ${expected}` };
}

function unknownField(name: string, known: readonly string[], node: SchemaNode): string {
  if (known.length === 0) return `is no name that may stand here; expected ${expectation(node)}`;
  if (known.includes(`${name}File`))
    return `is no field: secrets are not written here, ${name}File names the file that holds it`;
  const meant = nearestName(name, known);
  const hint = meant === undefined ? `expected one of ${known.join(', ')}` : `did you mean ${meant}?`;
  return `is no field of this section; ${hint}`;
}

function expectation(node: SchemaNode | undefined): string {
  if (node === undefined) return 'a value';
  if (node.title !== undefined) return node.title;
  if (node.enum !== undefined)
    return node.enum.length === 1 ? quoted(node.enum[0]) : `one of ${node.enum.map(quoted).join(', ')}`;
  if (node.const !== undefined) return quoted(node.const);
  if (node.type === 'object') return `a section with ${Object.keys(node.properties ?? {}).join(', ')}`;
  return node.type === undefined ? 'a value' : `a ${node.type}`;
}

function quoted(value: unknown): string {
  return value === '' ? '""' : String(value);
}

function decodePointer(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** Turns the steps into lists to numbers, which only the value can tell. */
function fieldPath(value: unknown, steps: readonly string[]): FieldPath {
  return steps.map((step, depth) => (Array.isArray(at(value, steps.slice(0, depth))) ? Number(step) : step));
}

function at(value: unknown, steps: FieldPath): unknown {
  return steps.reduce<unknown>(
    (inner, step) => (inner as Record<string | number, unknown> | null | undefined)?.[step],
    value,
  );
}

function nodeAt(schema: TSchema, schemaPath: string): SchemaNode {
  return (at(schema, decodePointer(schemaPath)) ?? {}) as SchemaNode;
}
