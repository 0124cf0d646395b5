/** Asking the host and waiting for its answer, while the client may leave and the lease may be lost. */
import type { Readable } from 'node:stream';
import type { CarryNeeds, Exchange } from '../exchange.ts';
import type { SectionUntil } from '../git/section-end.ts';
import { requestType, resultType } from '../git/service.ts';
import type { Decision } from '../grants/decide.ts';
import type { Passage } from '../passage.ts';
import { accessEnded, clientLeft } from '../relay/endings.ts';
import type { Forwarding, HostAnswer } from '../relay/forwarding.ts';
import type { Lease } from '../relay/lease.ts';
import type { UpstreamAsk } from '../relay/upstream.ts';
import { type UpstreamTrouble, UpstreamTroubleError } from '../relay/upstream-trouble.ts';
import { lostLease } from './lost.ts';

/** What came of asking. In all but `answered` the request to the host is broken off already. */
export type Asked =
  | { readonly kind: 'answered'; readonly answer: HostAnswer; readonly forwarding: Forwarding }
  | { readonly kind: 'trouble'; readonly trouble: UpstreamTrouble }
  | { readonly kind: 'lost' }
  | { readonly kind: 'client-left' };

/**
 * A service's POST as the host gets it.
 *
 * @param length undefined for a body that is chunked
 * @param more headers beside those that every one has
 */
export function serviceAsk(
  { service, right }: Pick<Exchange, 'service' | 'right'>,
  path: string,
  {
    body,
    length,
    fresh,
    until,
  }: {
    readonly body: Readable;
    readonly length: number | undefined;
    readonly fresh: boolean;
    readonly until: SectionUntil;
  },
  more: Readonly<Record<string, string>> = {},
): UpstreamAsk {
  return {
    method: 'POST',
    path,
    endpoint: `/${service}`,
    headers: {
      accept: resultType(service),
      'accept-encoding': 'identity',
      'user-agent': 'git/2 sluice',
      'content-type': requestType(service),
      ...(length === undefined ? {} : { 'content-length': String(length) }),
      ...more,
    },
    body,
    fresh,
    right,
    contentType: resultType(service),
    until,
  };
}

/**
 * Sends a request to the host and waits for the head of its answer.
 *
 * @param push for a push: whether it may still be broken off, and when the host is no longer waited for. Once the host has
 * all of it, its answer is awaited whatever happens here
 */
export async function askUpstream(
  needs: Pick<CarryNeeds, 'onTrouble' | 'answered'>,
  { upstream, request, response, requestId, connection }: Exchange,
  ask: UpstreamAsk,
  lease: Lease<Decision>,
  push: { mayBreak(): boolean; readonly giveUp: AbortSignal } | undefined = undefined,
): Promise<Asked> {
  connection.endAfterSilence(0);
  const report = (trouble: UpstreamTrouble, cause?: unknown): Asked => {
    needs.onTrouble('upstream', {
      upstream: upstream.name,
      requestId,
      ...trouble,
      ...(cause === undefined ? {} : { cause }),
    });
    return { kind: 'trouble', trouble };
  };
  let forwarding: Forwarding;
  try {
    forwarding = await upstream.ask(ask);
  } catch (error) {
    if (error instanceof UpstreamTroubleError) return report(error.trouble);
    return report({ kind: 'unreachable' }, error);
  }
  const mayBreak = (): boolean => push?.mayBreak() ?? true;
  const onClose = (): void => {
    if (mayBreak()) forwarding.destroy(clientLeft);
  };
  const onLost = (): void => {
    if (mayBreak()) forwarding.destroy(accessEnded);
  };
  const onGiveUp = (): void => forwarding.destroy(new Error('the host did not report in time'));
  push?.giveUp.addEventListener('abort', onGiveUp);
  response.once('close', onClose);
  lease.signal.addEventListener('abort', onLost);
  if (push?.giveUp.aborted) onGiveUp();
  else if (response.destroyed) onClose();
  else if (lease.signal.aborted) onLost();
  try {
    const answer = await forwarding.answer;
    needs.answered(upstream.name);
    return { kind: 'answered', answer, forwarding };
  } catch (error) {
    if (error === accessEnded) return { kind: 'lost' };
    // A client that leaves inside its body breaks that first, and only then closes.
    const isGone = response.destroyed || request.readableAborted;
    if (error === clientLeft || isGone) return { kind: 'client-left' };
    if (error instanceof UpstreamTroubleError) return report(error.trouble, error.cause ?? error.message);
    return report({ kind: 'unreachable' }, error);
  } finally {
    response.off('close', onClose);
    lease.signal.removeEventListener('abort', onLost);
    push?.giveUp.removeEventListener('abort', onGiveUp);
  }
}

/** Writes to the client and to the record why there is no answer of the host to carry down. */
export async function answerWithout(
  needs: Pick<CarryNeeds, 'texts'>,
  call: Exchange,
  passage: Passage,
  lease: Lease<Decision>,
  asked: Exclude<Asked, { kind: 'answered' }>,
): Promise<void> {
  const { operation, admitted } = passage;
  switch (asked.kind) {
    case 'trouble':
      operation.outcome = troubleOutcome(asked.trouble);
      call.refuse(needs.texts.trouble(asked.trouble, admitted.ask));
      return;
    case 'lost': {
      const { shown, outcome } = await lostLease(needs, passage, lease);
      operation.outcome = outcome;
      call.refuse(shown);
      return;
    }
    case 'client-left':
      operation.outcome = { outcome: 'client-left' };
      call.response.destroy();
      return;
  }
}

/** How the record names what went wrong at the host. */
export function troubleOutcome(trouble: UpstreamTrouble): {
  readonly outcome: 'upstream-failed';
  readonly reason: string;
  readonly detail?: string;
} {
  const detail = 'status' in trouble ? String(trouble.status) : 'path' in trouble ? trouble.path : undefined;
  return {
    outcome: 'upstream-failed',
    reason: `upstream-${trouble.kind}`,
    ...(detail === undefined ? {} : { detail }),
  };
}
