/** Signing in and out in a browser: /login, the provider's callback, /logout. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { localPath } from '../gateway/identity/local-path.ts';
import { ProviderError } from '../gateway/identity/provider-error.ts';
import type { Browser, SignIns } from '../gateway/identity/sign-in.ts';
import type { AdminDeps } from './admin-deps.ts';
import { addressOf, answerProblem } from './api.ts';
import { browserCookie, browserCookieSettings, signInCookie, signInCookieSettings } from './cookies.ts';
import type { Limits } from './limits.ts';
import { sendNotice } from './notice.ts';
import type { Problem } from './problem.ts';
import type { RefusedSignIns } from './refused-sign-ins.ts';
import { foreignSiteProblem } from './same-site.ts';

/** Where the provider sends browsers back to; registered there by the operator. */
export const callbackPath = '/oidc/callback';

/** What the routes need. */
export interface SignInRouteDeps extends Pick<AdminDeps, 'config' | 'clientAddress' | 'provider' | 'log'> {
  readonly signIns: SignIns;
  readonly limits: Limits;
  readonly refusedSignIns: RefusedSignIns;
}

/** Registers the routes. */
export function registerSignIn(app: FastifyInstance, deps: SignInRouteDeps): void {
  const { signIns, limits } = deps;

  app.get('/login', async (request, reply) => {
    const browser = browserOf(request, deps);
    const query = request.query as Record<string, unknown>;
    const returnTo = localPath(oneText(query.returnTo)) ?? '/';
    const tooMany = await limits.signIn(browser.address);
    if (tooMany !== undefined) return sendProblemNotice(reply, tooMany, returnTo);
    const restarts = Number(/^[0-9]$/.exec(oneText(query.restarts) ?? '')?.[0] ?? 0);
    const departure = await signIns
      .begin(browser, { returnTo, fresh: query.fresh === '1', restarts })
      .catch((error: unknown) => {
        if (error instanceof ProviderError) return error;
        throw error;
      });
    if (departure instanceof ProviderError) return refused(request, reply, departure, returnTo, deps);
    if (departure.kind === 'signed-in') return redirect(reply, departure.returnTo);
    void reply.setCookie(browserCookie, departure.browserId, browserCookieSettings);
    return redirect(reply, departure.address);
  });

  app.get(callbackPath, async (request, reply) => {
    const browser = browserOf(request, deps);
    const tooMany = await limits.signIn(browser.address);
    if (tooMany !== undefined) return sendProblemNotice(reply, tooMany, '/');
    // The raw address: the provider's parameters must reach the check as they came.
    const callback = new URL(
      request.raw.url?.replace(/^[^?]*/, callbackPath) ?? callbackPath,
      deps.config().publicUrl,
    );
    const arrival = await signIns.finish(browser, callback);
    switch (arrival.kind) {
      case 'signed-in':
        void reply.setCookie(signInCookie, arrival.signInId, signInCookieSettings);
        return redirect(reply, arrival.returnTo);
      case 'already':
        return redirect(reply, arrival.returnTo);
      case 'stale':
        return redirect(reply, loginPath(arrival.returnTo, `&restarts=${arrival.restarts + 1}`));
      case 'no-cookies':
        return sendNotice(
          reply,
          400,
          'Signing in needs cookies of this site, and your browser sent none back. Allow them and try again.',
          { href: '/login', text: 'Sign in' },
        );
      case 'refused':
        return refused(request, reply, arrival.error, arrival.returnTo, deps);
    }
  });

  app.post('/logout', async (request, reply) => {
    const browser = browserOf(request, deps);
    const found = await signIns.find(browser.signInId);
    if (found !== undefined) {
      const foreign = foreignSiteProblem(request.headers, found.signIn.csrf, deps.config().publicUrl);
      if (foreign !== undefined) return answerProblem(reply, foreign);
      await signIns.end(found, browser.address);
    }
    void reply.clearCookie(signInCookie, signInCookieSettings);
    const provider = await deps.provider.signOutAddress(`${deps.config().publicUrl}/`).catch(() => undefined);
    return reply
      .header('cache-control', 'no-store')
      .send({ signedOut: true, ...(provider === undefined ? {} : { provider }) });
  });
}

/** Where signing in leads back to `returnTo`. */
export function loginPath(returnTo: string, more = ''): string {
  return `/login?returnTo=${encodeURIComponent(returnTo)}${more}`;
}

function browserOf(request: FastifyRequest, deps: SignInRouteDeps): Browser {
  return {
    signInId: request.cookies[signInCookie],
    browserId: request.cookies[browserCookie],
    address: addressOf(request, deps),
  };
}

/** Tells the person what the provider's "no" means, and the audit that it was said. */
function refused(
  request: FastifyRequest,
  reply: FastifyReply,
  error: ProviderError,
  returnTo: string,
  deps: SignInRouteDeps,
): FastifyReply {
  deps.log.warn({ err: error }, 'a sign-in did not come about');
  const isAway = error.code === 'AUTH_PROVIDER_UNREACHABLE';
  if (!isAway) {
    const reason = error.code.toLowerCase().replaceAll('_', '-');
    deps.refusedSignIns.note(addressOf(request, deps), reason, error.message);
  }
  const sentence = isAway
    ? `You cannot sign in now: ${error.message}. Credentials and sign-ins you have go on working.`
    : `You are not signed in: ${error.message}.`;
  return sendNotice(reply, isAway ? 503 : 403, sentence, { href: loginPath(returnTo), text: 'Try again' });
}

function sendProblemNotice(
  reply: FastifyReply,
  { status, body, retryAfterSeconds }: Problem,
  returnTo: string,
): FastifyReply {
  if (retryAfterSeconds !== undefined) void reply.header('retry-after', String(retryAfterSeconds));
  return sendNotice(reply, status, `${body.message}.`, { href: loginPath(returnTo), text: 'Try again' });
}

function redirect(reply: FastifyReply, address: string): FastifyReply {
  return reply.header('cache-control', 'no-store').redirect(address, 303);
}

function oneText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
