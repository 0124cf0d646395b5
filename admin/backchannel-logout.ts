/** POST /oidc/backchannel-logout: the identity provider ends a sign-in (OpenID Connect Back-Channel Logout 1.0). */
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { EndingDeps } from '../gateway/identity/endings.ts';
import { ProviderError } from '../gateway/identity/provider-error.ts';
import { endByProvider } from '../gateway/identity/provider-logout.ts';
import { StoreError } from '../gateway/store/store-error.ts';
import type { AdminDeps } from './admin-deps.ts';
import { addressOf } from './api.ts';
import type { RefusedSignIns } from './refused-sign-ins.ts';

/** Where the provider sends log-out tokens to; registered there by the operator. */
export const logoutPath = '/oidc/backchannel-logout';

/** A token is 1 to 2 KB; with many claims and a long signature it stays far below this. */
const longestBody = 32_768;

/** What the route needs. */
export interface BackChannelDeps extends Pick<AdminDeps, 'clientAddress' | 'provider' | 'log'> {
  readonly endings: EndingDeps;
  readonly refusedSignIns: RefusedSignIns;
}

/** Registers the route, the only one that reads forms. */
export async function registerBackChannelLogout(app: FastifyInstance, deps: BackChannelDeps): Promise<void> {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string' },
      (_request, body, done) => done(null, new URLSearchParams(String(body))),
    );
    scope.setErrorHandler((error: { statusCode?: number }, request, reply) => {
      if ((error.statusCode ?? 500) < 500)
        return refuse(reply, 400, 'invalid_request', `the body is no form of at most ${longestBody} bytes`);
      deps.log.error({ err: error }, 'a log-out by the identity provider broke');
      deps.refusedSignIns.note(addressOf(request, deps), 'logout-failed');
      return refuse(
        reply,
        503,
        'temporarily_unavailable',
        'the sign-in could not be ended; send the token again',
      );
    });
    scope.post(logoutPath, { bodyLimit: longestBody }, async (request, reply) => {
      const address = addressOf(request, deps);
      const [token, ...others] =
        request.body instanceof URLSearchParams ? request.body.getAll('logout_token') : [];
      if (token === undefined || token === '' || others.length > 0)
        return refuse(reply, 400, 'invalid_request', 'logout_token is expected, once');
      try {
        const logout = await deps.provider.verifyLogout(token);
        const { kind } = await endByProvider(deps.endings, logout, address);
        if (kind === 'ended') return reply.header('cache-control', 'no-store').code(200).send();
        deps.refusedSignIns.note(address, 'logout-token', 'the log-out token was taken before');
        return refuse(reply, 400, 'invalid_request', 'the log-out token was taken before');
      } catch (error) {
        if (error instanceof StoreError)
          return refuse(
            reply,
            503,
            'temporarily_unavailable',
            'the store does not answer; send the token again',
          );
        if (!(error instanceof ProviderError)) throw error;
        if (error.code === 'AUTH_PROVIDER_UNREACHABLE') {
          deps.log.warn({ err: error }, 'a log-out token could not be verified');
          return refuse(reply, 503, 'temporarily_unavailable', `${error.message}; send the token again`);
        }
        deps.refusedSignIns.note(address, 'logout-token', error.message);
        return refuse(reply, 400, 'invalid_request', error.message);
      }
    });
  });
}

/** Section 2.8: a JSON body with `error`, and nothing that is kept on the way. */
function refuse(reply: FastifyReply, status: number, error: string, description: string): FastifyReply {
  if (status === 503) void reply.header('retry-after', '30');
  return reply
    .code(status)
    .header('cache-control', 'no-store')
    .type('application/json; charset=utf-8')
    .serializer(JSON.stringify)
    .send({ error, error_description: description });
}
