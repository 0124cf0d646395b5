/** A Git host on HTTP that writes down what the real client asks and the real git answers, byte by byte. */
import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { type ProtocolVersion, protocolVersion, type Service } from '../../gateway/git/service.ts';
import type { Ending } from '../servers/ending.ts';

/** One request, and its answer. */
export interface Exchange {
  readonly kind: 'advertise' | 'exchange';
  readonly service: Service;
  readonly version: ProtocolVersion;
  /** Inflated. */
  readonly request: Buffer;
  readonly answer: Buffer;
}

/** What is done to bytes on their way; nothing where it is left out. */
export interface Rewrite {
  readonly pushRequest?: (bytes: Buffer) => Buffer;
  readonly advertisement?: (bytes: Buffer, service: Service) => Buffer;
}

export interface RecordingHost {
  /** Where the repositories of `directory` are: `<url>/<name>`. */
  readonly url: string;
  /** What was asked so far; emptied by taking it. */
  take(): readonly Exchange[];
}

/**
 * Serves the repositories of a folder; ends with the test.
 *
 * @param rewrite what git is given instead of a request, and the client instead of an answer
 */
export async function recordingHost(
  test: Ending,
  directory: string,
  rewrite: Rewrite = {},
): Promise<RecordingHost> {
  let exchanges: Exchange[] = [];
  const shown = ({ kind, service, answer }: Exchange): Buffer =>
    kind === 'advertise' ? (rewrite.advertisement?.(answer, service) ?? answer) : answer;
  const server = createServer((request, response) => {
    void answer(request, directory, rewrite).then(
      (exchange) => {
        exchanges.push(exchange);
        const kind = exchange.kind === 'advertise' ? 'advertisement' : 'result';
        const head =
          exchange.kind === 'advertise' && exchange.version !== 2
            ? Buffer.from(
                `${(exchange.service.length + 15).toString(16).padStart(4, '0')}# service=${exchange.service}\n0000`,
              )
            : Buffer.alloc(0);
        response
          .writeHead(200, { 'content-type': `application/x-${exchange.service}-${kind}` })
          .end(Buffer.concat([head, shown(exchange)]));
      },
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  test.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    take() {
      const taken = exchanges;
      exchanges = [];
      return taken;
    },
  };
}

async function answer(
  request: IncomingMessage,
  directory: string,
  { pushRequest }: Rewrite,
): Promise<Exchange> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  const [, name = '', last = ''] = /^\/([^/]+)\/(?:info\/)?([^/]+)$/.exec(pathname) ?? [];
  const kind = last === 'refs' ? 'advertise' : 'exchange';
  const service = (kind === 'advertise' ? searchParams.get('service') : last) as Service;
  const version = protocolVersion(request.headers['git-protocol'] as string | undefined);
  const sent = await buffer(request);
  const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
  const how = kind === 'advertise' ? ['--stateless-rpc', '--http-backend-info-refs'] : ['--stateless-rpc'];
  const isPush = kind === 'exchange' && service === 'git-receive-pack' && pushRequest !== undefined;
  const given = isPush ? pushRequest(body) : body;
  const got = await runService(service, [...how, `${directory}/${name}`], version, given);
  return { kind, service, version, request: body, answer: got };
}

/** Runs a service of the real git over one request, and gives what it prints. */
export async function runService(
  service: Service,
  args: readonly string[],
  version: ProtocolVersion,
  request: Buffer,
): Promise<Buffer> {
  const child = spawn('git', [service.slice(4), ...args], {
    env: {
      PATH: process.env.PATH ?? '',
      HOME: '/nonexistent',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      ...(version === 0 ? {} : { GIT_PROTOCOL: `version=${version}` }),
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  // git may have read enough before it is given all.
  child.stdin.on('error', () => undefined).end(request);
  return await buffer(child.stdout);
}
