/** The one place that calls the API: adds the CSRF token, sets the page's clock, turns errors into problems. */
import createClient from 'openapi-fetch';
import { clock } from '../clock/page-clock.ts';
import { problemOf, unreachable } from './api-problem.ts';
import type { paths } from './schema.d.ts';

let csrf: string | undefined;

/** Typed by the OpenAPI document. */
export const api = createClient<paths, 'application/json'>({ baseUrl: '/', credentials: 'same-origin' });

api.use({
  onRequest({ request }) {
    if (request.method !== 'GET' && csrf !== undefined) request.headers.set('x-csrf-token', csrf);
    return request;
  },
});

/** Sends what the sign-in wants to see with every change. */
export function rememberCsrf(token: string | undefined): void {
  csrf = token;
}

/** The token for calls outside the API. */
export function csrfHeaders(): Readonly<Record<string, string>> {
  return csrf === undefined ? {} : { 'x-csrf-token': csrf };
}

interface Answer<T> {
  readonly data?: T;
  readonly error?: unknown;
  readonly response: Response;
}

/** Makes a call and gives its answer. Throws an `ApiProblem` for everything else. */
export async function answered<T>(call: () => Promise<Answer<T>>): Promise<T> {
  const sentAt = performance.now();
  const answer = await call().catch((error: unknown) => {
    if (error instanceof SyntaxError) throw problemOf(502, undefined);
    throw unreachable;
  });
  const { data, error, response } = answer;
  if (!response.ok || data === undefined) throw problemOf(response.status, error);
  if (typeof data === 'object' && data !== null && 'now' in data && typeof data.now === 'number') {
    clock.learn(data.now, sentAt, performance.now());
  }
  return data;
}
