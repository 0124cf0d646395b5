/** A Git host without git behind it: protocol v2 for a clone of one real pack, at a chosen pace, a thousand times at once. */
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import type { Ending } from './ending.ts';

/** How fast a pack goes out. Without a pace it goes as fast as it is taken. */
export interface Pace {
  readonly pieceBytes: number;
  readonly everyMs: number;
}

export interface CannedHost {
  readonly port: number;
  readonly url: string;
  /** Packs that are on their way now. */
  readonly running: number;
}

/** What a clone is answered; every repository's name leads to the same. */
interface Canned {
  readonly advertisement: Buffer;
  readonly refs: Buffer;
  /** `packfile`, the pack in side-band 1, the flush. */
  readonly pack: Buffer;
}

/** A pkt of side-band-64k may be longer; short ones let a slow pace go on in whole pkts. */
const bandBytes = 4_000;
/** What goes into the socket in one piece where no pace is set. */
const pieceBytes = 65_536;

/**
 * Serves a bare repository that has all its objects in one pack. Thousands of `upload-pack` would measure the machine and
 * not what stands in front of it, so the pack is sent as it lies on the disk: a client that clones gets a whole repository.
 */
export async function startCannedHost(test: Ending, repository: string, pace?: Pace): Promise<CannedHost> {
  const canned = await canFrom(repository);
  let running = 0;
  const server = createServer((request, response) => {
    void answer(canned, request, response, pace, (change) => {
      running += change;
    }).catch(() => response.destroy());
  });
  server.requestTimeout = 0;
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', 4_096, resolve);
  });
  test.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    get running() {
      return running;
    },
  };
}

async function answer(
  { advertisement, refs, pack }: Canned,
  request: IncomingMessage,
  response: ServerResponse,
  pace: Pace | undefined,
  count: (change: 1 | -1) => void,
): Promise<void> {
  if (request.method === 'GET') {
    response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-advertisement' });
    response.end(advertisement);
    return;
  }
  const body = await buffer(request);
  const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString('latin1');
  response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-result' });
  if (text.includes('command=ls-refs')) {
    response.end(refs);
    return;
  }
  count(1);
  response.once('close', () => count(-1));
  if (pace === undefined) pour(pack, response);
  else drip(pack, response, pace);
}

function pour(pack: Buffer, response: ServerResponse): void {
  let at = 0;
  const more = (): void => {
    let takes = true;
    while (takes && at < pack.length) {
      takes = response.write(pack.subarray(at, at + pieceBytes));
      at += pieceBytes;
    }
    if (at >= pack.length) response.end();
    else response.once('drain', more);
  };
  more();
}

function drip(pack: Buffer, response: ServerResponse, pace: Pace): void {
  let at = 0;
  let takes = true;
  const timer = setInterval(() => {
    if (!takes) return;
    takes = response.write(pack.subarray(at, at + pace.pieceBytes));
    at += pace.pieceBytes;
    if (at >= pack.length) {
      clearInterval(timer);
      response.end();
    }
  }, pace.everyMs);
  response.on('drain', () => {
    takes = true;
  });
  response.once('close', () => clearInterval(timer));
}

async function canFrom(repository: string): Promise<Canned> {
  const folder = join(repository, 'objects', 'pack');
  const packs = (await readdir(folder)).filter((name) => name.endsWith('.pack'));
  const [only, ...more] = packs;
  if (only === undefined || more.length > 0)
    throw new Error(`${repository} has ${packs.length} packs and is served from one`);
  const { stdout } = await promisify(execFile)('git', ['-C', repository, 'rev-parse', 'refs/heads/main']);
  const id = stdout.trim();
  return {
    advertisement: Buffer.concat([
      pkt('# service=git-upload-pack\n'),
      flush,
      ...['version 2\n', 'ls-refs=unborn\n', 'fetch=shallow\n', `object-format=sha1\n`].map(pkt),
      flush,
    ]),
    refs: Buffer.concat([
      pkt(`${id} HEAD symref-target:refs/heads/main\n`),
      pkt(`${id} refs/heads/main\n`),
      flush,
    ]),
    pack: Buffer.concat([pkt('packfile\n'), ...banded(await readFile(join(folder, only))), flush]),
  };
}

const flush = Buffer.from('0000');

function pkt(text: string): Buffer {
  return Buffer.from(`${(text.length + 4).toString(16).padStart(4, '0')}${text}`);
}

function banded(pack: Buffer): readonly Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0; at < pack.length; at += bandBytes) {
    const piece = pack.subarray(at, at + bandBytes);
    pieces.push(Buffer.from(`${(piece.length + 5).toString(16).padStart(4, '0')}\x01`, 'latin1'), piece);
  }
  return pieces;
}
