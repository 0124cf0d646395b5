/** Fastify checks calls with typebox's own compiler instead of Ajv, so that types, checks and the OpenAPI document are one. */
import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { Convert } from 'typebox/value';

/** A field that does not fit, as the API names it. */
export interface Fault {
  readonly field: string;
  readonly message: string;
}

/** Thrown to fastify for a call whose fields do not fit; the error handler answers it with 400. */
export class CallFault extends Error {
  override readonly name = 'CallFault';
  readonly faults: readonly Fault[];
  constructor(faults: readonly Fault[]) {
    super('some fields of the call do not fit');
    this.faults = faults;
  }
}

/** Faults listed before the rest is left out. */
const mostFaults = 20;

/** Compiles one schema when a call first needs it; the text of an address (`true`, `10`) is converted, a body is taken as it is. */
export const compileSchema: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  let compiled: ReturnType<typeof Compile<TSchema>> | undefined;
  return (given: unknown) => {
    compiled ??= Compile(schema);
    const check = compiled;
    const value = httpPart === 'body' ? (given ?? {}) : Convert(schema, given);
    if (check.Check(value)) return { value };
    const faults = check
      .Errors(value)
      .filter(({ keyword }) => keyword !== 'boolean')
      .slice(0, mostFaults)
      .map((error): Fault => ({ field: fieldOf(error), message: error.message }));
    return { error: new CallFault(faults) };
  };
};

function fieldOf({ instancePath, params }: { instancePath: string; params: object }): string {
  const named =
    'additionalProperties' in params
      ? params.additionalProperties
      : 'requiredProperties' in params
        ? params.requiredProperties
        : [];
  const name = Array.isArray(named) ? named.map(String).join(', ').slice(0, 200) : '';
  return [instancePath.slice(1).replaceAll('/', '.'), name].filter((part) => part !== '').join('.');
}
