/** What a call answers when it does not do what was asked: a status, a code for programs, a sentence for people. */
import type { ProblemBody } from './schemas/problem.ts';

/** A "no" as a value; handlers return it, nothing is thrown. */
export class Problem {
  readonly status: number;
  readonly body: ProblemBody;
  /** Seconds after which another try may do, sent as Retry-After. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    status: number,
    error: string,
    message: string,
    more: Omit<ProblemBody, 'error' | 'message'> & { retryAfterSeconds?: number } = {},
  ) {
    const { retryAfterSeconds, ...body } = more;
    this.status = status;
    this.body = { error, message, ...body };
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Nothing by that id that the caller may see: the two are told apart for nobody. */
export function notFound(what: string): Problem {
  return new Problem(404, 'not-found', `there is no ${what} by that id that you may see`);
}

/** Groups are too old to give what signing in again might. */
export function groupsStale(): Problem {
  return new Problem(403, 'groups-stale', 'your groups were last confirmed too long ago; sign in again', {
    signIn: '/login?fresh=1',
  });
}

export const storeAway = new Problem(
  503,
  'store-unreachable',
  'the grant store cannot be reached; nothing was changed; try again in a minute',
  { retryAfterSeconds: 60 },
);
