/** What the page reads; changes are told (`live/`), so that reading again by itself is for what got lost. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { AuditSearch, FilterName } from '../audit/audit-search.ts';
import { readReport } from '../audit/report-reading.ts';
import { auditEntriesKey, pollMs } from '../live/live-changes.ts';
import { readAllGrants } from './all-grants.ts';
import { type ApiProblem, problemOf } from './api-problem.ts';
import { answered, api, rememberCsrf } from './client.ts';
import type { paths } from './schema.d.ts';

declare module '@tanstack/react-query' {
  interface Register {
    defaultError: ApiProblem;
  }
}

/** What moves is read this often for how far it is, which nobody is told of. */
const movingMs = 4_000;
/** A person looks from a terminal's link to the terminal and back. */
const linkMs = 2_000;

/** A node reads its log for one person at a time: whoever comes second waits their turn. */
const inTurn = {
  retry: (times: number, { status }: ApiProblem) => status === 429 && times < 15,
  retryDelay: 2_000,
};

/** Who is signed in. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async () => {
    const me = await answered(() => api.GET('/api/me'));
    rememberCsrf(me.csrf);
    return me;
  },
  staleTime: 30_000,
  refetchInterval: 60_000,
});

/** The viewer's grants, those of the last day included. */
export const myGrantsQuery = queryOptions({
  queryKey: ['grants', 'mine'],
  queryFn: () => readAllGrants({ mine: true }),
  refetchInterval: pollMs,
});

const requestsQuery = (
  name: string,
  query: NonNullable<paths['/api/requests']['get']['parameters']['query']>,
) =>
  queryOptions({
    queryKey: ['requests', name],
    queryFn: () => answered(() => api.GET('/api/requests', { params: { query } })),
    refetchInterval: pollMs,
  });

/** What the viewer asked for lately, newest first. */
export const myRequestsQuery = requestsQuery('mine', { mine: true, limit: 100 });

/** What the viewer asked for and nobody has decided: all of it, since the gateway lets nobody have more. */
export const myPendingQuery = requestsQuery('my-pending', { mine: true, state: 'pending', limit: 100 });

/** What waits for the viewer's answer; with a cursor where there is more. */
export const waitsForMeQuery = requestsQuery('waits-for-me', { answerable: true, limit: 100 });

/** What waits and may be seen by the viewer, those that lapse first in front. */
export const othersWaitQuery = requestsQuery('pending', { state: 'pending', limit: 100 });

/** What the viewer may see, decided or not. */
export const seenRequestsQuery = requestsQuery('seen', { limit: 60 });

/** One request. */
export const requestQuery = (id: string) =>
  queryOptions({
    queryKey: ['requests', 'one', id],
    queryFn: () => answered(() => api.GET('/api/requests/{id}', { params: { path: { id } } })),
    refetchInterval: pollMs,
  });

/** Running transfers the viewer may see. */
export const operationsQuery = queryOptions({
  queryKey: ['operations'],
  queryFn: () => answered(() => api.GET('/api/operations', { params: { query: { live: true } } })),
  refetchInterval: (query) => ((query.state.data?.operations.length ?? 0) > 0 ? movingMs : pollMs(query)),
});

/** What the viewer's own operations came to. The log is read for it: not again by itself, but when one runs no more. */
export const ownOperationsQuery = queryOptions({
  queryKey: ['own-operations'],
  queryFn: () => answered(() => api.GET('/api/me/operations')),
  staleTime: 10_000,
  ...inTurn,
});

/** The same from further back, for when git last came with which credential. */
export const credentialUsesQuery = queryOptions({
  queryKey: ['credential-uses'],
  queryFn: () => answered(() => api.GET('/api/me/operations', { params: { query: { credentials: true } } })),
  staleTime: 30_000,
  ...inTurn,
});

/** Live grants of anybody that the viewer may see, the first to end in front. */
export const liveGrantsQuery = queryOptions({
  queryKey: ['grants', 'live'],
  queryFn: () => readAllGrants({ state: 'live' }),
  refetchInterval: pollMs,
});

/** Those of them on one repository. */
export const accessNowQuery = (repository: string) =>
  queryOptions({
    queryKey: ['grants', 'live', repository],
    queryFn: () => readAllGrants({ state: 'live', repository }),
    refetchInterval: pollMs,
  });

/** Locks that stand. */
export const locksQuery = queryOptions({
  queryKey: ['locks'],
  queryFn: () => answered(() => api.GET('/api/locks')),
  refetchInterval: pollMs,
});

/** All nodes, and counts of the last hours. */
export const nowQuery = queryOptions({
  queryKey: ['now'],
  queryFn: () => answered(() => api.GET('/api/now')),
  refetchInterval: movingMs,
});

/** What would be decided for the viewer now; of a push to one ref, where one is named. */
export const canQuery = (repository: string, right: 'fetch' | 'push', ref = '') =>
  queryOptions({
    queryKey: ['can', repository, right, ref],
    queryFn: () => {
      const query = { repository, right, ...(ref === '' ? {} : { ref }) };
      return answered(() => api.GET('/api/can', { params: { query } }));
    },
    staleTime: 10_000,
  });

