/** One HTTP request to a Git host and its answer; the only file that knows http-proxy. */
import { EventEmitter } from 'node:events';
import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import type { Readable } from 'node:stream';
import { TLSSocket } from 'node:tls';
import HttpProxy from 'http-proxy';
import type { Forwarding } from './forwarding.ts';
import { readingAgent } from './host-reads.ts';
import { isInside, publicLookup } from './public-addresses.ts';

/** What goes up: already decided, already cleaned; nothing of the client's own request is looked at here. */
export interface UpstreamRequest {
  /** GET and POST only: http-proxy 1.18.1 can be made to smuggle requests on DELETE and OPTIONS. */
  readonly method: 'GET' | 'POST';
  /** Absolute URL whose path is percent-encoded already. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable;
  /** Takes a new connection: a push that died on a kept one which the host was just closing could not be sent again. */
  readonly fresh: boolean;
}

/** Keeps the connections to one upstream. */
export interface HttpForwarder {
  forward(request: UpstreamRequest): Forwarding<IncomingMessage>;
  close(): void;
}

/** How long an idle connection to a host is kept: less than the 5 s after which Apache and Node close theirs. */
const idleSocketMs = 4_000;

/** 1xx answers that a host may send before its own: nginx and proxies send one or two. */
const interimAnswers = 100;

export interface HttpForwarderOptions {
  /** PEM certificates to trust for `https:` hosts, asked for every connection; undefined trusts the system's. */
  readonly ca?: () => string | undefined;
  /** How long a connection to the host may take. */
  readonly connectMs: number;
  /** The host's name may lead to loopback, link-local and private addresses. */
  readonly allowPrivateAddresses: boolean;
}

export function createHttpForwarder(options: HttpForwarderOptions): HttpForwarder {
  const { ca = () => undefined, connectMs, allowPrivateAddresses } = options;
  const guarded = allowPrivateAddresses ? {} : { lookup: publicLookup };
  const kept = {
    ...guarded,
    keepAlive: true,
    timeout: idleSocketMs,
    scheduling: 'lifo',
    maxFreeSockets: 32,
  } as const;
  const agents = {
    'http:': { kept: readingAgent(kept), fresh: readingAgent(guarded) },
    'https:': { kept: new https.Agent(kept), fresh: new https.Agent(guarded) },
  };

  const proxy = HttpProxy.createProxyServer({});
  const running = new WeakMap<object, Running>();
  proxy.on('proxyRes', (answer, knock) => running.get(knock)?.answered(answer));

  return {
    forward(request) {
      const knock = asIncoming(request);
      const forwarding = createRunning();
      running.set(knock, forwarding);
      // A pipe does not hand on that its source broke; the host would wait for ever.
      request.body.once('error', (error) => forwarding.destroy(error));
      request.body.once('close', () => {
        if (!request.body.readableEnded) forwarding.destroy(new Error('the request body broke off'));
      });
      const url = new URL(request.url);
      const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
      // A literal address is never looked up.
      if (!allowPrivateAddresses && isIP(host) !== 0 && isInside(host)) {
        forwarding.destroy(new Error('the host’s address is not public'));
        return forwarding;
      }
      const protocol = url.protocol === 'https:' ? 'https:' : 'http:';
      proxy.web(
        knock,
        // http-proxy only asks the response whether it is finished, since the answer is handled here.
        { finished: true } as ServerResponse,
        {
          target: {
            protocol: url.protocol,
            host,
            port: url.port,
            path: pathOf(request.url),
          } as HttpProxy.ServerOptions['target'] & object,
          agent: agents[protocol][request.fresh ? 'fresh' : 'kept'],
          ...(protocol === 'https:' ? { ca: ca() } : {}),
          secure: true,
          ignorePath: true,
          selfHandleResponse: true,
          buffer: {
            // Nothing is read from a body before the host is reached: of one that was read, the host has been sent it.
            pipe(clientRequest: ClientRequest) {
              forwarding.started(clientRequest);
              onceConnected(clientRequest, connectMs, () => request.body.pipe(clientRequest));
            },
          } as unknown as Readable,
        },
        (error) => forwarding.failed(error),
      );
      return forwarding;
    },
    close() {
      for (const { kept, fresh } of Object.values(agents)) {
        kept.destroy();
        fresh.destroy();
      }
      proxy.close();
    },
  };
}

/** Calls back when the connection to the host stands; one that takes longer ends the request. */
function onceConnected(request: ClientRequest, connectMs: number, connected: () => void): void {
  request.once('socket', (socket) => {
    if (!socket.connecting) {
      connected();
      return;
    }
    const timer = setTimeout(
      () => request.destroy(new Error('the host did not take the connection in time')),
      connectMs,
    );
    socket.once('close', () => clearTimeout(timer));
    socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', () => {
      clearTimeout(timer);
      connected();
    });
  });
}

interface Running extends Forwarding<IncomingMessage> {
  started(request: ClientRequest): void;
  answered(answer: IncomingMessage): void;
  failed(error: Error): void;
}

function createRunning(): Running {
  let clientRequest: ClientRequest | undefined;
  let broken: Error | undefined;
  let settle!: { resolve: (answer: IncomingMessage) => void; reject: (error: Error) => void };
  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    settle = { resolve, reject };
  });
  // Whoever destroys a request may have stopped waiting for its answer.
  answer.catch(() => undefined);
  return {
    answer,
    started(request) {
      clientRequest = request;
      let interim = 0;
      request.on('information', () => {
        interim += 1;
        if (interim > interimAnswers)
          request.destroy(new Error('the host sends interim answers without end'));
      });
      // A host that switches protocols gives neither answer nor error; once there is an answer this does nothing.
      request.once('close', () =>
        settle.reject(new Error('the host ended the connection without an answer')),
      );
    },
    answered(message) {
      if (broken !== undefined) message.destroy();
      else settle.resolve(message);
    },
    failed: (error) => settle.reject(error),
    destroy(reason) {
      broken ??= reason;
      settle.reject(reason);
      clientRequest?.destroy(reason);
    },
  };
}

/** Everything behind the host, as it stands: `URL` would rewrite it. */
function pathOf(url: string): string {
  const slash = url.indexOf('/', url.indexOf('//') + 2);
  return slash === -1 ? '/' : url.slice(slash);
}

/** The request as http-proxy wants to see it: our method and headers, no socket of the client behind it. */
function asIncoming(request: UpstreamRequest): IncomingMessage {
  const socket = { destroyed: false };
  return Object.assign(new EventEmitter(), {
    method: request.method,
    url: '/',
    headers: { ...request.headers, host: new URL(request.url).host },
    httpVersion: '1.1',
    socket,
    connection: socket,
  }) as unknown as IncomingMessage;
}
