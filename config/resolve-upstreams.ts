/** Turns the file's Git hosts into `UpstreamConfig`s. */
import { defaults } from './defaults.ts';
import type { ConfigFile } from './file/root.ts';
import { upstreamFoldsCase } from './folding.ts';
import type { Places, SecretFile } from './resolve.ts';
import type { UpstreamConfig, UpstreamCredential, UpstreamSsh } from './upstream.ts';

/** Every host by name, in the order of the file. */
export function resolveUpstreams(
  upstreams: ConfigFile['upstreams'],
  places: Places,
): ReadonlyMap<string, UpstreamConfig> {
  return new Map(
    Object.entries(upstreams).map(([name, upstream]) => [
      name,
      {
        name,
        kind: upstream.kind,
        url: upstream.url?.replace(/\/+$/, ''),
        foldsCase: upstreamFoldsCase(upstream),
        suffix: upstream.suffix ?? defaults.upstream.suffix,
        credential: {
          fetch: resolveCredential(upstream.credential?.fetch, places),
          push: resolveCredential(upstream.credential?.push, places),
        },
        caFile: places.maybePath(upstream.caFile),
        ssh: upstream.ssh === undefined ? undefined : resolveSsh(upstream.ssh, places),
        gate: upstream.gate ?? defaults.upstream.gate,
        allowPrivateAddresses: upstream.allowPrivateAddresses ?? defaults.upstream.allowPrivateAddresses,
      },
    ]),
  );
}

function resolveSsh(
  written: { readonly url: string; readonly keyFile: string; readonly knownHostsFile: string },
  places: Places,
): UpstreamSsh {
  const { username, hostname, port, pathname } = new URL(written.url);
  return {
    user: username,
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? 22 : Number(port),
    base: pathname.replace(/\/+$/, ''),
    keyFile: places.path(written.keyFile),
    knownHostsFile: places.path(written.knownHostsFile),
  };
}

function resolveCredential(
  written:
    | {
        username?: string | undefined;
        passwordFile?: SecretFile | undefined;
        bearerFile?: SecretFile | undefined;
      }
    | undefined,
  places: Places,
): UpstreamCredential | undefined {
  if (written?.bearerFile !== undefined) return { kind: 'bearer', token: places.secret(written.bearerFile) };
  if (written?.username === undefined || written.passwordFile === undefined) return undefined;
  return { kind: 'basic', username: written.username, password: places.secret(written.passwordFile) };
}
