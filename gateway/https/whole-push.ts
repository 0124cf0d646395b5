/** Whether the host has all of a push yet, and whether it says what became of it. */
import type { Readable } from 'node:stream';
import type { Exchange } from '../exchange.ts';
import type { Decision } from '../grants/decide.ts';
import { accessEnded, clientLeft } from '../relay/endings.ts';
import type { Lease } from '../relay/lease.ts';
import type { Asked } from './upstream-answer.ts';

/**
 * Waits, once the host has begun to answer, until it has all of the push. Many hosts begin early and say nothing yet; what
 * they say is held back so long, and the lease and the client still count.
 */
export function untilWhole(
  { response }: Exchange,
  { answer, forwarding }: Extract<Asked, { kind: 'answered' }>,
  body: Readable,
  lease: Lease<Decision>,
  mayBreak: () => boolean,
): Promise<'whole' | 'reported' | 'broke'> {
  if (body.readableEnded) return Promise.resolve('whole');
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
    const onLeft = (): void => {
      if (mayBreak()) forwarding.destroy(clientLeft);
    };
    const onLost = (): void => {
      if (mayBreak()) forwarding.destroy(accessEnded);
    };
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

/** Whether the host, which has all of the push, leaves open what became of it. Redirects and refusals of its front do not. */
export function saysNothing(asked: Asked): boolean {
  if (asked.kind === 'client-left') return true;
  if (asked.kind !== 'trouble') return false;
  const { trouble } = asked;
  return (
    trouble.kind === 'unreachable' ||
    trouble.kind === 'said-nothing' ||
    trouble.kind === 'not-git' ||
    (trouble.kind === 'error-status' && trouble.status >= 500)
  );
}
