/** `GET /api/audit/stream`: an auditor reads the entries of all nodes as they become durable. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AdminDeps } from './admin-deps.ts';
import { addressOf, answerProblem } from './api.ts';
import { type EntryStream, entryStream } from './audit-entry-stream.ts';
import type { Authenticate } from './authenticate.ts';
import { type Caller, proofProblem } from './caller.ts';
import { askedText, auditorProblem, type WishQuery, wishOf } from './handlers/audit-wish.ts';
import { auditStreamPath, auditStreamSchema } from './openapi.ts';
import { Problem } from './problem.ts';
import { auditPlaceForm } from './schemas/audit.ts';
import { writerOf } from './stream-writer.ts';

/** The streams of a node as the composition sees them. */
export interface AuditStreams {
  /** Looks at once whether those who read may still. */
  look(): void;
  /** Ends every stream, and opens none any more. */
  close(): void;
}

type Deps = Pick<
  AdminDeps,
  'store' | 'policy' | 'clientAddress' | 'log' | 'readAudit' | 'auditRead' | 'onAudited' | 'canonicalName'
> & { readonly authenticate: Authenticate };

const placeForm = new RegExp(auditPlaceForm);
const ofPersonAtMost = 6;
const ofNodeAtMost = 200;

/** Registers the address and listens to the log. */
export function registerAuditStream(app: FastifyInstance, deps: Deps): AuditStreams {
  const streams = new Map<EntryStream, string>();
  let isClosed = false;
  let stopListening: (() => void) | undefined;
  /** Only while somebody reads: other nodes' entries are asked for. */
  const listen = (): void => {
    stopListening ??= deps.onAudited(() => {
      for (const stream of streams.keys()) stream.wake();
    });
  };
  const forget = (stream: EntryStream): void => {
    streams.delete(stream);
    stream.end();
    if (streams.size > 0) return;
    stopListening?.();
    stopListening = undefined;
  };

  app.get(auditStreamPath, { schema: auditStreamSchema, exposeHeadRoute: false }, async (request, reply) => {
    const caller = await readerOf(request, deps);
    if (caller instanceof Problem) return answerProblem(reply, caller);
    const { id } = caller.principal;
    const query = request.query as WishQuery & { readonly after?: string; readonly nodes?: 'this' | 'all' };
    const wish = wishOf(query, deps);
    if (wish instanceof Problem) return answerProblem(reply, wish);
    const own = [...streams.values()].filter((principalId) => principalId === id);
    if (own.length >= ofPersonAtMost) return answerProblem(reply, tooManyOfOne);
    if (isClosed || streams.size >= ofNodeAtMost) return answerProblem(reply, tooManyOfNode);
    const stream = entryStream({
      wish,
      nodes: query.nodes ?? 'all',
      after: query.after ?? placeOf(request.headers['last-event-id']),
      writer: writerOf(reply),
      read: deps.readAudit,
      stands: () => stillReads(request, deps),
      onFailed: (error) =>
        deps.log.warn({ err: error }, 'an audit stream could not go on and was broken off'),
    });
    streams.set(stream, id);
    listen();
    forgetAtEnd(reply, () => forget(stream));
    await deps.auditRead(id, 'stream', askedText(query));
    stream.begin();
    return reply;
  });

  return {
    look() {
      for (const stream of streams.keys()) stream.look();
    },
    close() {
      isClosed = true;
      stopListening?.();
      for (const stream of streams.keys()) stream.end();
    },
  };
}

function forgetAtEnd({ raw }: FastifyReply, forget: () => void): void {
  raw.once('close', forget);
}

/** Who calls, when they may read the audit. */
async function readerOf(request: FastifyRequest, deps: Deps): Promise<Caller | Problem> {
  const caller = await deps.authenticate(request, addressOf(request, deps));
  if (caller instanceof Problem) return caller;
  return (
    proofProblem(caller, ['audit']) ??
    auditorProblem(caller.principal, deps, await deps.store.now()) ??
    caller
  );
}

/** Whether a reader may go on. What cannot be looked at just now is looked at again. */
async function stillReads(request: FastifyRequest, deps: Deps): Promise<boolean> {
  const reader = await readerOf(request, deps);
  return !(reader instanceof Problem) || reader.status >= 500 || reader.status === 429;
}

function placeOf(lastEventId: string | string[] | undefined): string | undefined {
  return typeof lastEventId === 'string' && placeForm.test(lastEventId) ? lastEventId : undefined;
}

const tooManyOfOne = new Problem(429, 'too-many', 'you follow the audit in too many places already', {
  retryAfterSeconds: 60,
});
const tooManyOfNode = new Problem(503, 'too-many', 'this node streams to as many auditors as it can', {
  retryAfterSeconds: 60,
});
