/** What the API answered instead of doing what was asked. */
import type { Problem } from './shapes.ts';

/** A call that did not do what was asked; `problem.message` is the API's own clause for people. */
export class ApiProblem extends Error {
  /** The HTTP status; 0 when no answer came. */
  readonly status: number;
  readonly problem: Problem;

  constructor(status: number, problem: Problem) {
    super(problem.message);
    this.status = status;
    this.problem = problem;
  }

  /** Nobody is signed in any more. */
  get isSignedOut(): boolean {
    return this.status === 401;
  }

  /** Trying again later may do: no answer, or an outage behind the gateway. */
  get isOutage(): boolean {
    return this.status === 0 || this.status >= 500;
  }
}

/** No answer at all. */
export const unreachable = new ApiProblem(0, {
  error: 'unreachable',
  message:
    'the gateway does not answer; nothing is known to have changed; check your connection and try again',
});

/** Makes the problem of an answer whose body may be anything, a proxy's page included. */
export function problemOf(status: number, body: unknown): ApiProblem {
  const isProblem = typeof body === 'object' && body !== null && 'message' in body && 'error' in body;
  if (isProblem) return new ApiProblem(status, body as Problem);
  return new ApiProblem(status, {
    error: 'odd-answer',
    message: `something between you and the gateway answered ${status}; try again in a minute`,
  });
}
