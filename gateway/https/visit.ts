/** Git's requests at the HTTPS door: from a route to a call, through the conductor, to the part that serves it. */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Unknown } from '../admission.ts';
import { notBegun } from '../begun-text.ts';
import type { Connection } from '../edge/connections.ts';
import type { Visit } from '../edge/https-door.ts';
import { type GitRoute, readGitRoute } from '../git/http-route.ts';
import { lfsRefusal } from '../git/refusal.ts';
import { canonicalRepository, readRepositoryPath } from '../git/repository-name.ts';
import { lfsType, protocolVersion, type Service } from '../git/service.ts';
import { readAuthorization } from '../identity/authorization.ts';
import type { ClientAddress } from '../identity/client-address.ts';
import type { Passage } from '../passage.ts';
import type { Upstream } from '../relay/upstream.ts';
import type { Shown } from '../texts.ts';
import {
  answerProbe,
  challenge,
  gitHeaders,
  plain,
  refuseDiscovery,
  refuseFetch,
  refusePush,
} from './answers.ts';
import type { HttpsCall, HttpsNeeds } from './call.ts';
import { serveDiscovery } from './discovery.ts';
import { serveFetch } from './fetch.ts';
import { isLonePush } from './lone-flush.ts';
import { servePush } from './push.ts';
import { readPush } from './push-request.ts';

/** What the door's visits are given beyond what serving needs. */
export interface VisitNeeds extends HttpsNeeds {
  upstream(name: string): Upstream | undefined;
  publicUrl(): string;
  clientAddress(request: IncomingMessage): ClientAddress;
  /** Whether this address may try another credential; false when too many have failed of late. */
  mayKnock(address: string): Promise<boolean>;
  failedKnock(address: string, why: Unknown['why'], authorization: string): void;
  /** Everything that is no git address: the page and its API. */
  page(request: IncomingMessage, response: ServerResponse): void;
}

export function gitVisits(needs: VisitNeeds): Visit {
  return async (request, response, connection) => {
    const method = request.method ?? 'GET';
    const route = readGitRoute(method, request.url ?? '/', (name) => needs.upstream(name) !== undefined);
    if (route === undefined) {
      needs.page(request, response);
      return;
    }
    if (route.kind === 'page') {
      openPage(needs, route.repository, method, response);
      return;
    }
    if (route.kind === 'wrong-method') {
      plain(response, 405, [`sluice: ${route.allow} only`], { allow: route.allow });
      return;
    }
    const call = callOf(needs, route, request, response, connection);
    if (call === undefined) return;
    await serve(needs, route, call);
  };
}

/** A browser at a repository's address lands on the page where access is asked for. */
function openPage(needs: VisitNeeds, repository: string, method: string, response: ServerResponse): void {
  if (method !== 'GET' && method !== 'HEAD') {
    plain(response, 405, ['sluice: that is no git endpoint'], { allow: 'GET' });
    return;
  }
  const written = readRepositoryPath(repository, 'url');
  if (written === undefined) {
    plain(response, 404, ['sluice: no repository here by that name']);
    return;
  }
  const path = [written.upstream, ...written.path.split('/')].map(encodeURIComponent).join('/');
  response.writeHead(302, { ...gitHeaders, location: `${needs.publicUrl()}/ask/${path}` }).end();
}

type ServedRoute = Exclude<GitRoute, { kind: 'page' | 'wrong-method' }>;

