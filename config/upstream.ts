/** A Git host behind the gateway, as configured. */
import type { SecretSource } from './secrets.ts';

export type UpstreamKind = 'github' | 'gitlab' | 'bitbucket' | 'gitea' | 'generic';

export interface UpstreamConfig {
  /** The first segment of its repositories' canonical names: `[a-z][a-z0-9-]*`. */
  readonly name: string;
  readonly kind: UpstreamKind;
  /** Base address without a slash at the end; a repository's path is appended after a slash. Undefined: reached by SSH alone. */
  readonly url: string | undefined;
  /** The host treats names that differ only in case as one: canonical names are lower case then. */
  readonly foldsCase: boolean;
  /** What the host wants after a repository's path. */
  readonly suffix: '.git' | '';
  readonly credential: {
    readonly fetch: UpstreamCredential | undefined;
    readonly push: UpstreamCredential | undefined;
  };
  /** Certificate authorities for this host in place of the public ones; re-read when the file changes. */
  readonly caFile: string | undefined;
  readonly ssh: UpstreamSsh | undefined;
  /** How a large push is kept incomplete until the gate. */
  readonly gate: 'seal' | 'hold';
  /** The host's name may resolve to a loopback, link-local or private address. */
  readonly allowPrivateAddresses: boolean;
}

/** What the gateway shows the host. */
export type UpstreamCredential =
  | { readonly kind: 'basic'; readonly username: string; readonly password: SecretSource }
  | { readonly kind: 'bearer'; readonly token: SecretSource };

export interface UpstreamSsh {
  readonly user: string;
  /** A name or an address, without brackets. */
  readonly host: string;
  readonly port: number;
  /** What stands in front of a repository's path, without a slash at the end; may be empty. */
  readonly base: string;
  readonly keyFile: string;
  readonly knownHostsFile: string;
}
