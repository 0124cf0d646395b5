/** Calls of the API by their names in its own table, so that address and shapes cannot drift from what the gateway serves. */
import type { TSchema } from 'typebox';
import { Check } from 'typebox/value';
import { type Call, type CallName, calls, namedShapes } from '../../../admin/calls.ts';
import type { Answer, Input } from '../../../admin/handlers/handling.ts';
import { Problem, type ProblemBody } from '../../../admin/schemas/problem.ts';
import type { Received, Sent } from './exchange.ts';

/** What a call brings. */
export type CallInput<N extends CallName> = Partial<Omit<Input<N>, 'address'>>;

/** What an answer means. */
export type Read<N extends CallName> =
  | { readonly kind: 'done'; readonly answer: Answer<N> }
  | { readonly kind: 'refused'; readonly problem: ProblemBody }
  /** Not in the API's words: another server, a proxy in between, or another version. */
  | { readonly kind: 'foreign' };

/** Writes the call. */
export function writeCall<N extends CallName>(name: N, { params, query, body }: CallInput<N>): Sent {
  const { method, url } = calls[name];
  const { id = '' } = (params ?? {}) as { id?: string };
  const search = new URLSearchParams(
    Object.entries(query ?? {}).map(([field, value]): [string, string] => [field, String(value)]),
  );
  const path = url.replace(':id', encodeURIComponent(id));
  return {
    method,
    path: search.size === 0 ? path : `${path}?${search.toString()}`,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  };
}

/** Reads the answer, and takes nothing for an answer that has not its shape; fields it does not know are let be. */
export function readAnswer<N extends CallName>(name: N, { status, contentType, text }: Received): Read<N> {
  const value = contentType.startsWith('application/json') ? parsed(text) : undefined;
  const call: Call = calls[name];
  const isDone = status === call.status || (call.inForceAtOnce === true && status === 202);
  if (isDone && fits(call.answer, value)) return { kind: 'done', answer: value as Answer<N> };
  if (status >= 400 && fits(Problem, value)) return { kind: 'refused', problem: value as ProblemBody };
  return { kind: 'foreign' };
}

/** Named shapes are referred to as `Name#`. */
const context = Object.fromEntries(namedShapes.map((shape) => [`${shapeId(shape)}#`, shape]));

function shapeId(shape: object): string {
  return (shape as { $id?: string }).$id ?? '';
}

function fits(shape: TSchema, value: unknown): boolean {
  return Check(context, shape, value);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
