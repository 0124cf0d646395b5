/** The operator's listener, loopback by default: `/readyz` and `/metrics`. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';

/** Why a node should get no traffic: only its own state counts, store and upstream trouble stand in the body. */
export type Readiness = {
  readonly ready: boolean;
  readonly state: 'starting' | 'serving' | 'draining' | 'audit-failed';
  /** `lost`: it answers, and is not the one this node knows; see docs/store.md. */
  readonly store: 'reachable' | 'unreachable' | 'lost';
  readonly policy: string;
  readonly node: string;
};

export interface OpsListener {
  readonly port: number;
  close(): Promise<void>;
}

export async function openOpsListener(
  listen: { readonly host: string; readonly port: number },
  registry: Registry,
  readiness: () => Readiness,
): Promise<OpsListener> {
  const server = http.createServer((request, response) => {
    const answer = (status: number, type: string, body: string): void => {
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
    };
    if (request.method !== 'GET') answer(405, 'text/plain; charset=utf-8', 'GET only\n');
    else if (request.url === '/readyz') {
      const now = readiness();
      answer(now.ready ? 200 : 503, 'application/json', `${JSON.stringify(now)}\n`);
    } else if (request.url === '/metrics') {
      registry.metrics().then(
        (text) => answer(200, registry.contentType, text),
        () => answer(500, 'text/plain; charset=utf-8', 'metrics cannot be read\n'),
      );
    } else answer(404, 'text/plain; charset=utf-8', 'here are /readyz and /metrics\n');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(listen.port, listen.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
