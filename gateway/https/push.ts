/** `POST git-receive-pack`: the list is decided and written anew, the pack goes up behind it to the gate, the report comes down. */
import type { CarryNeeds, Exchange } from '../exchange.ts';
import { ProtocolError } from '../git/protocol-error.ts';
import type { Passage } from '../passage.ts';
import { settledUpdates } from '../recorder.ts';
import { drain } from '../relay/body.ts';
import { accessEnded } from '../relay/endings.ts';
import type { Forwarding } from '../relay/forwarding.ts';
import { answerProbe } from './answers.ts';
import type { HttpsCall, HttpsNeeds } from './call.ts';
import { lostLease } from './lost.ts';
import { notTaken, type PushEnd, type ReadPush, readPush } from './push-request.ts';
import { type PushUp, pushUp } from './push-up.ts';
import { carryReport } from './report-down.ts';
import { type Asked, askUpstream, serviceAsk, troubleOutcome } from './upstream-answer.ts';
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
    const read = await readPush(needs, call, passage.lease);
    if (read === 'probe') {
      answerProbe(response);
      progress = 'advertised';
      return;
    }
    if ('outcome' in read) {
      operation.outcome = read;
      return;
    }
    progress = await carryPush(needs, call, path, passage, read);
  } finally {
    passage.done(progress, response.statusCode);
  }
}

/** Carries a push whose head was read to its host, and answers it; how that ended is the operation's outcome. */
export async function carryPush(
  needs: CarryNeeds,
  call: Exchange,
  path: string,
  passage: Passage,
  read: ReadPush,
): Promise<'exchanged' | 'complete'> {
  const end = await sendPush(needs, call, path, passage, read);
  passage.operation.outcome = end.outcome;
  if (end.shown !== undefined) {
    call.connection.endAfterSilence(needs.limits().idleMs);
    await call.refusePush(read.dialect, end.shown);
  } else if (end.outcome.outcome === 'client-left') call.response.destroy();
  return end.outcome.outcome === 'completed' ? 'complete' : 'exchanged';
}

async function sendPush(
  needs: CarryNeeds,
  call: Exchange,
  path: string,
  passage: Passage,
  read: ReadPush,
): Promise<PushEnd> {
  const { list } = read;
  const { lease } = passage;
  try {
    const passed = await passage.pass({
      updates: list.updates,
      options: list.options,
      atomic: list.capabilities.some(({ key }) => key === 'atomic'),
      signed: list.certificate !== undefined,
    });
    if (passed !== 'passed' && passed !== 'lost') {
      const shown = await needs.texts.turned(passed, passage.admitted.ask);
      return { outcome: { outcome: 'refused', reason: passed.refused.reason }, shown };
    }
  } catch (error) {
    needs.onTrouble('audit', { requestId: call.requestId, cause: error });
    return { outcome: { outcome: 'refused', reason: 'audit-unavailable' }, shown: needs.texts.auditFailed };
  }
  if (lease.loss !== undefined) return await lostLease(needs, passage, lease);

  const abandoned = new AbortController();
  const onLeft = (): void => abandoned.abort();
  call.response.once('close', onLeft);
  if (call.response.destroyed) onLeft();
  let up: PushUp | undefined;
  try {
    up = await pushUp(needs, call, passage, read, abandoned.signal);
    if (up === undefined) return await notPassed(needs, passage);
    const end = await sendUp(needs, call, path, passage, read, up);
    // A host that breaks off while the store is being asked does not end the asking.
    await up.answered();
    if (passage.gate === 'passed' && end.settled !== true) {
      // The person need not wait for what the host may say.
      if (up.isWhole && !end.refusedByHost) void passage.settleByAsking();
      else {
        // It passed, and yet the host never had all of it, or would not have it.
        const outcome = up.isWhole ? 'refused' : 'cut';
        await passage.settle(
          settledUpdates(list.updates, () => ({ outcome })),
          'gateway',
        );
      }
    }
    return end;
  } catch (error) {
    if (error instanceof ProtocolError) return notTaken(error);
    throw error;
  } finally {
    call.response.off('close', onLeft);
    up?.body.destroy();
  }
}

/** A push that did not pass the gate: its lease is lost, or its person has gone. */
async function notPassed(needs: CarryNeeds, passage: Passage): Promise<PushEnd> {
  const { lease } = passage;
  if (lease.loss === undefined) return { outcome: { outcome: 'client-left' } };
  return await lostLease(needs, passage, lease);
}

