/** First path segments that belong to the gateway itself: no upstream can have such a name. */

const reserved: ReadonlySet<string> = new Set([
  ...[
    'a',
    'admin',
    'api',
    'app',
    'ask',
    'assets',
    'audit',
    'auth',
    'callback',
    'credentials',
    'docs',
    'everything',
  ],
  ...[
    'git',
    'grants',
    'health',
    'healthz',
    'help',
    'keys',
    'lfs',
    'locks',
    'login',
    'logout',
    'me',
    'metrics',
    'oidc',
  ],
  ...[
    'operations',
    'people',
    'readyz',
    'requests',
    'setup',
    'settings',
    'sign-in',
    'sluice',
    'ssh',
    'static',
    'status',
  ],
  ...['well-known', 'ws'],
]);

/** Whether a name is the gateway's own. Names with a dot (`favicon.ico`, `.well-known`) are no upstream names anyway. */
export function isReservedName(name: string): boolean {
  return reserved.has(name);
}
