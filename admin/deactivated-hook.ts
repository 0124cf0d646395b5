/** POST /api/hooks/deactivated: another system says that somebody has left; signed per Standard Webhooks. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Webhook } from 'standardwebhooks';
import { Compile } from 'typebox/compile';
import { AuditError } from '../gateway/audit/audit-error.ts';
import { type EndingDeps, lockOut } from '../gateway/identity/endings.ts';
import type { AdminDeps } from './admin-deps.ts';
import { addressOf, answerProblem } from './api.ts';
import { hookPath, hookSchema } from './openapi.ts';
import { Problem } from './problem.ts';
import type { RefusedSignIns } from './refused-sign-ins.ts';
import { Deactivated } from './schemas/deactivated.ts';

/** A subject and an issuer; the sender may add what it likes. */
const longestBody = 16_384;
const longestId = 128;
/** Standard Webhooks takes times up to five minutes old or ahead: a call may come again for twice as long. */
const repeatableMs = 600_000;

const body = Compile(Deactivated);

/** What the route needs. */
export interface HookDeps
  extends Pick<AdminDeps, 'config' | 'clientAddress' | 'store' | 'record' | 'hookSecret'> {
  readonly endings: EndingDeps;
  readonly refusedSignIns: RefusedSignIns;
}

/** Registers the call, which reads its body as it came: that is what is signed. */
export async function registerDeactivatedHook(app: FastifyInstance, deps: HookDeps): Promise<void> {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, text, done) =>
      done(null, text),
    );
    // The shapes are for the document: the signature is looked at first, over the body as it came.
    scope.setValidatorCompiler(() => () => true);
    scope.post(hookPath, { bodyLimit: longestBody, schema: hookSchema }, async (request, reply) => {
      const secret = await deps.hookSecret();
      if (secret === undefined)
        return answerProblem(reply, new Problem(404, 'no-such-call', 'the hook is not set up'));
      const call = verified(request, secret);
      if (call === undefined) {
        deps.refusedSignIns.note(addressOf(request, deps), 'hook-signature');
        return answerProblem(
          reply,
          new Problem(401, 'bad-signature', 'the call is not signed as expected, or too old'),
        );
      }
      return await deactivate(call, request, reply, deps);
    });
  });
}

async function deactivate(
  { webhookId, payload }: { webhookId: string; payload: unknown },
  request: FastifyRequest,
  reply: FastifyReply,
  deps: HookDeps,
): Promise<FastifyReply> {
  if (!body.Check(payload)) {
    return answerProblem(
      reply,
      new Problem(400, 'bad-call', 'the body is not {"subject": "…", "issuer"?: "…"}'),
    );
  }
  const { store } = deps;
  const { subject, issuer = deps.config().oidc.issuer } = payload;
  const word = `hook ${webhookId}`;
  if (!(await store.firstTime(word, repeatableMs))) return reply.send({ changed: false, why: 'repeated' });
  try {
    const told = { hook: 'deactivated', webhookId, address: addressOf(request, deps), issuer };
    const principal = await store.known(issuer, subject);
    if (principal === undefined) {
      await deps.record({ type: 'hook.received', body: { ...told, outcome: 'unknown-subject', subject } });
      return await reply.send({ changed: false, why: 'unknown-subject' });
    }
    const ended = await lockOut(deps.endings, principal, {
      by: 'hook:deactivated',
      reason: 'deactivated at the identity provider',
    });
    const { id: principalId } = principal;
    const entry = { ...told, outcome: 'locked-out', principalId, lockId: ended.lockId };
    const unrecorded = await deps.record({ type: 'hook.received', body: entry }).catch(auditProblem);
    if (unrecorded instanceof Problem) {
      await store.unsay(word);
      return answerProblem(reply, unrecorded);
    }
    return await reply.send({ changed: true, ...ended });
  } catch (error) {
    // It did not come about: the sender's next try must not count as a repetition.
    await store.unsay(word).catch(() => undefined);
    throw error;
  }
}

/** The person is locked out whether or not that can be recorded; the call that says so is to come once more. */
function auditProblem(error: unknown): Problem {
  if (!(error instanceof AuditError)) throw error;
  return new Problem(
    503,
    'not-recorded',
    'the person is locked out, and the audit log cannot be written: send the call again',
    { retryAfterSeconds: 60 },
  );
}

/** The signed content; undefined for anything that is not signed with the secret within five minutes. */
function verified(
  request: FastifyRequest,
  secret: string,
): { webhookId: string; payload: unknown } | undefined {
  const header = (name: string): string => {
    const value = request.headers[name];
    return typeof value === 'string' ? value : '';
  };
  const webhookId = header('webhook-id');
  if (webhookId === '' || webhookId.length > longestId || typeof request.body !== 'string') return undefined;
  const hook = new Webhook(secret);
  try {
    const payload = hook.verify(request.body, {
      'webhook-id': webhookId,
      'webhook-timestamp': header('webhook-timestamp'),
      'webhook-signature': header('webhook-signature'),
    });
    return { webhookId, payload };
  } catch {
    return undefined;
  }
}
