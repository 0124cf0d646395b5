/** `POST git-receive-pack`: the list is decided and written anew, the pack goes up behind it under the lease, the report comes down. */

import type { Passage } from '../conductor.ts';
import { writeCommandList } from '../git/command-list.ts';
import { ProtocolError } from '../git/protocol-error.ts';
import { requestType, resultType } from '../git/service.ts';
import { settledUpdates } from '../recorder.ts';
import { continueBody, drain } from '../relay/body.ts';
import { answerProbe, refusePush } from './answers.ts';
import type { HttpsCall, HttpsNeeds } from './call.ts';
import { lostLease } from './lost.ts';
import { notTaken, type PushEnd, type ReadPush, readPush } from './push-request.ts';
import { carryReport } from './report-down.ts';
import { askUpstream, troubleOutcome } from './upstream-answer.ts';
import { saysNothing, untilWhole } from './whole-push.ts';

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
    if (end.shown !== undefined) {
      call.connection.endAfterSilence(needs.limits().idleMs);
      await refusePush(call, read.dialect, end.shown);
    }
    if (end.outcome.outcome === 'completed') progress = 'complete';
  } finally {
    passage.done(progress, response.statusCode);
  }
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
    lease.moved();
    try {
      watch(chunk);
    } catch (error) {
      if (error instanceof ProtocolError) broke = error;
      throw error;
    }
  });
  // From here on the host has all of it, and what it reports is what happened.
  let whole = false;
  const giveUp = new AbortController();
  let reporting: NodeJS.Timeout | undefined;
  body.once('end', () => {
    whole = true;
    lease.release();
    reporting = setTimeout(() => giveUp.abort(), needs.limits().reportMs);
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
      { mayBreak: () => !whole, giveUp: giveUp.signal },
    );
    if (whole && saysNothing(asked)) {
      await passage.settle(
        settledUpdates(list.updates, () => ({ outcome: 'unknown' })),
        'gateway',
      );
      return {
        outcome: { outcome: 'upstream-failed', reason: 'upstream-no-report' },
        shown: needs.texts.noReport(passage.admitted.ask),
      };
    }
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
    clearTimeout(reporting);
    lease.release();
    body.destroy();
  }
}
