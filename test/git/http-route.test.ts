import t from 'tap';
import { type GitRoute, readGitRoute } from '../../gateway/git/http-route.ts';
import { randomOfRun } from './feeding.ts';

function route(method: string, url: string): GitRoute | undefined {
  return readGitRoute(method, url, (upstream) => upstream === 'hub');
}

const app = '/hub/org/app.git';
const [up, receive] = ['git-upload-pack', 'git-receive-pack'] as const;
const cases: readonly (readonly [method: string, url: string, expected: GitRoute | undefined])[] = [
  ['GET', `${app}/info/refs?service=${up}`, { kind: 'advertise', service: up, repository: app }],
  [
    'GET',
    `/hub/app/info/refs?x=1&service=${receive}`,
    { kind: 'advertise', service: receive, repository: '/hub/app' },
  ],
  [
    'GET',
    `${app}/info/refs?service=git%2Dupload%2dpack`,
    { kind: 'advertise', service: up, repository: app },
  ],
  ['GET', `${app}//info/refs?service=${up}`, { kind: 'advertise', service: up, repository: `${app}/` }],
  [
    'GET',
    `${app}/info/refs/info/refs?service=${up}`,
    { kind: 'advertise', service: up, repository: `${app}/info/refs` },
  ],
  [
    'GET',
    `/hub/objects/info/refs?service=${up}`,
    { kind: 'advertise', service: up, repository: '/hub/objects' },
  ],
  ['GET', `/hub/info/info/refs?service=${up}`, { kind: 'advertise', service: up, repository: '/hub/info' }],
  ['GET', `/hub/info/refs?service=${up}`, { kind: 'advertise', service: up, repository: '/hub' }],
  ['GET', `${app};x/info/refs?service=${up}`, { kind: 'advertise', service: up, repository: `${app};x` }],
  [
    'GET',
    `/hub/%2E%2E/secret/info/refs?service=${up}`,
    { kind: 'advertise', service: up, repository: '/hub/%2E%2E/secret' },
  ],
  ['HEAD', `${app}/info/refs?service=${up}`, { kind: 'wrong-method', allow: 'GET', repository: app }],
  ['POST', `${app}/info/refs?service=${up}`, { kind: 'wrong-method', allow: 'GET', repository: app }],
  ['get', `${app}/info/refs?service=${up}`, { kind: 'wrong-method', allow: 'GET', repository: app }],
  ['GET', `${app}/info/refs`, { kind: 'dumb', repository: app }],
  ['GET', `${app}/info/refs?`, { kind: 'dumb', repository: app }],
  ['GET', `${app}/info/refs/`, { kind: 'dumb', repository: app }],
  ['GET', `${app}/info/refs/?service=${up}`, { kind: 'dumb', repository: app }],
  ['GET', `${app}/info/refs?service=git-upload-archive`, { kind: 'dumb', repository: app }],
  ['GET', `${app}/info/refs?service=${up}&service=${receive}`, { kind: 'dumb', repository: app }],
  ['GET', `${app}/info/refs?service=${up}%00`, { kind: 'dumb', repository: app }],
  ['GET', `${app}/info/refs?service=${up}+`, { kind: 'dumb', repository: app }],
  ['GET', `${app}/info/refs?service=${up}?x`, { kind: 'dumb', repository: app }],
  ['GET', `${app}/info/refs?SERVICE=${up}`, { kind: 'dumb', repository: app }],
  ['GET', `${app}/info/refs?service=${up.toUpperCase()}`, { kind: 'dumb', repository: app }],
  ['POST', `${app}/${up}`, { kind: 'exchange', service: up, repository: app }],
  ['POST', `${app}/${receive}?x`, { kind: 'exchange', service: receive, repository: app }],
  ['GET', `${app}/${receive}`, { kind: 'wrong-method', allow: 'POST', repository: app }],
  ['PUT', `${app}/${up}`, { kind: 'wrong-method', allow: 'POST', repository: app }],
  ['POST', `${app}/${up}/`, { kind: 'page', repository: `${app}/${up}/` }],
  ['POST', `${app}/${up}%20`, { kind: 'page', repository: `${app}/${up}%20` }],
  ['POST', `${app}/git%2Dupload-pack`, { kind: 'page', repository: `${app}/git%2Dupload-pack` }],
  ['POST', `${app}/GIT-UPLOAD-PACK`, { kind: 'page', repository: `${app}/GIT-UPLOAD-PACK` }],
  ['POST', `${app}/git-upload-archive`, { kind: 'archive', repository: app }],
  ['POST', `${app}/info/lfs/objects/batch`, { kind: 'lfs', repository: app }],
  ['GET', `${app}/info/lfs`, { kind: 'lfs', repository: app }],
  ['GET', `${app}/HEAD`, { kind: 'dumb', repository: app }],
  ['GET', `${app}/config`, { kind: 'dumb', repository: app }],
  ['GET', `${app}/packed-refs`, { kind: 'dumb', repository: app }],
  ['GET', `${app}/objects/info/packs`, { kind: 'dumb', repository: app }],
  ['GET', `${app}/objects/pack/pack-1.pack`, { kind: 'dumb', repository: app }],
  ['GET', `${app}/objects/0a/${'b'.repeat(38)}`, { kind: 'dumb', repository: app }],
  ['GET', `${app}/refs/heads/main`, { kind: 'dumb', repository: app }],
  ['GET', '/hub/app', { kind: 'page', repository: '/hub/app' }],
  ['GET', '/hub/app?x', { kind: 'page', repository: '/hub/app' }],
  ['GET', '/hub', { kind: 'page', repository: '/hub' }],
  ['GET', '/hub/', { kind: 'page', repository: '/hub/' }],
  ['GET', '/hub/objects', { kind: 'page', repository: '/hub/objects' }],
  ['GET', '/hub/HEAD', { kind: 'page', repository: '/hub/HEAD' }],
  ['GET', '/hub/refs/heads/x', { kind: 'page', repository: '/hub/refs/heads/x' }],
  ['GET', '/hub/org/objects/app', { kind: 'page', repository: '/hub/org/objects/app' }],
  ['GET', '/hub/objects/pack/HEAD', { kind: 'dumb', repository: '/hub/objects/pack' }],
  ['GET', `${app}/info/refs#?service=${up}`, { kind: 'page', repository: `${app}/info/refs#` }],
  ['GET', '/', undefined],
  ['GET', '', undefined],
  ['OPTIONS', '*', undefined],
  ['GET', '/api/requests', undefined],
  ['GET', '/hubx/app', undefined],
  ['GET', '/HUB/app', undefined],
  ['GET', '/%68ub/app', undefined],
  ['GET', '/hub;x/app', undefined],
  ['GET', '/hub%2fapp/info/refs', undefined],
  ['GET', `//hub/app/info/refs?service=${up}`, undefined],
  ['GET', `/./hub/app/info/refs?service=${up}`, undefined],
  ['GET', `/api/../hub/app/info/refs?service=${up}`, undefined],
  ['GET', `\\hub\\app/info/refs?service=${up}`, undefined],
  ['GET', `http://x/hub/app/info/refs?service=${up}`, undefined],
  ['GET', 'hub/app/info/refs', undefined],
  ['CONNECT', 'hub:443', undefined],
];
for (const [method, url, expected] of cases)
  void t.test(
    `${method} ${url} is ${expected === undefined ? 'none of git’s' : expected.kind}`,
    async (t) => {
      t.strictSame(route(method, url), expected);
    },
  );

