/** Calls of the API made inside the process, for a caller whom a door knows already: the same checks, handlers and words. */
import type { FastifyBaseLogger } from 'fastify';
import { type Caller, proofProblem } from './caller.ts';
import { type Call, calls } from './calls.ts';
import { problemOf } from './errors.ts';
import type { Answer, Handler, Handlers, Input } from './handlers/handling.ts';
import type { Limits } from './limits.ts';
import type { Problem } from './problem.ts';

/** Calls that need a known caller. */
export type DirectCall = keyof Handlers;

/** Makes one call. Never rejects: what broke is a problem too, and in the log. */
export type DirectCalls = <N extends DirectCall>(
  name: N,
  caller: Caller,
  input: Partial<Input<N>>,
) => Promise<Answer<N> | Problem>;

export function directCalls(deps: {
  readonly handlers: Handlers;
  readonly limits: Pick<Limits, 'change'>;
  readonly log: FastifyBaseLogger;
}): DirectCalls {
  return async (name, caller, input) => {
    const handle = deps.handlers[name] as Handler<typeof name>;
    try {
      const refused = await callProblem(calls[name], caller, deps.limits);
      // Shapes are the caller's code's: what a person wrote is checked by the handlers and the rules behind them.
      return refused ?? (await handle(caller, input as Input<typeof name>));
    } catch (error) {
      return problemOf(error, deps.log);
    }
  };
}

/**
 * Why a known caller may not make a call: their proof is not good for it, or they change too much.
 *
 * @param between a check of the way they came, before the call is counted
 */
export async function callProblem(
  { method, needs }: Pick<Call, 'method' | 'needs'>,
  caller: Caller,
  limits: Pick<Limits, 'change'>,
  between: () => Problem | undefined = () => undefined,
): Promise<Problem | undefined> {
  const wrongProof = proofProblem(caller, needs);
  if (wrongProof !== undefined || method === 'GET') return wrongProof;
  return between() ?? (await limits.change(caller.principal.id));
}
