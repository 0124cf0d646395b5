/** A Git host behind the gateway: its addresses, what the gateway shows it, and how requests get there. */
import type { IncomingMessage } from 'node:http';
import type { UpstreamConfig, UpstreamCredential } from '../../config/schema.ts';
import type { SectionUntil } from '../git/section-end.ts';
import type { Right } from '../store/records.ts';
import type { Forwarding } from './forwarding.ts';
import type { HttpForwarder, UpstreamRequest } from './http-forwarder.ts';
import type { SshHost } from './ssh/host.ts';
import { troubleOf, UpstreamTroubleError } from './upstream-trouble.ts';

/** The part of a request that differs; addresses and credentials are the upstream's own. */
export type UpstreamAsk = Pick<UpstreamRequest, 'method' | 'body' | 'fresh'> & {
  /** Path below the upstream, canonical, not encoded. */
  readonly path: string;
  /** `/info/refs?service=…` or `/git-…-pack`. */
  readonly endpoint: string;
  /** Lower-case names; what the client may say to the host, nothing else. */
  readonly headers: Readonly<Record<string, string>>;
  readonly right: Right;
  /** The media type a git host answers with. */
  readonly contentType: string;
  /** Where the answer ends on a stream that goes on; over HTTP its response says so. */
  readonly until: SectionUntil;
};

export interface Upstream {
  readonly name: string;
  readonly foldsCase: boolean;
  /** How a large push is kept incomplete until the gate. */
  readonly gate: UpstreamConfig['gate'];
  /** Rejects when the credential's file cannot be read; the answer is one of git. */
  ask(ask: UpstreamAsk): Promise<Forwarding>;
  /** `ssh`: one stream for all that is asked, without what HTTP adds to git. */
  readonly transport: 'http' | 'ssh';
  /** Where it is reached by SSH, for operations that came in by SSH. */
  readonly ssh: SshHost | undefined;
}

/** One that is reached over HTTP. */
export interface HttpUpstream extends Upstream {
  /** As `ask`, and the answer is whatever came. */
  send(ask: Omit<UpstreamAsk, 'contentType' | 'until'>): Promise<Forwarding<IncomingMessage>>;
}

/** Opens an upstream over a forwarder. `secret` reads a credential's secret as it stands now. */
export function openUpstream(
  config: UpstreamConfig,
  forwarder: HttpForwarder,
  secret: (source: SecretOf) => Promise<string>,
  ssh: SshHost | undefined = undefined,
): HttpUpstream {
  const { name, url: base, foldsCase, gate } = config;
  const urlOf = (path: string, endpoint: string): string =>
    `${base}/${path.split('/').map(encodeURIComponent).join('/')}${config.suffix}${endpoint}`;
  const send: HttpUpstream['send'] = async ({ method, path, endpoint, headers, body, fresh, right }) => {
    const authorization = await authorizationOf(config.credential[right], secret);
    return forwarder.forward({
      method,
      url: urlOf(path, endpoint),
      headers: authorization === undefined ? headers : { ...headers, authorization },
      body,
      fresh,
    });
  };
  return {
    name,
    foldsCase,
    gate,
    transport: 'http',
    ssh,
    send,
    async ask(ask) {
      if (base === undefined)
        throw new UpstreamTroubleError({ kind: 'ssh-only' }, 'this upstream has no address for HTTPS');
      const forwarding = await send(ask);
      const answer = forwarding.answer.then((message) => {
        const trouble = troubleOf(message, base, urlOf(ask.path, ask.endpoint), ask.contentType);
        if (trouble === undefined) return message;
        forwarding.destroy(new Error('the answer is of no use'));
        throw new UpstreamTroubleError(trouble, 'the host did not answer as asked');
      });
      // Whoever destroys a request may have stopped waiting for its answer.
      answer.catch(() => undefined);
      return { answer, destroy: forwarding.destroy };
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
