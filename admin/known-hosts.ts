/** `/setup/known_hosts`: the keys by which SSH clients know the gateway, for everybody. */
import type { FastifyInstance } from 'fastify';
import type { AdminDeps } from './admin-deps.ts';

/** Registers the address; 404 where there is no SSH door. */
export function registerKnownHosts(app: FastifyInstance, deps: Pick<AdminDeps, 'knownHosts'>): void {
  app.get('/setup/known_hosts', { schema: { hide: true } }, async (_request, reply) => {
    const lines = deps.knownHosts();
    void reply.type('text/plain; charset=utf-8').header('cache-control', 'no-cache');
    if (lines.length === 0) return reply.code(404).send('sluice: there is no SSH door here\n');
    return reply.send(lines.map((line) => `${line}\n`).join(''));
  });
}
