/** A Git host without git and without memory: it advertises one branch, applies every push, and fails where its name says so. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { flushPkt, PktLineReader, pktLine } from '../../gateway/git/pkt-line.ts';
import type { Ending } from '../servers/ending.ts';

/** What the branch `main` of every repository stands at. */
export const mainId = 'a'.repeat(40);

/** Names beginning with `broken` are answered by 500, those with `slow` never end a fetch. */
export async function startSmallHost(test: Ending): Promise<string> {
  const server = createServer((request, response) => {
    void answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  test.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = request.url ?? '';
  const service = url.includes('git-receive-pack') ? 'git-receive-pack' : 'git-upload-pack';
  if (url.startsWith('/broken')) {
    response.writeHead(500).end();
    return;
  }
  if (request.method === 'GET') {
    response.writeHead(200, { 'content-type': `application/x-${service}-advertisement` });
    const offered =
      service === 'git-receive-pack'
        ? 'report-status delete-refs atomic ofs-delta'
        : 'side-band-64k ofs-delta';
    response.end(
      Buffer.concat([
        pktLine(`# service=${service}\n`),
        flushPkt,
        pktLine(`${mainId} refs/heads/main\0${offered} object-format=sha1\n`),
        flushPkt,
      ]),
    );
    return;
  }
  const body = await buffer(request);
  response.writeHead(200, { 'content-type': `application/x-${service}-result` });
  if (service === 'git-receive-pack') {
    const refs = commandsOf(body).map((ref) => pktLine(`ok ${ref}\n`));
    response.end(Buffer.concat([pktLine('unpack ok\n'), ...refs, flushPkt]));
    return;
  }
  response.write(Buffer.concat([pktLine('NAK\n'), pktLine('\x01PACK')]));
  if (!url.startsWith('/slow')) response.end(Buffer.concat([pktLine('\x01rest'), flushPkt]));
}

function commandsOf(body: Buffer): readonly string[] {
  const refs: string[] = [];
  const reader = new PktLineReader((pkt) => {
    if (pkt.kind !== 'data') return 'stop';
    refs.push(/^\S+ \S+ ([^\0\n]+)/.exec(pkt.payload.toString())?.[1] ?? '');
    return 'go-on';
  });
  reader.feed(body);
  return refs;
}
