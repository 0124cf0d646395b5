/** Named shapes are written once in the OpenAPI document and referred to from everywhere else. */
import Type, { type Static, type TSchema, type TUnsafe } from 'typebox';

/** A reference to a shape that has an `$id` and is registered with the server; typed as the shape itself. Throws for a shape without one. */
export function reference<T extends TSchema>(shape: T): TUnsafe<Static<T>> {
  const { $id } = shape as { $id?: string };
  if ($id === undefined) throw new Error('a shape without $id cannot be referred to');
  return Type.Unsafe<Static<T>>({ $ref: `${$id}#` });
}
