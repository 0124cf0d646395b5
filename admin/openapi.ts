/** The OpenAPI document, made from the table of calls. */
import swagger from '@fastify/swagger';
import fastify, { type FastifyInstance } from 'fastify';
import { type Call, calls, namedShapes } from './calls.ts';
import { AuditStreamQuery, ReportQuery } from './schemas/audit.ts';
import { AccessReport } from './schemas/audit-report.ts';
import { Deactivated, DeactivatedAnswer, SignedHeaders } from './schemas/deactivated.ts';
import { Problem } from './schemas/problem.ts';
import { reference } from './schemas/reference.ts';

/** Where other systems say that somebody has left. */
export const hookPath = '/api/hooks/deactivated';

/** Where pages are told what has changed. */
export const eventsPath = '/api/events';

/** Where auditors are told of new entries. */
export const auditStreamPath = '/api/audit/stream';

/** Where auditors have the access report. */
export const auditReportPath = '/api/audit/report';

/** Registers the document's own settings and the named shapes; calls registered afterwards become part of it. */
export async function registerOpenapi(app: FastifyInstance): Promise<void> {
  for (const shape of namedShapes) app.addSchema(shape);
  await app.register(swagger, {
    // Sign-in and page are for browsers, no calls of the API.
    hideUntagged: true,
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Sluice',
        description: 'Just-in-time access to Git repositories: ask, answer, revoke, prove.',
        version: '1',
      },
      components: {
        securitySchemes: {
          bearer: {
            type: 'http',
            scheme: 'bearer',
            description: 'an `api` credential (slu_a_…) or an ID token of the configured issuer',
          },
          signature: {
            type: 'apiKey',
            in: 'header',
            name: 'webhook-signature',
            description: 'signed per Standard Webhooks with the secret of hooks.deactivated',
          },
          cookie: {
            type: 'apiKey',
            in: 'cookie',
            name: '__Host-sluice',
            description: 'a browser’s sign-in; changes also need the header X-CSRF-Token',
          },
        },
      },
    },
    refResolver: { buildLocalReference: (schema, _base, _fragment, i) => String(schema.$id ?? `shape-${i}`) },
  });
}

/** The route schema of one call, its errors included. */
export function describe(name: string, call: Call): Record<string, unknown> {
  const open = call.needs.includes('nothing');
  return {
    operationId: name,
    summary: call.summary,
    tags: [call.tag],
    ...(call.params === undefined ? {} : { params: call.params }),
    ...(call.query === undefined ? {} : { querystring: call.query }),
    ...(call.body === undefined ? {} : { body: call.body }),
    security: open ? [] : [{ bearer: [] }, { cookie: [] }],
    response: {
      [call.status]: { description: 'done', ...call.answer },
      ...(call.inForceAtOnce === true
        ? { 202: { description: 'done and in force; not in the audit yet', ...call.answer } }
        : {}),
      default: { description: 'not done', ...reference(Problem) },
    },
  };
}

/** The route schema of the hook, which no person calls and which is in no table. */
export const hookSchema = {
  operationId: 'deactivated',
  summary: 'Another system says that somebody has left: their access ends at once',
  tags: ['hooks'],
  headers: SignedHeaders,
  body: Deactivated,
  security: [{ signature: [] }],
  response: {
    200: { description: 'taken', ...DeactivatedAnswer },
    default: { description: 'not taken, or to be sent again', ...reference(Problem) },
  },
};

/** The route schema of the event stream, whose answer is no JSON. */
export const eventsSchema = {
  operationId: 'events',
  summary: 'Server-sent events for signed-in pages: `changed` with the kinds of things that have changed',
  description:
    'Each event names kinds only (requests, grants, locks, operations, credentials, me, policy, or anything); what has changed is read by the other calls. Ends with the sign-in.',
  tags: ['events'],
  security: [{ cookie: [] }],
  response: { default: { description: 'not told', ...reference(Problem) } },
};

/** The route schema of the stream of entries, whose answer is no JSON. */
export const auditStreamSchema = {
  operationId: 'auditStream',
  summary: 'Server-sent events with the entries that all nodes write, from now on (role auditor)',
  description:
    '`ready` comes first, its data `{"coverage"}`; then `entries`, each `{"entries", "people"}` as in `GET /api/audit`. The id of an event is a place in the log: a stream that is opened with it at this node (`after`, or Last-Event-ID) goes on behind it. Entries of other nodes come a second later, from what they share in the store; of what was passed over there since it is not held any more, `missing` tells, ranges of `{chain, fromSeq, toSeq}`. Ends with the sign-in or the role.',
  tags: ['audit'],
  querystring: AuditStreamQuery,
  security: [{ bearer: [] }, { cookie: [] }],
  response: { default: { description: 'not told', ...reference(Problem) } },
};

/** The route schema of the access report, which is written as the command writes it. */
export const auditReportSchema = {
  operationId: 'accessReport',
  summary:
    'Who had what access in a period, why, and what was done with it, as JSON or as a page to print (role auditor)',
  description:
    'What `sluice audit report` makes of this node’s log (docs/audit-query.md). `hash` is what a sign-off names; chains of other nodes are among the `gaps`.',
  tags: ['audit'],
  querystring: ReportQuery,
  security: [{ bearer: [] }, { cookie: [] }],
  response: {
    200: {
      description: 'the report',
      content: {
        'application/json': { schema: reference(AccessReport) },
        'text/html': { schema: { type: 'string' } },
      },
    },
    default: { description: 'not told', ...reference(Problem) },
  },
};

/** The document as JSON text, without a running gateway: every call is registered with a handler that is never called. */
export async function openapiDocument(): Promise<string> {
  const app = fastify();
  app.setValidatorCompiler(() => () => true);
  await registerOpenapi(app);
  for (const [name, call] of Object.entries<Call>(calls)) {
    app.route({ method: call.method, url: call.url, schema: describe(name, call), handler: () => ({}) });
  }
  app.route({ method: 'POST', url: hookPath, schema: hookSchema, handler: () => ({}) });
  app.route({
    method: 'GET',
    url: eventsPath,
    schema: eventsSchema,
    exposeHeadRoute: false,
    handler: () => ({}),
  });
  app.route({
    method: 'GET',
    url: auditReportPath,
    schema: auditReportSchema,
    exposeHeadRoute: false,
    handler: () => ({}),
  });
  app.route({
    method: 'GET',
    url: auditStreamPath,
    schema: auditStreamSchema,
    exposeHeadRoute: false,
    handler: () => ({}),
  });
  await app.ready();
  const text = `${JSON.stringify(app.swagger(), null, 2)}\n`;
  await app.close();
  return text;
}
