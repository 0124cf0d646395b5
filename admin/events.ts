/** `GET /api/events`: a signed-in page is told at once what kind of thing has changed, on whatever node; what it shows it reads by the other calls. */
import type { FastifyInstance } from 'fastify';
import type { Change } from '../gateway/store/store.ts';
import type { AdminDeps } from './admin-deps.ts';
import { addressOf, answerProblem } from './api.ts';
import type { Authenticate } from './authenticate.ts';
import type { Caller } from './caller.ts';
import { type ChangedKind, changedKind, type Reach, reachOf } from './changed-kinds.ts';
import { type EventStreams, eventStreams, type TooMany } from './event-streams.ts';
import { eventsPath, eventsSchema } from './openapi.ts';
import { Problem } from './problem.ts';
import { type StreamWriter, writerOf } from './stream-writer.ts';

/** The streams of a node as the composition sees them. */
export interface PageEvents {
  /** The policy is another one: what may be asked for, and by whom, is to be read again. */
  policyChanged(): void;
  /** Ends every stream, so that pages turn to another node. */
  close(): void;
}

type Signed = Extract<Caller, { readonly via: 'sign-in' }>;

/** Registers the address and listens to the store. */
export function registerEvents(
  app: FastifyInstance,
  deps: Pick<AdminDeps, 'store' | 'policy' | 'clientAddress' | 'log'> & {
    readonly authenticate: Authenticate;
  },
): PageEvents {
  const { store, log } = deps;
  const streams = eventStreams<Change, ChangedKind>({
    clock: () => performance.now(),
    after(ms, work) {
      const timer = setTimeout(work, ms);
      return () => clearTimeout(timer);
    },
    onLookFailed: (error) =>
      log.warn({ err: error }, 'the sign-in of an event stream could not be looked at'),
  });
  const stopListening = store.onChange((change) => {
    streams.tell(change);
    const { kind, principalId } = change ?? {};
    if (kind === 'sign-in' && principalId !== undefined) streams.lookAt(principalId);
  });

  app.get(eventsPath, { schema: eventsSchema, exposeHeadRoute: false }, async (request, reply) => {
    const caller = await deps.authenticate(request, addressOf(request, deps));
    if (caller instanceof Problem) return answerProblem(reply, caller);
    if (caller.via !== 'sign-in') return answerProblem(reply, pagesOnly);
    const writer = writerOf(reply);
    const closed = open(streams, caller, writer, deps);
    if (typeof closed === 'string') return answerProblem(reply, tooMany(closed));
    reply.raw.once('close', closed);
    return reply;
  });

  return {
    policyChanged: () => streams.tellAll('policy'),
    close() {
      stopListening();
      streams.close();
    },
  };
}

function open(
  streams: EventStreams<Change, ChangedKind>,
  { principal, signIn }: Signed,
  writer: StreamWriter,
  { store, policy }: Pick<AdminDeps, 'store' | 'policy'>,
): (() => void) | TooMany {
  let viewer = principal;
  let reach: Reach = reachOf(viewer, policy(), Date.now());
  return streams.open({
    principalId: viewer.id,
    writer,
    kindOf: (change) => changedKind(change, viewer.id, reach),
    // Read without use: a page that is only left open does not move the sign-in's idle limit.
    async stands() {
      const [signIns, known] = await Promise.all([store.signInsOf(viewer.id), store.principal(viewer.id)]);
      viewer = known ?? viewer;
      reach = reachOf(viewer, policy(), Date.now());
      return known !== undefined && signIns.some(({ hash }) => hash === signIn.hash);
    },
  });
}

const pagesOnly = new Problem(
  403,
  'sign-in-needed',
  'events are told to signed-in browsers only; a program reads the lists',
  { signIn: '/login' },
);

function tooMany(which: TooMany): Problem {
  return which === 'of-the-person'
    ? new Problem(429, 'too-many', 'you have too many windows open; this one reads its lists now and then', {
        retryAfterSeconds: 60,
      })
    : new Problem(
        503,
        'too-many',
        'this node tells as many pages of changes as it can; try again in a minute',
        {
          retryAfterSeconds: 60,
        },
      );
}
