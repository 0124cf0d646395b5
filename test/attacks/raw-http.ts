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
