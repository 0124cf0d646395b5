/** `POST git-receive-pack`: the list is decided and written anew, the pack goes up behind it under the lease, the report comes down. */

import type { Readable } from 'node:stream';
import type { Passage } from '../conductor.ts';
import { writeCommandList } from '../git/command-list.ts';
import { ProtocolError } from '../git/protocol-error.ts';
import { requestType, resultType } from '../git/service.ts';
import type { Decision } from '../grants/decide.ts';
import { continueBody, drain } from '../relay/body.ts';
import type { Lease } from '../relay/lease.ts';
import { answerProbe, refusePush } from './answers.ts';
import type { HttpsCall, HttpsNeeds } from './call.ts';
import { lostLease } from './lost.ts';
import { notTaken, type PushEnd, type ReadPush, readPush } from './push-request.ts';
import { carryReport } from './report-down.ts';
import { type Asked, askUpstream, troubleOutcome } from './upstream-answer.ts';

/** Serves one request of a push under its passage. */
export async function servePush(
  needs: HttpsNeeds,
  call: HttpsCall,
  path: string,
  passage: Passage,
): Promise<void> {
  const { response } = call;
  const { operation } = passage;
  let progress: 'advertised' | 'exchanged' | 'complete' = 'exchanged';
  try {
    const read = await readPush(needs, call);
    if (read === 'probe') {
      answerProbe(response);
      progress = 'advertised';
      return;
    }
    if ('outcome' in read) {
      operation.outcome = read;
      return;
    }
    const end = await sendPush(needs, call, path, passage, read);
    operation.outcome = end.outcome;
    if (end.shown !== undefined) await refusePush(call, read.dialect, end.shown);
    if (end.outcome.outcome === 'completed') progress = 'complete';
  } finally {
    passage.done(progress, response.statusCode);
  }
}

/**
 * Waits, once the host has begun to answer, until it has all of the push. Many hosts begin early and say nothing yet; what
 * they say is held back so long, and the lease and the client still count.
 */
function untilWhole(
  { response }: HttpsCall,
  { answer, forwarding }: Extract<Asked, { kind: 'answered' }>,
  body: Readable,
  lease: Lease<Decision>,
): Promise<'whole' | 'reported' | 'broke'> {
  if (body.readableEnded) return Promise.resolve('whole');
  const left = new Error('the client left');
  const lost = new Error('access has ended');
  return new Promise((resolve) => {
    const done = (how: 'whole' | 'reported' | 'broke'): void => {
      answer.off('readable', onReadable).off('close', onBroke);
      body.off('end', onWhole).off('close', onBroke);
      response.off('close', onLeft);
      lease.signal.removeEventListener('abort', onLost);
      resolve(how);
    };
    const onReadable = (): void => {
      if (answer.complete) done('reported');
    };
    const onWhole = (): void => done('whole');
    const onBroke = (): void => done(body.readableEnded ? 'whole' : 'broke');
    const onLeft = (): void => forwarding.destroy(left);
    const onLost = (): void => forwarding.destroy(lost);
    answer.on('error', () => undefined);
    answer.on('readable', onReadable).on('close', onBroke);
    body.on('end', onWhole).on('close', onBroke);
    response.once('close', onLeft);
    lease.signal.addEventListener('abort', onLost);
    if (lease.signal.aborted) onLost();
    else if (response.destroyed) onLeft();
    else if (answer.complete) done('reported');
  });
}

async function sendPush(
  needs: HttpsNeeds,
  call: HttpsCall,
  path: string,
  passage: Passage,
  { list, held, rest, watch }: ReadPush,
): Promise<PushEnd> {
  const { service, response } = call;
  const { operation } = passage;
  try {
    const passed = await passage.pass({
      updates: list.updates,
      options: list.options,
      atomic: list.capabilities.some(({ key }) => key === 'atomic'),
      signed: list.certificate !== undefined,
    });
    if (passed !== 'passed') {
      const shown = await needs.texts.turned(passed, passage.admitted.ask);
      return { outcome: { outcome: 'refused', reason: passed.refused.reason }, shown };
    }
  } catch (error) {
    needs.onTrouble('audit', { requestId: call.requestId, cause: error });
    return { outcome: { outcome: 'refused', reason: 'audit-unavailable' }, shown: needs.texts.auditFailed };
  }

  const lease = passage.lease();
  const head = writeCommandList(list);
  const chunks = [head, ...held];
  const heldBytes = chunks.reduce((sum, { length }) => sum + length, 0);
  operation.bytesUp += heldBytes;
  needs.carried('up', heldBytes);
  // The gate has its place here: a body held whole is complete for the host from its first byte on, a streamed one with its last.
  let broke: ProtocolError | undefined;
  const body = continueBody(chunks, rest, (chunk) => {
    operation.bytesUp += chunk.length;
    needs.carried('up', chunk.length);
    try {
      watch(chunk);
    } catch (error) {
      if (error instanceof ProtocolError) broke = error;
      throw error;
    }
  });
  // From here on the host has all of it, and what it reports is what happened.
  let whole = false;
  body.once('end', () => {
    whole = true;
    lease.release();
  });
  try {
    const asked = await askUpstream(
      needs,
      call,
      {
        method: 'POST',
        path,
        endpoint: `/${service}`,
        headers: {
          accept: resultType(service),
          'accept-encoding': 'identity',
          'user-agent': 'git/2 sluice',
          'content-type': requestType(service),
          // A body with a length that breaks off makes git http-backend 2.39 spin for ever: a streamed one is always chunked.
          ...(rest === undefined ? { 'content-length': String(heldBytes) } : {}),
        },
        body,
        fresh: true,
        right: call.right,
      },
      resultType(service),
      lease,
      () => !whole,
    );
    switch (asked.kind) {
      case 'answered': {
        const how = await untilWhole(call, asked, body, lease);
        if (how === 'broke') {
          if (lease.loss !== undefined) return await lostLease(needs, passage, lease);
          if (broke !== undefined) return notTaken(broke);
          if (call.request.destroyed || response.destroyed) return { outcome: { outcome: 'client-left' } };
          const outcome = { outcome: 'upstream-failed', reason: 'upstream-broke-off' } as const;
          return { outcome, shown: needs.texts.trouble({ kind: 'unreachable' }, passage.admitted.ask) };
        }
        // A host that has made up its mind early is listened to no longer than its report; the client's rest is dropped.
        if (how === 'reported') {
          body.destroy();
          void drain(call.request, Number.POSITIVE_INFINITY);
        }
        return { outcome: await carryReport(needs, call, passage, asked.answer, list) };
      }
      case 'trouble':
        if (broke !== undefined) return notTaken(broke);
        return {
          outcome: troubleOutcome(asked.trouble),
          shown: needs.texts.trouble(asked.trouble, passage.admitted.ask),
        };
      case 'lost':
        return await lostLease(needs, passage, lease);
      case 'client-left':
        response.destroy();
        return { outcome: { outcome: 'client-left' } };
    }
  } finally {
    lease.release();
    body.destroy();
  }
}
