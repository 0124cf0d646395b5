/** Registers every call of the table: who calls, may they, do they come from our page, not too often; then the handler. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AdminDeps } from './admin-deps.ts';
import type { Authenticate } from './authenticate.ts';
import type { Caller } from './caller.ts';
import { type Call, type CallName, calls } from './calls.ts';
import { callProblem } from './direct-calls.ts';
import type { Handlers, Input, OpenHandlers } from './handlers/handling.ts';
import type { Limits } from './limits.ts';
import { describe } from './openapi.ts';
import { Problem } from './problem.ts';
import { foreignSiteProblem } from './same-site.ts';

/** What registering the calls needs. */
export interface ApiDeps extends Pick<AdminDeps, 'config' | 'clientAddress'> {
  readonly authenticate: Authenticate;
  readonly limits: Limits;
  readonly handlers: Handlers;
  readonly open: OpenHandlers;
}

/** Registers the API. */
export function registerApi(app: FastifyInstance, deps: ApiDeps): void {
  for (const [name, call] of Object.entries(calls) as [CallName, Call][]) {
    app.route({
      method: call.method,
      url: call.url,
      schema: describe(name, call),
      exposeHeadRoute: false,
      ...(isOpen(call) ? { bodyLimit: openBodyLimit } : {}),
      // Before the body is read: strangers cannot make the gateway parse.
      onRequest: async (request, reply) => {
        const admitted = await admit(call, request, deps);
        if (admitted instanceof Problem) return answerProblem(reply, admitted);
        if (admitted !== undefined) callers.set(request, admitted);
        return undefined;
      },
      handler: async (request, reply) => {
        if (name === 'health') return { status: 'ok' };
        const { params, query, body } = request;
        const input = { params, query, body, address: addressOf(request, deps) } as unknown as Input<never>;
        const answer = await (isOpen(call)
          ? (deps.open[name as keyof OpenHandlers] as (input: unknown) => Promise<unknown>)(input)
          : (deps.handlers[name as keyof Handlers] as Known)(callerOf(request), input));
        if (answer instanceof Problem) return answerProblem(reply, answer);
        return reply.code(isUnrecorded(call, answer) ? 202 : call.status).send(answer);
      },
    });
  }
}

function isUnrecorded({ inForceAtOnce }: Call, answer: unknown): boolean {
  return inForceAtOnce === true && (answer as { readonly recorded: boolean }).recorded === false;
}

type Known = (caller: Caller, input: unknown) => Promise<unknown>;

/** The longest body of somebody nobody knows: the longest line of a public key, and what stands around it. */
const openBodyLimit = 20_480;

function isOpen({ needs }: Call): boolean {
  return needs.includes('nothing');
}

const callers = new WeakMap<FastifyRequest, Caller>();

function callerOf(request: FastifyRequest): Caller {
  const caller = callers.get(request);
  if (caller === undefined) throw new Error('a call without a caller reached its handler');
  return caller;
}

/** The checks every call passes, in their order. */
async function admit(
  call: Call,
  request: FastifyRequest,
  deps: ApiDeps,
): Promise<Caller | Problem | undefined> {
  const address = addressOf(request, deps);
  if (isOpen(call)) {
    if (call.method === 'GET') return undefined;
    return (await deps.limits.signIn(address)) ?? (await deps.limits.credentials(address));
  }
  const caller = await deps.authenticate(request, address);
  if (caller instanceof Problem) return caller;
  const fromElsewhere = (): Problem | undefined =>
    caller.via === 'sign-in'
      ? foreignSiteProblem(request.headers, caller.signIn.csrf, deps.config().publicUrl)
      : undefined;
  return (await callProblem(call, caller, deps.limits, fromElsewhere)) ?? caller;
}

/** The address a request is counted under. */
export function addressOf(
  request: FastifyRequest,
  { clientAddress }: Pick<AdminDeps, 'clientAddress'>,
): string {
  return clientAddress(request.raw.socket, request.headers).address;
}

/** Sends a problem as JSON. */
export function answerProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  if (problem.retryAfterSeconds !== undefined)
    void reply.header('retry-after', String(problem.retryAfterSeconds));
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer realm="sluice"');
  // Sent as text: a problem is the same whatever the call's own shapes are.
  return reply
    .code(problem.status)
    .type('application/json; charset=utf-8')
    .serializer(JSON.stringify)
    .send(problem.body);
}
