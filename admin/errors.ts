/** What broke becomes a problem a caller can act on; the foreign error goes to the log and nowhere else. */
import type { FastifyBaseLogger } from 'fastify';
import { ProviderError } from '../gateway/identity/provider-error.ts';
import { StoreError } from '../gateway/store/store-error.ts';
import { Problem, storeAway } from './problem.ts';
import { CallFault } from './type-provider.ts';

/** Finds the problem for anything thrown while a call was handled. */
export function problemOf(error: unknown, log: FastifyBaseLogger): Problem {
  if (error instanceof CallFault) {
    const [first] = error.faults;
    const which =
      first === undefined ? '' : `: ${first.field === '' ? 'the call' : first.field} ${first.message}`;
    return new Problem(400, 'bad-call', `the call does not have the expected shape${which}`, {
      faults: [...error.faults],
    });
  }
  if (error instanceof StoreError) {
    log.warn({ err: error }, 'the store did not answer a call');
    return storeAway;
  }
  if (error instanceof ProviderError) {
    log.warn({ err: error }, 'the identity provider did not answer a call');
    return new Problem(
      503,
      'provider-unreachable',
      'the identity provider does not answer; try again in a minute',
      {
        retryAfterSeconds: 60,
      },
    );
  }
  const { code, statusCode } = typeof error === 'object' && error !== null ? (error as ForeignError) : {};
  if (code?.startsWith('AUDIT_') === true) {
    log.error({ err: error }, 'the audit could not be written');
    return new Problem(
      503,
      'audit-unavailable',
      'the audit log cannot be written, so this does not count yet; try again in a minute',
      { retryAfterSeconds: 60 },
    );
  }
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) return badCall(statusCode);
  log.error({ err: error }, 'a call broke');
  return new Problem(500, 'internal', 'something broke in the gateway; its log says more');
}

interface ForeignError {
  readonly code?: string;
  readonly statusCode?: number;
}

/** The server's own refusals, in our words: theirs may hold what the caller sent. */
function badCall(status: number): Problem {
  switch (status) {
    case 413:
      return new Problem(413, 'too-long', 'the body is longer than 64 KiB');
    case 415:
      return new Problem(415, 'not-json', 'the body’s type is not application/json');
    default:
      return new Problem(
        status,
        'bad-call',
        'the call could not be read: its body is not JSON or its address is broken',
      );
  }
}
