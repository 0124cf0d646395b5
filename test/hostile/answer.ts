/** What a client was told of its push, read from the bytes it got. */
import { PktLineReader } from '../../gateway/git/pkt-line.ts';

/** What was said of each ref, and whether the whole answer came. */
export interface Told {
  readonly complete: boolean;
  readonly status: number | undefined;
  readonly unpack: string | undefined;
  /** `ok`, or why not. */
  readonly refs: ReadonlyMap<string, string>;
}

export const nothing: Told = { complete: false, status: undefined, unpack: undefined, refs: new Map() };

/** An HTTP response as far as it came; undefined before its headers are there. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: Buffer;
  readonly complete: boolean;
  /** Bytes of it, once it is complete. */
  readonly length: number;
}

/** Reads the first response in these bytes (RFC 9112, chunked or with a length). */
export function readHttpAnswer(bytes: Buffer): HttpAnswer | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd === -1) return undefined;
  const head = bytes.toString('latin1', 0, headEnd).toLowerCase();
  const status = Number(/^http\/1\.1 (\d{3})/.exec(head)?.[1]);
  const start = headEnd + 4;
  if (!/\r\ntransfer-encoding: chunked/.test(head)) {
    const length = Number(/\r\ncontent-length: (\d+)/.exec(head)?.[1] ?? 0);
    return {
      status,
      body: bytes.subarray(start, start + length),
      complete: bytes.length >= start + length,
      length: start + length,
    };
  }
  const parts: Buffer[] = [];
  for (let at = start; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at);
    const size = lineEnd === -1 ? Number.NaN : Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    const end = lineEnd + 2 + size;
    if (Number.isNaN(size) || bytes.length < end + 2)
      return { status, body: Buffer.concat(parts), complete: false, length: bytes.length };
    if (size === 0) return { status, body: Buffer.concat(parts), complete: true, length: end + 2 };
    parts.push(bytes.subarray(lineEnd + 2, end));
    at = end + 2;
  }
}

/** Reads the report out of the body of an answer. */
export function readTold({ status, body, complete }: HttpAnswer, sideBand: boolean): Told {
  const report = sideBand
    ? Buffer.concat(pktsOf(body).flatMap((pkt) => (pkt[0] === 1 ? [pkt.subarray(1)] : [])))
    : body;
  const refs = new Map<string, string>();
  let unpack: string | undefined;
  for (const pkt of pktsOf(report)) {
    const line = pkt.toString('utf8').replace(/\n$/, '');
    const [, word, rest = ''] = /^(unpack|ok|ng) (.*)$/s.exec(line) ?? [];
    const [ref = '', ...why] = rest.split(' ');
    if (word === 'unpack') unpack = rest;
    else if (word === 'ok') refs.set(ref, 'ok');
    else if (word === 'ng') refs.set(ref, why.join(' ') || 'ng');
  }
  return { complete, status, unpack, refs };
}

function pktsOf(bytes: Buffer): readonly Buffer[] {
  const found: Buffer[] = [];
  const reader = new PktLineReader((pkt) => {
    if (pkt.kind === 'data') found.push(pkt.payload);
    return 'go-on';
  });
  try {
    reader.feed(bytes);
  } catch {
    // Of an answer that is no report nothing is read.
  }
  return found;
}
