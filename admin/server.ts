/** The API, the sign-in and the page as one handler of requests; whose socket they come from is the door's affair. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import fastify, { type FastifyInstance, LogController } from 'fastify';
import type { EndingDeps } from '../gateway/identity/endings.ts';
import { signIns as openSignIns } from '../gateway/identity/sign-in.ts';
import { boundPendingLinks } from '../gateway/ssh/pending-links.ts';
import type { AdminDeps } from './admin-deps.ts';
import { buildSerializer } from './answer-schemas.ts';
import { answerProblem, registerApi } from './api.ts';
import { registerAuditReport } from './audit-report.ts';
import { registerAuditStream } from './audit-stream.ts';
import { authenticator } from './authenticate.ts';
import { registerBackChannelLogout } from './backchannel-logout.ts';
import { credentialUses } from './credential-uses.ts';
import { registerDeactivatedHook } from './deactivated-hook.ts';
import { type DirectCalls, directCalls } from './direct-calls.ts';
import { problemOf } from './errors.ts';
import { type PageEvents, registerEvents } from './events.ts';
import { auditHandlers } from './handlers/audit.ts';
import { reportHandlers } from './handlers/audit-report.ts';
import { verifyHandlers } from './handlers/audit-verify.ts';
import { canHandlers } from './handlers/can.ts';
import { credentialHandlers } from './handlers/credentials.ts';
import { grantHandlers } from './handlers/grants.ts';
import type { Handlers } from './handlers/handling.ts';
import { keyLinkHandlers } from './handlers/key-links.ts';
import { keyHandlers } from './handlers/keys.ts';
import { lockHandlers } from './handlers/locks.ts';
import { meHandlers } from './handlers/me.ts';
import { nowHandlers } from './handlers/now.ts';
import { operationHandlers } from './handlers/operations.ts';
import { ownOperationHandlers } from './handlers/own-operations.ts';
import { requestHandlers } from './handlers/requests.ts';
import { ruleHandlers } from './handlers/rules.ts';
import { certificateHandlers } from './handlers/ssh-certificates.ts';
import { loginHandlers } from './handlers/ssh-logins.ts';
import { registerKnownHosts } from './known-hosts.ts';
import { limits as openLimits } from './limits.ts';
import { registerOpenapi } from './openapi.ts';
import { registerPage } from './page.ts';
import { Problem } from './problem.ts';
import { noteRefusedSignIns } from './refused-sign-ins.ts';
import { callbackPath, registerSignIn } from './sign-in-routes.ts';
import { compileSchema } from './type-provider.ts';

/** A running API. */
export interface Admin {
  /** Answers one request; the door calls it for everything that is not Git. */
  readonly handler: (request: IncomingMessage, response: ServerResponse) => void;
  /** Calls for those whom another door knows. */
  readonly direct: DirectCalls;
  /** The OpenAPI document. */
  readonly openapi: () => object;
  /** What open pages are told. */
  readonly events: PageEvents;
  close(): Promise<void>;
}

/** The longest body of a call; a request with 20 scopes of 100 refs fits. */
const bodyLimit = 65_536;

