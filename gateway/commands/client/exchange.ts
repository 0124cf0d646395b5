/** One call over the wire: bounded in time and size, no redirects, and clear about what a lost answer leaves open. */
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { version } from '../../version.ts';
import type { Access } from './access.ts';

/** A call as it is sent. */
export interface Sent {
  readonly method: 'GET' | 'POST';
  /** Path and query, encoded. */
  readonly path: string;
  readonly body?: string;
}

/** What came back, whatever it says. */
export interface Received {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

/** No answer was had. `arrived`: the call may have reached the gateway, and may have been done. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  readonly arrived: boolean;
  constructor(arrived: boolean, cause: unknown) {
    super('the gateway did not answer', { cause });
    this.arrived = arrived;
  }
}

export interface Bounds {
  /** Until a connection stands, TLS included. */
  readonly connectMs: number;
  /** Until the whole answer is there. A revocation waits two seconds for its nodes, and longer for a slow store. */
  readonly answerMs: number;
  readonly largestAnswer: number;
}

/** A lock that cuts ten thousand transfers is answered with about 4 MB. */
const usual: Bounds = { connectMs: 10_000, answerMs: 30_000, largestAnswer: 32 * 2 ** 20 };

/** Makes the call. Rejects with a `NoAnswer`. */
export function exchange(
  { origin, token, ca }: Access,
  { method, path, body }: Sent,
  { connectMs, answerMs, largestAnswer }: Bounds = usual,
): Promise<Received> {
  const isTls = origin.protocol === 'https:';
  return new Promise((resolve, reject) => {
    let arrived = false;
    const timers = [
      setTimeout(() => {
        if (!arrived) fail(new Error(`no connection within ${connectMs / 1_000} s`));
      }, connectMs),
      setTimeout(() => fail(new Error(`no whole answer within ${answerMs / 1_000} s`)), answerMs),
    ];
    const over = (): void => timers.forEach(clearTimeout);
    const fail = (error: unknown): void => {
      over();
      request.destroy();
      reject(new NoAnswer(arrived, error));
    };
    const request = (isTls ? httpsRequest : httpRequest)(
      new URL(path, origin),
      {
        method,
        agent: false,
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          accept: 'application/json',
          'user-agent': `sluice/${version}`,
          ...(body === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
        },
        ...(isTls && ca !== undefined ? { ca } : {}),
      },
      (response) => {
        const pieces: Buffer[] = [];
        let length = 0;
        response.on('data', (piece: Buffer) => {
          length += piece.length;
          if (length > largestAnswer) fail(new Error(`the answer is over ${largestAnswer} bytes`));
          else pieces.push(piece);
        });
        response.once('error', fail);
        response.once('end', () => {
          over();
          resolve({
            status: response.statusCode ?? 0,
            contentType: response.headers['content-type'] ?? '',
            text: Buffer.concat(pieces).toString(),
          });
        });
      },
    );
    request.once('socket', (socket) => {
      socket.once(isTls ? 'secureConnect' : 'connect', () => {
        arrived = true;
      });
    });
    request.on('error', fail);
    request.end(body);
  });
}
