/** Where a store of each kind is reached, and as whom. */

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** As whom, how, and how patiently; the same at every server of a store. */
export interface RedisAccess {
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly tls:
    | { readonly ca?: string; readonly servername?: string; readonly cert?: string; readonly key?: string }
    | undefined;
  /** How long one answer may take. */
  readonly timeoutMs: number;
}

/** One server. */
export interface RedisAddress extends RedisAccess, HostPort {
  readonly kind?: 'redis';
}

/** A primary with replicas, and the sentinels that say which of them it is. */
export interface SentinelAddress extends RedisAccess {
  readonly kind: 'sentinel';
  readonly nodes: readonly HostPort[];
  readonly primaryName: string;
}

/** A cluster, by some of its nodes. */
export interface ClusterAddress extends RedisAccess {
  readonly kind: 'cluster';
  readonly nodes: readonly HostPort[];
}

export type StoreAddress = RedisAddress | SentinelAddress | ClusterAddress;

/** `host:port`, an IPv6 address in brackets. */
export function addressText({ host, port }: HostPort): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Every server the configuration names, for a message. */
export function addressesText(address: StoreAddress): string {
  return 'nodes' in address ? address.nodes.map(addressText).join(', ') : addressText(address);
}
