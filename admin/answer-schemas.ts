/** Answers are written after their schema, so that a field it does not name never leaves; a schema is compiled when it is first needed. */
import { SerializerSelector } from '@fastify/fast-json-stringify-compiler';

const compilerOver = SerializerSelector();

/**
 * As fastify's own, which compiles the answers of every call before the first one can be taken: half a second of a start.
 *
 * @param shared what answers refer to by name
 */
export const buildSerializer: typeof compilerOver = (shared, options) => {
  const compile = compilerOver(shared, options);
  return (route) => {
    let serialize: ((answer: unknown) => string) | undefined;
    return (answer: unknown) => {
      serialize ??= compile(route);
      return serialize(answer);
    };
  };
};