/** The rules that concern the viewer, and the one that a repository falls under; `''` for none. */
export const rulesQuery = (repository: string) =>
  queryOptions({
    queryKey: ['rules', repository],
    queryFn: () =>
      answered(() => api.GET('/api/rules', { params: { query: repository === '' ? {} : { repository } } })),
    staleTime: 30_000,
    placeholderData: (held) => held,
  });

/** The keys by which SSH clients know the gateway, as lines for `known_hosts`. */
export const knownHostsQuery = queryOptions({
  queryKey: ['known-hosts'],
  queryFn: async (): Promise<readonly string[]> => {
    const response = await fetch('/setup/known_hosts');
    if (response.status === 404) return [];
    if (!response.ok) throw problemOf(response.status, undefined);
    return (await response.text()).split('\n').filter((line) => line !== '');
  },
  staleTime: 300_000,
});

/** Pages of the audit, the newest entries first. What was read stays as it is; what comes is put in front of it. */
export const auditQuery = (search: AuditSearch) =>
  infiniteQueryOptions({
    queryKey: [auditEntriesKey, search],
    queryFn: ({ pageParam }) => {
      const query = {
        ...search,
        order: 'newest' as const,
        limit: 200,
        ...(pageParam === '' ? {} : { cursor: pageParam }),
      };
      return answered(() => api.GET('/api/audit', { params: { query } }));
    },
    initialPageParam: '',
    getNextPageParam: ({ cursor }) => cursor,
    staleTime: Number.POSITIVE_INFINITY,
  });

/** How many entries there are over time. The whole log is looked at for it, so that what comes is counted once a minute. */
export const countsQuery = (search: AuditSearch) =>
  queryOptions({
    queryKey: ['audit-counts', search],
    queryFn: () => answered(() => api.GET('/api/audit/counts', { params: { query: search } })),
    staleTime: 30_000,
    refetchInterval: search.to === undefined ? 60_000 : false,
    placeholderData: (held) => held,
    ...inTurn,
  });

/** What of a search is given. */
function given(search: { readonly [N in FilterName]?: string | undefined }): AuditSearch {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined));
}

/** Every decision of a period made again. Stays as it was read. */
export const replayQuery = ({ from, to, principal, repository, grant, operation }: AuditSearch) => {
  const query = given({ from, to, principal, repository, grant, operation });
  return queryOptions({
    queryKey: ['audit-replay', query],
    queryFn: () => answered(() => api.GET('/api/audit/replay', { params: { query } })),
    staleTime: Number.POSITIVE_INFINITY,
    ...inTurn,
  });
};

/** What stood at a moment, for all or whom and what is looked for. Stays as it was read. */
export const momentQuery = (at: string, { principal, repository, grant }: AuditSearch) => {
  const query = { at, ...given({ principal, repository, grant }) };
  return queryOptions({
    queryKey: ['audit-moment', query],
    queryFn: () => answered(() => api.GET('/api/audit/replay', { params: { query } })),
    staleTime: Number.POSITIVE_INFINITY,
    ...inTurn,
  });
};

/** The access report of a period. Read again when it was signed off. */
export const reportQuery = (period: { readonly from: string; readonly to: string }) =>
  queryOptions({
    queryKey: ['audit-report', period],
    queryFn: async () =>
      readReport(await answered(() => api.GET('/api/audit/report', { params: { query: period } }))),
    staleTime: Number.POSITIVE_INFINITY,
    ...inTurn,
  });

/** What verifying this node's files says. Stays as it was said. */
export const verifyQuery = queryOptions({
  queryKey: ['audit-verify'],
  queryFn: () => answered(() => api.GET('/api/audit/verify')),
  staleTime: Number.POSITIVE_INFINITY,
  ...inTurn,
});

/** The last signed head of this node's log, or none. */
export const lastCheckpointQuery = queryOptions({
  queryKey: ['audit', 'last-checkpoint'],
  queryFn: () => {
    const query = { type: 'audit.checkpoint', order: 'newest' as const, limit: 1, nodes: 'this' as const };
    return answered(() => api.GET('/api/audit', { params: { query } }));
  },
  staleTime: 30_000,
});

/** The viewer's SSH keys. */
export const keysQuery = queryOptions({
  queryKey: ['keys'],
  queryFn: () => answered(() => api.GET('/api/keys')),
  refetchInterval: pollMs,
});

/** The viewer's credentials. */
export const credentialsQuery = queryOptions({
  queryKey: ['credentials'],
  queryFn: () => answered(() => api.GET('/api/credentials')),
  refetchInterval: pollMs,
});

/** The link that a terminal shows; read often, since somebody looks from it to the terminal and back. */
export const keyLinkQuery = (token: string) =>
  queryOptions({
    queryKey: ['key-link', token],
    queryFn: () => answered(() => api.GET('/api/key-links/{token}', { params: { path: { token } } })),
    refetchInterval: linkMs,
  });
