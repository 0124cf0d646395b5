/** The addresses of the page and the screens they lead to; the first screen comes at once, the others when they are gone to. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { AccessScreen } from '../access/AccessScreen.tsx';
import { readRequestSearch } from '../access/request-search.ts';
import { readAskSearch } from '../ask/ask-search.ts';
import { readAuditSearch } from '../audit/audit-search.ts';
import { readNameSearch } from '../repositories/name-search.ts';
import { Broken } from './Broken.tsx';
import { NotHere } from './NotHere.tsx';
import { Shell } from './Shell.tsx';
import { readSearch, writeSearch } from './search-text.ts';

const root = createRootRoute({ component: Shell, notFoundComponent: NotHere, errorComponent: Broken });
const askScreen = lazyRouteComponent(() => import('../ask/AskScreen.tsx'), 'AskScreen');

const home = createRoute({ getParentRoute: () => root, path: '/', component: AccessScreen });
const access = createRoute({ getParentRoute: () => root, path: '/access', component: AccessScreen });
const requests = createRoute({
  getParentRoute: () => root,
  path: '/requests',
  validateSearch: readRequestSearch,
  component: lazyRouteComponent(() => import('../access/RequestsScreen.tsx'), 'RequestsScreen'),
});
const askAnything = createRoute({
  getParentRoute: () => root,
  path: '/ask',
  validateSearch: readAskSearch,
  component: askScreen,
});
const askRepository = createRoute({
  getParentRoute: () => root,
  path: '/ask/$',
  validateSearch: readAskSearch,
  component: askScreen,
});
const approvals = createRoute({
  getParentRoute: () => root,
  path: '/approvals',
  component: lazyRouteComponent(() => import('../approvals/ApprovalsScreen.tsx'), 'ApprovalsScreen'),
});
const answer = createRoute({
  getParentRoute: () => root,
  path: '/a/$requestId',
  component: lazyRouteComponent(() => import('../approvals/RequestScreen.tsx'), 'RequestScreen'),
});
const now = createRoute({
  getParentRoute: () => root,
  path: '/now',
  component: lazyRouteComponent(() => import('../now/NowScreen.tsx'), 'NowScreen'),
});
const audit = createRoute({
  getParentRoute: () => root,
  path: '/audit',
  validateSearch: readAuditSearch,
  component: lazyRouteComponent(() => import('../audit/AuditScreen.tsx'), 'AuditScreen'),
});
const repositories = createRoute({
  getParentRoute: () => root,
  path: '/repositories',
  validateSearch: readNameSearch,
  component: lazyRouteComponent(() => import('../repositories/RepositoriesScreen.tsx'), 'RepositoriesScreen'),
});
const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  component: lazyRouteComponent(() => import('../setup/SetupScreen.tsx'), 'SetupScreen'),
});
const credentials = createRoute({
  getParentRoute: () => root,
  path: '/credentials',
  component: lazyRouteComponent(() => import('../credentials/CredentialsScreen.tsx'), 'CredentialsScreen'),
});

const link = createRoute({
  getParentRoute: () => root,
  path: '/login/ssh/$token',
  component: lazyRouteComponent(() => import('../link/LinkScreen.tsx'), 'LinkScreen'),
});

/** Reads search parameters as plain texts and loads a screen's code when its link is pointed at. */
export const router = createRouter({
  routeTree: root.addChildren([
    home,
    access,
    requests,
    askAnything,
    askRepository,
    approvals,
    answer,
    now,
    audit,
    repositories,
    setup,
    credentials,
    link,
  ]),
  parseSearch: readSearch,
  stringifySearch: writeSearch,
  defaultPreload: 'intent',
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
