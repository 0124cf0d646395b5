/** The closed list of git's HTTP endpoints: which of them a request is for, from its raw method and URL. */
import { isService, type Service } from './service.ts';

/** What stands at a path below an upstream's name. */
export type GitRoute =
  /** `GET …/info/refs?service=…`. */
  | { readonly kind: 'advertise'; readonly service: Service; readonly repository: string }
  /** `POST …/git-upload-pack` or `…/git-receive-pack`. */
  | { readonly kind: 'exchange'; readonly service: Service; readonly repository: string }
  /** Git LFS, any of its endpoints. */
  | { readonly kind: 'lfs'; readonly repository: string }
  /** `git-upload-archive` over HTTP. */
  | { readonly kind: 'archive'; readonly repository: string }
  /** Plain-file ("dumb") HTTP: loose objects, packs, HEAD, `info/refs` without a service. */
  | { readonly kind: 'dumb'; readonly repository: string }
  /** A smart endpoint with another method than its own. */
  | { readonly kind: 'wrong-method'; readonly allow: 'GET' | 'POST'; readonly repository: string }
  /** The address itself, as a browser opens it. */
  | { readonly kind: 'page'; readonly repository: string };

const endpoints: readonly [suffix: RegExp, kind: 'advertise' | 'exchange' | 'lfs' | 'archive'][] = [
  [/\/info\/refs$/, 'advertise'],
  [/\/(git-upload-pack|git-receive-pack)$/, 'exchange'],
  [/\/git-upload-archive$/, 'archive'],
  [/\/info\/lfs(\/.*)?$/, 'lfs'],
];

/**
 * Files of a repository that plain-file HTTP would read. Exact forms, since repositories and groups may themselves be called
 * `objects`, `refs` or `HEAD`.
 */
const dumbFile =
  /\/(HEAD|config|description|packed-refs|info\/refs\/.*|objects\/(info|pack|[0-9a-f]{2})\/.*|refs\/(heads|tags|notes|remotes)\/.*)$/;

/**
 * Reads the request line. Undefined when the first segment is no upstream's name: then it is the page's or the API's.
 * `repository` is the raw path before the endpoint, for `readRepositoryPath`.
 */
export function readGitRoute(
  method: string,
  rawUrl: string,
  isUpstream: (name: string) => boolean,
): GitRoute | undefined {
  const question = rawUrl.indexOf('?');
  const path = question === -1 ? rawUrl : rawUrl.slice(0, question);
  const query = question === -1 ? '' : rawUrl.slice(question + 1);
  const [, upstream = ''] = /^\/([^/]*)(?:\/|$)/.exec(path) ?? [];
  if (!isUpstream(upstream)) return undefined;

  for (const [suffix, kind] of endpoints) {
    const found = suffix.exec(path);
    if (found === null) continue;
    const repository = path.slice(0, found.index);
    if (kind === 'advertise') return advertise(method, repository, query);
    if (kind !== 'exchange') return { kind, repository };
    const service = found[1] ?? '';
    if (method !== 'POST') return { kind: 'wrong-method', allow: 'POST', repository };
    return isService(service) ? { kind, service, repository } : undefined;
  }
  // At least one level stands between the upstream and the file.
  const below = path.indexOf('/', upstream.length + 2);
  const file = below === -1 ? null : dumbFile.exec(path.slice(below));
  return file === null
    ? { kind: 'page', repository: path }
    : { kind: 'dumb', repository: path.slice(0, below + file.index) };
}

function advertise(method: string, repository: string, query: string): GitRoute {
  const services = new URLSearchParams(query).getAll('service');
  const [service = ''] = services;
  if (services.length !== 1 || !isService(service)) return { kind: 'dumb', repository };
  return method === 'GET'
    ? { kind: 'advertise', service, repository }
    : { kind: 'wrong-method', allow: 'GET', repository };
}
