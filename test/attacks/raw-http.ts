/** Bytes at the door as no honest client writes them. */
import { connect } from 'node:net';

/** Writes the pieces as they are, each behind the other; everything that came back until the other side closed or fell silent. */
export function rawExchange(
  port: number,
  pieces: readonly (string | Buffer)[],
  quietMs = 400,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let said = '';
    let timer = setTimeout(() => socket.destroy(), quietMs + 2_000);
    socket.setEncoding('latin1').on('data', (text: string) => {
      said += text;
      clearTimeout(timer);
      timer = setTimeout(() => socket.destroy(), quietMs);
    });
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(said);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') reject(error);
    });
    for (const piece of pieces) socket.write(piece);
  });
}

/** Status codes of the responses in a stretch of bytes. */
export function statuses(said: string): readonly number[] {
  return [...said.matchAll(/(?:^|\n|\r\n)HTTP\/1\.[01] (\d{3})/g)].map(([, status]) => Number(status));
}

/** A whole git request as bytes, with its length, and the credential if there is one. */
export function gitPost(
  secret: string | undefined,
  service: 'upload-pack' | 'receive-pack',
  body: string | Buffer,
  { name = 'app', headers = [] }: { name?: string; headers?: readonly string[] } = {},
): Buffer {
  const lines = [
    `POST /hub/${name}.git/git-${service} HTTP/1.1`,
    'Host: x',
    ...(secret === undefined ? [] : [basic(secret)]),
    `Content-Type: application/x-git-${service}-request`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...headers,
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), Buffer.from(body)]);
}

/** Discovery as bytes. */
export function gitGet(
  secret: string | undefined,
  service: 'upload-pack' | 'receive-pack',
  { name = 'app', headers = [] }: { name?: string; headers?: readonly string[] } = {},
): string {
  const lines = [
    `GET /hub/${name}.git/info/refs?service=git-${service} HTTP/1.1`,
    'Host: x',
    ...(secret === undefined ? [] : [basic(secret)]),
    ...headers,
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

function basic(secret: string): string {
  return `Authorization: Basic ${Buffer.from(`x:${secret}`).toString('base64')}`;
}
