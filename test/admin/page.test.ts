import t from 'tap';
import { anAdminGateway } from './admin-gateway.ts';

void t.test('every page route answers the page, and every other address 404 in plain text', async (t) => {
  const gateway = await anAdminGateway(t);
  const browser = gateway.browser();
  await browser.signIn('developer');
  const pages = [
    '/',
    '/ask',
    '/ask/hub/team/app?right=fetch',
    '/a/R-7F3K9Q2M4X',
    '/requests',
    '/approvals',
    '/access',
    '/credentials',
    '/audit',
    '/audit?type=operation.refused',
    '/repositories',
    '/repositories?name=hub/team/app',
    '/setup',
  ];
  for (const path of pages) {
    const page = await browser.visit(path);
    t.match(
      { status: page.status, type: page.headers.get('content-type') },
      { status: 200, type: /^text\/html/ },
      path,
    );
    t.equal(page.headers.get('cache-control'), 'no-store');
  }
  const nowhere = [
    '/admin',
    '/favicon.ico',
    '/a/G-7F3K9Q2M4X',
    '/secret.txt',
    '/index.html',
    '/assets/../secret.txt',
    '/assets/%2e%2e/secret.txt',
    '/assets/..%2fsecret.txt',
    '/assets/',
    '/metrics',
    '/.env',
  ];
  for (const path of nowhere) {
    const answer = await browser.visit(path);
    t.match(
      { status: answer.status, type: answer.headers.get('content-type') },
      { status: 404, type: /^text\/plain/ },
      path,
    );
  }
});

void t.test('assets are there for everyone, and those named by a hash for ever', async (t) => {
  const gateway = await anAdminGateway(t);
  const asset = await gateway.get('/assets/page-a1B2c3D4.js');
  t.equal(asset.status, 200);
  t.match(asset.headers.get('cache-control'), /immutable/);
});

void t.test('the policy for content allows this origin and no inline script', async (t) => {
  const gateway = await anAdminGateway(t);
  const browser = gateway.browser();
  await browser.signIn('developer');
  for (const path of ['/', '/login', '/api/me', '/nowhere']) {
    const { headers } = await browser.visit(path);
    const policy = headers.get('content-security-policy') ?? '';
    t.match(policy, /default-src 'none'/, path);
    t.match(policy, /script-src 'self'(;|$)/);
    t.match(policy, /frame-ancestors 'none'/);
    t.equal(headers.get('x-content-type-options'), 'nosniff');
    t.match(headers.get('strict-transport-security'), /max-age/);
    t.notOk(headers.get('x-powered-by'));
  }
});

void t.test('a page that is not built says how to build it', async (t) => {
  const gateway = await anAdminGateway(t, { webRoot: '/nonexistent' });
  const browser = gateway.browser();
  await browser.signIn('developer');
  t.match(await browser.visit('/'), { status: 503, body: { text: /npm run build/ } });
});