void t.test(
  'a path that serves a service ends in that service’s own name, and its repository is what stands before',
  async (t) => {
    const random = randomOfRun(t);
    const parts = [
      '/',
      'hub',
      'app',
      '.git',
      'info',
      'refs',
      'lfs',
      'objects',
      'HEAD',
      up,
      receive,
      '?service=',
      '%2f',
      '..',
      ';',
      '#',
      '&',
      '=',
    ];
    for (let round = 0; round < 5_000; round += 1) {
      const url = `/hub/${Array.from({ length: random(9) }, () => parts[random(parts.length)]).join('')}`;
      const path = url.split('?', 1)[0];
      for (const method of ['GET', 'POST']) {
        const read = route(method, url);
        if (read?.kind === 'advertise') t.equal(path, `${read.repository}/info/refs`);
        else if (read?.kind === 'exchange') t.equal(path, `${read.repository}/${read.service}`);
        else t.ok(read !== undefined && path?.startsWith(read.repository), url);
      }
    }
  },
);

// Header lines of 16 KB reach this: what is tried anew at each slash would take seconds.
void t.test('a long path is read in one pass', async (t) => {
  for (const part of [
    '/info/lfs',
    '/objects/info/',
    '/objects/00/',
    '/refs/heads',
    '/HEAD',
    '/git-upload-pack',
    '/info/refs',
    '/',
  ])
    for (const end of ['', '\n', 'x'])
      for (let i = 0; i < 20; i += 1) t.ok(route('GET', `/hub${part.repeat(16_384 / part.length)}${end}`));
});
