/** What the schema cannot say of the Git hosts. */
import type { FieldPath, Problem } from '../fault.ts';
import type { ConfigFile } from '../file/root.ts';
import { upstreamFoldsCase } from '../folding.ts';
import { isReservedName } from '../reserved-names.ts';
import { isSafeHttp } from './people.ts';

type UpstreamFile = ConfigFile['upstreams'][string];

/** Faults of one Git host by itself. */
export function upstreamFaults(name: string, upstream: UpstreamFile): Problem[] {
  const path: FieldPath = ['upstreams', name];
  const faults = [
    ...urlFaults(upstream, path),
    ...credentialFaults(upstream, path),
    ...sshFaults(upstream, path),
  ];
  if (!isReservedName(name)) return faults;
  return [{ path, message: 'is a name of the gateway itself; expected another one', atKey: true }, ...faults];
}

function urlFaults({ url, ssh, allowPlainHttp }: UpstreamFile, path: FieldPath): Problem[] {
  const faults: Problem[] = [];
  if (url === undefined)
    return ssh === undefined ? [{ path, message: 'has neither url nor ssh; expected one of them' }] : [];
  if (allowPlainHttp !== true && !isSafeHttp(url)) {
    faults.push({
      path: [...path, 'url'],
      message: 'is http:// to another machine; expected https://, or allowPlainHttp: true',
    });
  }
  if (new URL(url).username !== '')
    faults.push({ path: [...path, 'url'], message: 'holds a user name; expected it under credential' });
  // URL itself would resolve these; what is joined to a repository path must mean what is written.
  if (hasOddLevels(url)) faults.push({ path: [...path, 'url'], message: oddLevels });
  return faults;
}

const oddLevels = 'has an empty, "." or ".." level or a % in its path; expected plain levels';

function hasOddLevels(url: string): boolean {
  return /%|\/\.{0,2}\/|\/\.{1,2}$/.test(url.replace(/^[a-z]+:\/\//, ''));
}

function credentialFaults({ credential }: UpstreamFile, path: FieldPath): Problem[] {
  return (['fetch', 'push'] as const).flatMap((right) => {
    const given = credential?.[right];
    if (given === undefined) return [];
    const basic =
      given.username !== undefined && given.passwordFile !== undefined && given.bearerFile === undefined;
    const bearer =
      given.bearerFile !== undefined && given.username === undefined && given.passwordFile === undefined;
    if (basic || bearer) return [];
    return [
      {
        path: [...path, 'credential', right],
        message: 'is neither username with passwordFile nor bearerFile alone',
      },
    ];
  });
}

function sshFaults({ ssh }: UpstreamFile, path: FieldPath): Problem[] {
  if (ssh === undefined) return [];
  const at = [...path, 'ssh', 'url'];
  const { username, password, search, hash } = new URL(ssh.url);
  if (username === '' || password !== '' || search !== '' || hash !== '')
    return [
      { path: at, message: 'is not ssh://USER@HOST, ssh://USER@HOST:PORT or one of these with a path' },
    ];
  return hasOddLevels(ssh.url) ? [{ path: at, message: oddLevels }] : [];
}

/** Faults of hosts that hold each other's repositories: one repository with two names would escape its grants, locks and cuts. */
export function overlapFaults({ upstreams }: ConfigFile): Problem[] {
  const seen: { name: string; base: string }[] = [];
  return Object.entries(upstreams).flatMap(([name, upstream]) => {
    const bases = basesOf(upstream);
    const faults = bases.flatMap(({ base, field }) => {
      const other = seen.find((earlier) => base.startsWith(earlier.base) || earlier.base.startsWith(base));
      if (other === undefined) return [];
      const message = `reaches repositories that upstreams.${other.name} reaches under another name`;
      return [{ path: ['upstreams', name, ...field], message }];
    });
    seen.push(...bases.map(({ base }) => ({ name, base })));
    return faults;
  });
}

/** Where it finds repositories, comparable with the same of others: whether a host has the same ones for HTTPS and SSH, nobody can tell. */
function basesOf(upstream: UpstreamFile): { readonly base: string; readonly field: FieldPath }[] {
  const { url, ssh } = upstream;
  const bases: { base: string; field: FieldPath }[] = [];
  if (url !== undefined) bases.push({ base: comparable(upstream, 'http', url), field: ['url'] });
  if (ssh !== undefined) bases.push({ base: comparable(upstream, 'ssh', ssh.url), field: ['ssh', 'url'] });
  return bases;
}

function comparable(upstream: UpstreamFile, way: 'http' | 'ssh', url: string): string {
  const { host, hostname, port, pathname } = new URL(url);
  const where = way === 'ssh' ? `${hostname.toLowerCase()}:${port === '' ? '22' : port}` : host;
  const path = pathname.endsWith('/') ? pathname : `${pathname}/`;
  return `${way} ${where}${upstreamFoldsCase(upstream) ? path.toLowerCase() : path}`;
}
