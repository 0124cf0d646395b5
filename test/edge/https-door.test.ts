import { channel } from 'node:diagnostics_channel';
import type { Server } from 'node:http';
import t from 'tap';
import { defaults } from '../../config/defaults.ts';
import { parseDuration } from '../../config/quantities.ts';
import { openHttpsDoor } from '../../gateway/edge/https-door.ts';

const minute = 60_000;

void t.test(
  'nothing ends a request for its age, and idle limits are longer than ten minutes (case A5)',
  async (t) => {
    let server: Server | undefined;
    const onRequest = (message: unknown): void => {
      server = (message as { server: Server }).server;
    };
    channel('http.server.request.start').subscribe(onRequest);
    t.teardown(() => channel('http.server.request.start').unsubscribe(onRequest));
    const door = await openHttpsDoor({
      listen: { host: '127.0.0.1', port: 0 },
      proxyProtocolFrom: [],
      certificate: undefined,
      limits: {
        headersMs: parseDuration(defaults.limits.headers),
        keepAliveMs: parseDuration(defaults.limits.keepAlive),
        idleMs: parseDuration(defaults.limits.idle),
        tlsHandshakeMs: 1_000,
        maxHeaderBytes: 16_384,
        maxConnections: 10,
        maxConnectionsPerAddress: 10,
      },
      visit: async (_request, response) => void response.end('here\n'),
      onTurnedAway: () => undefined,
      onFault: (error) => t.fail(String(error)),
    });
    t.teardown(() => door.close());
    await (await fetch(`http://127.0.0.1:${door.port}/`, { headers: { connection: 'close' } })).text();

    t.equal(server?.requestTimeout, 0, 'no deadline for a whole request');
    t.equal(server?.headersTimeout, minute);
    t.ok((server?.keepAliveTimeout ?? 0) > 10 * minute);
    t.ok((server?.timeout ?? 0) > 10 * minute, 'of silence');
  },
);
