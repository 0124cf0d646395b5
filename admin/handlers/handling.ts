/** How the calls of the table are handled: typed by the table, knowing nothing of HTTP. */
import type { Static, TSchema } from 'typebox';
import type { Caller } from '../caller.ts';
import type { CallName, calls } from '../calls.ts';
import type { Problem } from '../problem.ts';

type Part<C, K extends string> = C extends { readonly [P in K]: infer S extends TSchema }
  ? Static<S>
  : undefined;

/** What a call brings, checked against its shapes. */
export interface Input<N extends CallName> {
  readonly params: Part<(typeof calls)[N], 'params'>;
  readonly query: Part<(typeof calls)[N], 'query'>;
  readonly body: Part<(typeof calls)[N], 'body'>;
  /** The address the call is counted under. */
  readonly address: string;
}

/** What a call answers with when it does what was asked. */
export type Answer<N extends CallName> = Static<(typeof calls)[N]['answer']>;

export type Handler<N extends CallName> = (caller: Caller, input: Input<N>) => Promise<Answer<N> | Problem>;

/** Calls that anybody may make who reaches the gateway; `/healthz` has no handler. */
export type OpenCall = 'beginSshLogin' | 'finishSshLogin' | 'leaveSshLogin';

/** One handler for every call that needs a known caller. */
export type Handlers = { readonly [N in Exclude<CallName, 'health' | OpenCall>]: Handler<N> };

/** One for every other. */
export type OpenHandlers = {
  readonly [N in OpenCall]: (input: Input<N>) => Promise<Answer<N> | Problem>;
};
