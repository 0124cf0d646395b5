/** nginx as TLS reverse proxy in front of a Git host: what the gateway is measured against. */
import type { PeerCertificate } from './authority.ts';
import type { Ending } from './ending.ts';
import { type Nginx, startNginx } from './nginx.ts';

/** A running proxy. */
export interface NginxProxy {
  readonly url: string;
  readonly nginx: Nginx;
}

/**
 * Starts the proxy on a free port of 127.0.0.1, one worker, streaming both ways.
 *
 * The buffer sizes matter: with nginx's defaults a clone costs it twice the CPU, which would flatter whoever is compared.
 *
 * @param upstreamPort where the host answers plain HTTP on 127.0.0.1
 */
export async function startNginxProxy(
  test: Ending,
  upstreamPort: number,
  certificate: PeerCertificate,
): Promise<NginxProxy> {
  const nginx = await startNginx(test, (port) => ({
    http: `upstream host { server 127.0.0.1:${upstreamPort}; keepalive 16; }`,
    server: `
listen 127.0.0.1:${port} ssl;
ssl_certificate ${certificate.certificate};
ssl_certificate_key ${certificate.key};
keepalive_requests 1000000;
client_body_buffer_size 1m;
location / {
  proxy_pass http://host;
  proxy_http_version 1.1;
  proxy_set_header Connection "";
  proxy_buffering off;
  proxy_buffer_size 64k;
  proxy_buffers 8 64k;
  proxy_request_buffering off;
  proxy_read_timeout 1h;
}
`,
  }));
  return { url: `https://localhost:${nginx.port}`, nginx };
}