function callOf(
  needs: VisitNeeds,
  route: ServedRoute,
  request: IncomingMessage,
  response: ServerResponse,
  connection: Connection,
): HttpsCall | undefined {
  const [, name = ''] = route.repository.split('/');
  const upstream = needs.upstream(name);
  if (upstream === undefined) throw new Error('a route names an upstream that is gone');
  const written = readRepositoryPath(route.repository, 'url');
  const canonical = written === undefined ? undefined : canonicalRepository(written, upstream.foldsCase);
  const service: Service = 'service' in route ? route.service : 'git-upload-pack';
  return {
    request,
    response,
    connection,
    upstream,
    service,
    path: canonical?.path,
    repository: canonical?.name,
    asWritten: route.repository.slice(1),
    right: service === 'git-receive-pack' ? 'push' : 'fetch',
    protocol: protocolVersion(single(request.headers['git-protocol'])),
    evidence: readAuthorization(request.headers.authorization),
    origin: { door: 'https', address: needs.clientAddress(request), client: request.headers['user-agent'] },
    requestId: randomBytes(9).toString('base64url'),
    what: route.kind === 'exchange' ? (service === 'git-receive-pack' ? 'push' : 'fetch') : route.kind,
    begin: (contentType) => void response.writeHead(200, { ...gitHeaders, 'content-type': contentType }),
    refuse(shown) {
      if (route.kind === 'advertise') refuseDiscovery(response, service, shown);
      else refuseFetch(response, shown);
    },
    refusePush: (dialect, shown) => refusePush(request, response, dialect, shown),
  };
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(':') : header;
}

async function serve(needs: VisitNeeds, route: ServedRoute, call: HttpsCall): Promise<void> {
  const { response } = call;
  const { address } = call.origin.address;
  if (call.evidence.kind !== 'none' && !(await needs.mayKnock(address))) {
    plain(response, 429, ['sluice: too many failed credentials from this address; wait a minute'], {
      'retry-after': '60',
    });
    return;
  }
  // A helper that answers with another scheme than Basic leaves git's probe without a credential; it asks for nothing.
  if (
    call.evidence.kind === 'none' &&
    route.kind === 'exchange' &&
    call.right === 'push' &&
    (await isLonePush(call.request))
  ) {
    answerProbe(response);
    return;
  }
  if (route.kind !== 'advertise' && route.kind !== 'exchange') {
    await turnAway(needs, route.kind, call);
    return;
  }
  const begun = await needs.conductor.begin(call);
  if (begun.kind === 'unknown') {
    needs.failedKnock(address, begun.why, call.request.headers.authorization ?? '');
    challenge(response, begun.why);
    return;
  }
  if (begun.kind !== 'running') {
    await refuse(needs, route.kind, call, await notBegun(needs.texts, call, begun));
    return;
  }
  await run(needs, route.kind, call, begun);
}

async function run(
  needs: VisitNeeds,
  kind: 'advertise' | 'exchange',
  call: HttpsCall,
  passage: Passage,
): Promise<void> {
  const { path, response, connection } = call;
  if (path === undefined) throw new Error('a call without a canonical name was admitted');
  if (kind === 'advertise') await serveDiscovery(needs, call, path, passage);
  else if (call.right === 'push') await servePush(needs, call, path, passage);
  else await serveFetch(needs, call, path, passage);
  // No lease watches what the client has not taken yet.
  if (!response.writableFinished) connection.endAfterSilence(needs.limits().idleMs);
}

async function refuse(
  needs: VisitNeeds,
  kind: 'advertise' | 'exchange',
  call: HttpsCall,
  shown: Shown,
): Promise<void> {
  if (kind === 'advertise' || call.right === 'fetch') call.refuse(shown);
  else {
    const read = await readPush(needs, call);
    if (read === 'probe') answerProbe(call.response);
    else if ('list' in read) await call.refusePush(read.dialect, shown);
  }
}

async function turnAway(needs: VisitNeeds, kind: 'lfs' | 'archive' | 'dumb', call: HttpsCall): Promise<void> {
  const { response } = call;
  const turned = await needs.conductor.turnAway(call);
  if (turned.kind === 'unknown') {
    needs.failedKnock(call.origin.address.address, turned.why, call.request.headers.authorization ?? '');
    challenge(response, turned.why);
    return;
  }
  const { lines } = await notBegun(needs.texts, call, turned);
  const status = turned.refused.reason === 'store-unreachable' ? 503 : 403;
  if (kind === 'lfs')
    response
      .writeHead(status, { ...gitHeaders, 'content-type': lfsType })
      .end(lfsRefusal(lines, `${needs.publicUrl()}/`));
  else plain(response, status, lines);
}