/** Builds the API; resolves when it can take requests. */
export async function createAdmin(deps: AdminDeps): Promise<Admin> {
  let handler: Admin['handler'] | undefined;
  const app = fastify({
    // The port is shared with Git's door: fastify hands over its handler and never listens.
    serverFactory: (handle) => {
      handler = handle;
      return createServer();
    },
    loggerInstance: deps.log,
    logController: new LogController({ disableRequestLogging: true }),
    schemaController: { compilersFactory: { buildSerializer } },
    bodyLimit,
    requestIdHeader: false,
    routerOptions: { maxParamLength: 256, ignoreTrailingSlash: false, caseSensitive: true },
  }) as unknown as FastifyInstance;
  const config = deps.config();
  const limits = openLimits(config.limits.maxAuthFailuresPerMinute);
  const newPrincipalId = () => deps.newId('P');
  const endings: EndingDeps = {
    store: deps.store,
    settle: deps.settle,
    settleInForce: deps.settleInForce,
    newLockId: () => deps.newId('L'),
    endWithSignIn: () => deps.config().credentials.endWithSignIn,
  };
  const signIns = openSignIns({
    ...endings,
    provider: deps.provider,
    redirectUri: `${config.publicUrl}${callbackPath}`,
    spans: () => deps.config().signIn,
    newPrincipalId,
    keepRefresh: deps.keepRefresh,
  });
  const refusedSignIns = noteRefusedSignIns({
    record: deps.record,
    onFailed: (error) =>
      deps.log.error({ err: error }, 'a refused sign-in could not be written to the audit'),
  });
  const authenticate = authenticator({
    refusedSignIns,
    store: deps.store,
    provider: deps.provider,
    signIns,
    limits,
    noteUse: credentialUses({
      store: deps.store,
      clock: () => performance.now(),
      onFailed: (error) => deps.log.error({ err: error }, 'the use of a credential could not be noted'),
    }),
    newPrincipalId,
  });

  app.setValidatorCompiler(compileSchema);
  readJsonOnly(app);
  answerErrors(app, deps);
  await app.register(helmet, securityHeaders(config.publicUrl));
  await app.register(cookie);
  await registerOpenapi(app);
  const handlers: Handlers = {
    ...requestHandlers(deps),
    ...grantHandlers(deps),
    ...operationHandlers(deps),
    ...lockHandlers(deps),
    ...nowHandlers(deps),
    ...auditHandlers(deps),
    ...reportHandlers(deps),
    ...verifyHandlers(deps),
    ...canHandlers(deps),
    ...ruleHandlers(deps),
    ...credentialHandlers(deps),
    ...keyHandlers(deps),
    ...keyLinkHandlers(deps),
    ...certificateHandlers(deps),
    ...meHandlers(deps),
    ...ownOperationHandlers(deps),
  };
  registerApi(app, {
    config: deps.config,
    clientAddress: deps.clientAddress,
    authenticate,
    limits,
    handlers,
    open: loginHandlers({ ...deps, pending: boundPendingLinks(), limits, refusedSignIns }),
  });
  const events = registerEvents(app, { ...deps, authenticate });
  registerAuditReport(app, { ...deps, authenticate });
  const auditStreams = registerAuditStream(app, { ...deps, authenticate });
  app.get('/api/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  registerKnownHosts(app, deps);
  registerSignIn(app, { ...deps, signIns, limits, refusedSignIns });
  await registerBackChannelLogout(app, { ...deps, endings, refusedSignIns });
  await registerDeactivatedHook(app, { ...deps, endings, refusedSignIns });
  await registerPage(app, { webRoot: deps.webRoot, signIns });
  await app.ready();
  if (handler === undefined) throw new Error('fastify made no handler');
  return {
    handler,
    direct: directCalls({ handlers, limits, log: deps.log }),
    openapi: () => app.swagger(),
    events: {
      policyChanged: () => {
        events.policyChanged();
        auditStreams.look();
      },
      close: () => {
        events.close();
        auditStreams.close();
      },
    },
    close: async () => {
      events.close();
      auditStreams.close();
      await app.close();
      await refusedSignIns.flush();
    },
  };
}

/** Bodies are JSON or nothing. An empty one stands for `{}`, since calls without fields are sent either way. */
function readJsonOnly(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, {});
    else void parse(request, String(body), done);
  });
}

function answerErrors(app: FastifyInstance, { log }: Pick<AdminDeps, 'log'>): void {
  app.setErrorHandler((error, request, reply) => {
    const problem = problemOf(error, log);
    if (isApi(request.url)) return answerProblem(reply, problem);
    // Outside the folder of assets or missing in it: the same to everyone.
    if (problem.status === 403) return reply.callNotFound();
    return reply
      .code(problem.status)
      .type('text/plain; charset=utf-8')
      .send(`sluice: ${problem.body.message}\n`);
  });
  app.setNotFoundHandler((request, reply) => {
    if (isApi(request.url))
      return answerProblem(reply, new Problem(404, 'no-such-call', 'the API has no such call'));
    return reply
      .code(404)
      .type('text/plain; charset=utf-8')
      .send('sluice: there is nothing at this address\n');
  });
  app.addHook('onSend', async (request, reply) => {
    if (isApi(request.url)) void reply.header('cache-control', 'no-store');
  });
}

function isApi(url: string): boolean {
  return url.startsWith('/api/') || url === '/logout';
}

/** Everything from this origin and nothing from elsewhere. */
function securityHeaders(publicUrl: string) {
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        // Mantine writes style elements and style attributes; a nonce cannot cover attributes. Styles run no code.
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        manifestSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    referrerPolicy: { policy: 'same-origin' as const },
    xFrameOptions: { action: 'deny' as const },
    // On localhost it would lock plain-HTTP servers of the same machine out of the browser.
    strictTransportSecurity:
      new URL(publicUrl).hostname === 'localhost'
        ? (false as const)
        : { maxAge: 31_536_000, includeSubDomains: false },
  };
}
