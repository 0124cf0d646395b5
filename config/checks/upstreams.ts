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

function urlFaults({ url, allowPlainHttp }: UpstreamFile, path: FieldPath): Problem[] {
  const faults: Problem[] = [];
  if (allowPlainHttp !== true && !isSafeHttp(url)) {
    faults.push({
      path: [...path, 'url'],
      message: 'is http:// to another machine; expected https://, or allowPlainHttp: true',
    });
  }
  if (new URL(url).username !== '')
    faults.push({ path: [...path, 'url'], message: 'holds a user name; expected it under credential' });
  // URL itself would resolve these; what is joined to a repository path must mean what is written.
  if (/%|\/\.{0,2}\/|\/\.{1,2}$/.test(url.replace(/^https?:\/\//, ''))) {
    faults.push({
      path: [...path, 'url'],
      message: 'has an empty, "." or ".." level or a % in its path; expected plain levels',
    });
  }
  return faults;
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
  const { username, pathname } = new URL(ssh.url);
  if (username !== '' && (pathname === '' || pathname === '/')) return [];
  return [{ path: [...path, 'ssh', 'url'], message: 'is not ssh://USER@HOST or ssh://USER@HOST:PORT' }];
}

/** Faults of hosts that hold each other's repositories: one repository with two names would escape its grants, locks and cuts. */
export function overlapFaults({ upstreams }: ConfigFile): Problem[] {
  const seen: { name: string; base: string }[] = [];
  return Object.entries(upstreams).flatMap(([name, upstream]) => {
    const base = comparable(upstream);
    const other = seen.find((earlier) => base.startsWith(earlier.base) || earlier.base.startsWith(base));
    seen.push({ name, base });
    if (other === undefined) return [];
    return [
      {
        path: ['upstreams', name, 'url'],
        message: `reaches repositories that upstreams.${other.name} reaches under another name`,
      },
    ];
  });
}

function comparable(upstream: UpstreamFile): string {
  const { host, pathname } = new URL(upstream.url);
  const path = pathname.endsWith('/') ? pathname : `${pathname}/`;
  return host + (upstreamFoldsCase(upstream) ? path.toLowerCase() : path);
}
