/** How the identity provider is reached: bounded in time and size, no redirects, an own CA where configured. */
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

/** The part of `fetch` that is needed to talk to a provider. */
export type ProviderFetch = (
  url: string,
  options: {
    method?: string | undefined;
    headers?: Record<string, string> | undefined;
    body?: unknown;
    signal?: AbortSignal | undefined;
  },
) => Promise<Response>;

/** Discovery documents, key sets and token answers are a few KB. */
const largestAnswer = 1_048_576;
const deadlineMs = 10_000;
/** Statuses that a `Response` may not carry a body with. */
const bodiless = new Set([204, 205, 304]);

/**
 * Makes a fetch that trusts `ca` (PEM) instead of the system's list when one is given.
 * Rejects on network errors, after 10 s, and on answers over 1 MiB. Node's own `fetch` cannot be given a CA.
 */
export function providerFetch(ca?: string): ProviderFetch {
  return (url, options) =>
    new Promise((resolve, reject) => {
      const target = new URL(url);
      const signal = AbortSignal.any([
        AbortSignal.timeout(deadlineMs),
        ...(options.signal === undefined ? [] : [options.signal]),
      ]);
      const body = bodyText(options.body);
      const send = target.protocol === 'https:' ? httpsRequest : httpRequest;
      const request = send(
        target,
        {
          method: options.method ?? 'GET',
          headers: {
            ...options.headers,
            ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
          },
          signal,
          agent: false,
          ...(ca === undefined || target.protocol !== 'https:' ? {} : { ca }),
        },
        (response) => {
          const chunks: Buffer[] = [];
          let length = 0;
          response.on('data', (chunk: Buffer) => {
            length += chunk.length;
            if (length > largestAnswer)
              response.destroy(new Error(`answer of ${url} is over ${largestAnswer} bytes`));
            else chunks.push(chunk);
          });
          response.on('error', reject);
          response.on('end', () => {
            const status = response.statusCode ?? 0;
            const headers = new Headers();
            for (const [name, value] of Object.entries(response.headers)) {
              for (const one of Array.isArray(value) ? value : [value ?? '']) headers.append(name, one);
            }
            try {
              resolve(new Response(bodiless.has(status) ? null : Buffer.concat(chunks), { status, headers }));
            } catch (cause) {
              reject(new Error(`answer of ${url} has the status ${status}`, { cause }));
            }
          });
        },
      );
      request.on('error', reject);
      request.end(body);
    });
}

function bodyText(body: unknown): string | undefined {
  if (body === undefined || body === null) return undefined;
  if (typeof body === 'string') return body;
  if (body instanceof URLSearchParams) return body.toString();
  throw new TypeError('a request to the provider has a body that is neither text nor a form');
}
