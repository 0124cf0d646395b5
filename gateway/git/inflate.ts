/** Compressed request bodies: opened within bounds, whatever they claim to hold (RFC 9110 section 8.4, gzip). */
import { Transform, type TransformCallback } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { ProtocolError } from './protocol-error.ts';

/** How request bodies may be coded. */
export type ContentCoding = 'identity' | 'gzip';

/** Reads a Content-Encoding header; undefined for a coding that is not understood. */
export function contentCoding(header: string | undefined): ContentCoding | undefined {
  switch (header?.trim().toLowerCase() ?? 'identity') {
    case 'identity':
    case '':
      return 'identity';
    case 'gzip':
    case 'x-gzip':
      return 'gzip';
    default:
      return undefined;
  }
}

/**
 * A stream that opens gzip and gives up, with a `ProtocolError` of code `PROTOCOL_TOO_LARGE`, once more than `limit` bytes
 * came out, or of code `PROTOCOL_GZIP` where it is none or breaks off. zlib hands out 16 KiB at a time, so a bomb costs no
 * more than that before it is noticed. Its ratio is not bounded: a fetch of 12,000 tags on one commit is as dense as a bomb.
 */
export function boundedGunzip(limit: number): {
  readonly input: NodeJS.WritableStream;
  readonly output: Transform;
} {
  let total = 0;
  const gunzip = createGunzip();
  const output = new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback) {
      total += chunk.length;
      if (total > limit)
        done(
          new ProtocolError('PROTOCOL_TOO_LARGE', `the request is longer than ${limit} bytes once inflated`),
        );
      else done(null, chunk);
    },
  });
  gunzip.on('error', (error) =>
    output.destroy(new ProtocolError('PROTOCOL_GZIP', `the request is not gzip: ${error.message}`)),
  );
  output.on('close', () => gunzip.destroy());
  output.on('error', () => undefined);
  gunzip.pipe(output);
  return { input: gunzip, output };
}
