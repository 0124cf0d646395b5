/** A Git host behind the gateway: its addresses, what the gateway shows it, and how requests get there. */
import type { UpstreamConfig, UpstreamCredential } from '../../config/schema.ts';
import type { Right } from '../store/records.ts';
import type { Forwarding, HttpForwarder, UpstreamRequest } from './http-forwarder.ts';

/** The part of a request that differs; addresses and credentials are the upstream's own. */
export type UpstreamAsk = Pick<UpstreamRequest, 'method' | 'body' | 'fresh'> & {
  /** Path below the upstream, canonical, not encoded. */
  readonly path: string;
  /** `/info/refs?service=…` or `/git-…-pack`. */
  readonly endpoint: string;
  /** Lower-case names; what the client may say to the host, nothing else. */
  readonly headers: Readonly<Record<string, string>>;
  readonly right: Right;
};

export interface Upstream {
  readonly name: string;
  /** Base address without a slash at the end. */
  readonly base: string;
  readonly foldsCase: boolean;
  /** How a large push is kept incomplete until the gate. */
  readonly gate: UpstreamConfig['gate'];
  urlOf(path: string, endpoint: string): string;
  /** Rejects when the credential's file cannot be read. */
  send(ask: UpstreamAsk): Promise<Forwarding>;
}

/** Opens an upstream over a forwarder. `secret` reads a credential's secret as it stands now. */
export function openUpstream(
  config: UpstreamConfig,
  forwarder: HttpForwarder,
  secret: (source: SecretOf) => Promise<string>,
): Upstream {
  const urlOf = (path: string, endpoint: string): string =>
    `${config.url}/${path.split('/').map(encodeURIComponent).join('/')}${config.suffix}${endpoint}`;
  return {
    name: config.name,
    base: config.url,
    foldsCase: config.foldsCase,
    gate: config.gate,
    urlOf,
    async send({ method, path, endpoint, headers, body, fresh, right }) {
      const authorization = await authorizationOf(config.credential[right], secret);
      return forwarder.forward({
        method,
        url: urlOf(path, endpoint),
        headers: authorization === undefined ? headers : { ...headers, authorization },
        body,
        fresh,
      });
    },
  };
}

type SecretOf = Extract<UpstreamCredential, { kind: 'bearer' }>['token'];

async function authorizationOf(
  credential: UpstreamCredential | undefined,
  secret: (source: SecretOf) => Promise<string>,
): Promise<string | undefined> {
  if (credential === undefined) return undefined;
  if (credential.kind === 'bearer') return `Bearer ${await secret(credential.token)}`;
  const pair = `${credential.username}:${await secret(credential.password)}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}
