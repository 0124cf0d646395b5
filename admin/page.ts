/** The built page: its assets for everyone, its entry for signed-in browsers, nothing else. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import type { SignIns } from '../gateway/identity/sign-in.ts';
import { signInCookie } from './cookies.ts';
import { loginPath } from './sign-in-routes.ts';

/** The page's own routes. The list is closed: every other address is answered 404. */
export const pageRoutes: readonly RegExp[] = [
  /^\/$/,
  /^\/ask(\/.+)?$/,
  /^\/a\/R-?[0-9A-Za-z]{8,16}$/,
  /^\/requests$/,
  /^\/approvals$/,
  /^\/now$/,
  /^\/audit$/,
  /^\/repositories$/,
  /^\/setup$/,
  /^\/access$/,
  /^\/credentials$/,
  /^\/login\/ssh\/[A-Za-z0-9_-]{22}$/,
];

/** Whether a path is one of the page's. */
export function isPagePath(path: string): boolean {
  return pageRoutes.some((route) => route.test(path));
}

/** A file whose name holds a hash of what is in it never changes. */
const hashedName = /-[A-Za-z0-9_-]{8,}\.[a-z0-9]+(\.(br|gz))?$/;

/** Registers the page built into `webRoot`. */
export async function registerPage(
  app: FastifyInstance,
  deps: { webRoot: string; signIns: SignIns },
): Promise<void> {
  const assets = join(deps.webRoot, 'assets');
  if (existsSync(assets)) {
    await app.register(fastifyStatic, {
      root: assets,
      prefix: '/assets/',
      index: false,
      redirect: false,
      dotfiles: 'ignore',
      decorateReply: false,
      cacheControl: false,
      // The build lays `.br` and `.gz` beside each file.
      preCompressed: true,
      setHeaders: (response, path) => {
        const isHashed = hashedName.test(path);
        response.setHeader(
          'cache-control',
          isHashed ? 'public, max-age=31536000, immutable' : 'public, max-age=300',
        );
      },
    });
  }

  app.get('/*', async (request, reply) => {
    const [path = ''] = (request.raw.url ?? '').split('?');
    const wantsPage = request.headers.accept?.includes('text/html') ?? false;
    if (!isPagePath(path)) return reply.callNotFound();
    if (wantsPage && (await deps.signIns.find(request.cookies[signInCookie])) === undefined) {
      return reply.header('cache-control', 'no-store').redirect(loginPath(request.raw.url ?? '/'), 303);
    }
    const entry = await readFile(join(deps.webRoot, 'index.html')).catch(() => undefined);
    if (entry === undefined) {
      return reply
        .code(503)
        .type('text/plain; charset=utf-8')
        .send('sluice: the page is not built: npm run build\n');
    }
    return reply.header('cache-control', 'no-store').type('text/html; charset=utf-8').send(entry);
  });
}
