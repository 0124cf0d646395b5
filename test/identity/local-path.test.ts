import t from 'tap';
import { localPath } from '../../gateway/identity/local-path.ts';

void t.test('a path of this gateway is kept with its query', async (t) => {
  for (const path of [
    '/',
    '/requests',
    '/ask/hub/acme/app?right=push',
    '/a/R-7F3K9Q2M#top',
    '/ask/hub/%C3%A9',
    '/login/ssh/ubIRtBMv84VBEc5RHffzOg',
  ]) {
    t.equal(localPath(path), path);
  }
});

void t.test('an address that leads elsewhere, or in circles, is none', async (t) => {
  const elsewhere = [
    undefined,
    '',
    'requests',
    '//evil.test',
    '///evil.test',
    '/\\evil.test',
    '\\\\evil.test',
    '/a\\..\\..\\evil',
    'https://evil.test/',
    'javascript:alert(1)',
    '/\t/evil.test',
    '/\n/evil.test',
    '/.//evil.test',
    '/x/..//evil.test',
    ' /requests',
    '/login?returnTo=/login',
    '/login/ssh/../../login',
    '/login/ssh/%2e%2e/../login',
    '/oidc/callback?state=x',
    '/api/me',
    '/LOGOUT',
    `/${'x'.repeat(2_000)}`,
  ];
  for (const text of elsewhere) t.equal(localPath(text), undefined, JSON.stringify(text));
});