/** How a push that went up ended. */
interface CarriedEnd extends PushEnd {
  /** The fate of its refs is on record. */
  readonly settled?: true;
  /** The host answered, and it was no. */
  readonly refusedByHost?: boolean;
}

/** Sends it and sees to its end. */
async function sendUp(
  needs: CarryNeeds,
  call: Exchange,
  path: string,
  passage: Passage,
  { list }: ReadPush,
  up: PushUp,
): Promise<CarriedEnd> {
  const { response } = call;
  const { body } = up;
  const { ask } = passage.admitted;
  // While the store is being asked, its answer is what counts; behind the gate the host's.
  const mayBreak = (): boolean => passage.gate === 'before' || passage.gate === 'lost';
  const giveUp = new AbortController();
  let forwarding: Forwarding | undefined;
  let reporting: NodeJS.Timeout | undefined;
  // Behind the gate there is no lease, and yet another node may be about to ask the host and to record the end.
  const onSilent = (): void => {
    if (passage.gate !== 'passed') return;
    giveUp.abort();
    forwarding?.destroy(accessEnded);
  };
  passage.tenure.signal.addEventListener('abort', onSilent);
  if (passage.tenure.signal.aborted) onSilent();
  body.once('end', () => {
    reporting = setTimeout(() => giveUp.abort(), needs.limits().reportMs);
  });
  try {
    const asked = await askUpstream(
      needs,
      call,
      serviceAsk(call, path, { body, length: up.length, fresh: true, until: 'stream' }),
      passage.lease,
      { mayBreak, giveUp: giveUp.signal },
    );
    if (up.isWhole && saysNothing(asked)) {
      return {
        outcome: { outcome: 'upstream-failed', reason: 'upstream-no-report' },
        shown: needs.texts.noReport(ask),
      };
    }
    switch (asked.kind) {
      case 'answered':
        ({ forwarding } = asked);
        if (giveUp.signal.aborted) forwarding.destroy(accessEnded);
        return await answered(needs, call, passage, list, up, asked, mayBreak);
      case 'trouble':
        if (up.fault !== undefined) return notTaken(up.fault);
        return {
          outcome: troubleOutcome(asked.trouble),
          shown: needs.texts.trouble(asked.trouble, ask),
          refusedByHost: !saysNothing(asked),
        };
      case 'lost':
        return await notPassed(needs, passage);
      case 'client-left':
        response.destroy();
        return { outcome: { outcome: 'client-left' } };
    }
  } finally {
    clearTimeout(reporting);
    passage.tenure.signal.removeEventListener('abort', onSilent);
  }
}

/** The host has begun to answer. */
async function answered(
  needs: CarryNeeds,
  call: Exchange,
  passage: Passage,
  list: ReadPush['list'],
  up: PushUp,
  asked: Extract<Asked, { kind: 'answered' }>,
  mayBreak: () => boolean,
): Promise<CarriedEnd> {
  const { lease } = passage;
  const how = await untilWhole(call, asked, up.body, lease, mayBreak);
  if (how === 'broke') {
    if (passage.gate === 'lost' || lease.loss !== undefined) return await notPassed(needs, passage);
    if (up.fault !== undefined) return notTaken(up.fault);
    if (call.request.destroyed || call.response.destroyed) return { outcome: { outcome: 'client-left' } };
    const outcome = { outcome: 'upstream-failed', reason: 'upstream-broke-off' } as const;
    return { outcome, shown: needs.texts.trouble({ kind: 'unreachable' }, passage.admitted.ask) };
  }
  // A host that has made up its mind early is listened to no longer than its report; the client's rest is dropped.
  if (how === 'reported') {
    up.body.destroy();
    if (passage.gate !== 'passed')
      needs.onTrouble('upstream', {
        upstream: call.upstream.name,
        requestId: call.requestId,
        kind: 'early-report',
      });
  }
  void drain(call.request, Number.POSITIVE_INFINITY);
  const { outcome, updates, leavesOpen, untold } = await carryReport(
    needs,
    call,
    passage,
    asked.answer,
    list,
  );
  // The person need not wait for what the host says when it is asked.
  if (leavesOpen) void passage.settleByAsking(updates);
  else await passage.settle(updates);
  return {
    outcome,
    settled: true,
    ...(untold ? { shown: needs.texts.noReport(passage.admitted.ask) } : {}),
  };
}
