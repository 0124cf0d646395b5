/** A clone without git: one fetch request over TLS, its answer read byte by byte or slowly, and when what came. */
import { connect } from 'node:tls';

export interface RawCloneOptions {
  readonly port: number;
  readonly ca: string;
  /** A git credential. */
  readonly secret: string;
  /** `bench/app` */
  readonly repository: string;
  /** Reads once in so long, and then whatever is there; without it as fast as it comes. */
  readonly readEveryMs?: number;
}

export interface RawClone {
  /** The first bytes of the pack have come. */
  readonly moving: Promise<void>;
  /** How it ended: the answer was whole, or the connection is gone. */
  readonly ended: Promise<RawEnd>;
  /** Bytes of the answer that had come after that moment, epoch ms, the closing text not counted. */
  bytesAfter(at: number): number;
  destroy(): void;
}

export interface RawEnd {
  /** Epoch ms at which the last byte in front of the closing text came; of the answer's last byte where there is no text. */
  readonly lastByteAt: number;
  readonly endedAt: number;
  /** The closing text was read. */
  readonly told: boolean;
  /** The answer from the closing text on, framing between its lines included, at most 4 KiB. */
  readonly text: string;
}

interface Arrival {
  readonly at: number;
  readonly bytes: number;
}

/** Arrivals that are kept: those behind an end are the last ones. */
const arrivalsKept = 4_096;
/** A chunk's size line, a pkt's length and its band stand between the repository's last byte and the text. */
const framingBytes = 20;
const closing = Buffer.from('sluice: ');
const lastChunk = Buffer.from('0\r\n\r\n');

export function startRawClone(options: RawCloneOptions): RawClone {
  const { port, ca, secret, repository, readEveryMs } = options;
  const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ca });
  const arrivals: Arrival[] = [];
  let told = false;
  let closingText = '';
  let bytes = 0;
  let moves!: () => void;
  let fails!: (error: Error) => void;
  const moving = new Promise<void>((resolve, reject) => {
    moves = resolve;
    fails = reject;
  });
  moving.catch(() => undefined);
  let finish!: (end: RawEnd) => void;
  const ended = new Promise<RawEnd>((resolve) => {
    finish = resolve;
  });
  let head = '';
  const take = (data: Buffer): void => {
    const at = Date.now();
    const text = data.indexOf(closing);
    const length = text === -1 ? data.length : Math.max(0, text - framingBytes);
    if (told) closingText += data.toString('utf8');
    else if (text !== -1) closingText = data.toString('utf8', text);
    closingText = closingText.slice(0, 4_096);
    told ||= text !== -1;
    if (length > 0 && (!told || text !== -1)) arrivals.push({ at, bytes: length });
    if (arrivals.length > arrivalsKept) arrivals.splice(0, arrivalsKept / 2);
    bytes += length;
    if (head.length < 200) head += data.toString('latin1', 0, 200);
    if (bytes > 8_192) moves();
    if (data.subarray(-lastChunk.length).equals(lastChunk)) over(at);
  };
  const over = (at: number): void => {
    clearInterval(reading);
    fails(new Error(`the clone of ${repository} ended before it moved: ${head}`));
    finish({ lastByteAt: arrivals.at(-1)?.at ?? at, endedAt: at, told, text: closingText });
    socket.destroy();
  };
  let reading: NodeJS.Timeout | undefined;
  socket.on('error', () => undefined);
  socket.once('close', () => over(Date.now()));
  if (readEveryMs === undefined) socket.on('data', take);
  else {
    // Nobody asks for more in between, so the kernel's buffer fills and the sender has to wait.
    socket.pause();
    socket.on('data', (data: Buffer) => {
      socket.pause();
      take(data);
    });
    reading = setInterval(() => socket.resume(), readEveryMs);
  }
  socket.once('secureConnect', () => socket.write(request(repository, secret)));
  return {
    moving,
    ended,
    bytesAfter: (at) => arrivals.filter((each) => each.at > at).reduce((sum, each) => sum + each.bytes, 0),
    destroy: () => socket.destroy(),
  };
}

/** A `fetch` of protocol v2 as git sends it for a clone; the host in these tests does not look at the id. */
function request(repository: string, secret: string): string {
  const pkts = ['command=fetch', 'agent=git/2.39.5', 'object-format=sha1'].map(pkt).join('');
  const body = `${pkts}0001${['ofs-delta', `want ${'1'.repeat(40)}`, 'done'].map(pkt).join('')}0000`;
  return [
    `POST /${repository}/git-upload-pack HTTP/1.1`,
    'Host: localhost',
    'User-Agent: git/2.39.5',
    `Authorization: Basic ${Buffer.from(`git:${secret}`).toString('base64')}`,
    'Content-Type: application/x-git-upload-pack-request',
    'Git-Protocol: version=2',
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n');
}

function pkt(text: string): string {
  return `${(text.length + 5).toString(16).padStart(4, '0')}${text}\n`;
}
