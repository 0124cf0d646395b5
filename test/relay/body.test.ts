import { PassThrough, Readable } from 'node:stream';
import t from 'tap';
import { continueBody, drain, holdUpTo } from '../../gateway/relay/body.ts';

const ignore = (): void => undefined;

async function textOf(body: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function continued(
  held: readonly Buffer[],
  rest: Readable,
  seen: (chunk: Buffer) => void = ignore,
): PassThrough {
  const body = new PassThrough({ highWaterMark: 262_144 });
  continueBody(held, rest, body, seen);
  return body;
}

void t.test('a body shorter than the limit is held whole', async (t) => {
  const held = await holdUpTo(
    Readable.from([Buffer.from('ab'), Buffer.from('c')], { objectMode: false }),
    10,
    ignore,
  );

  t.equal(Buffer.concat(held.chunks).toString(), 'abc');
  t.ok(held.ended);
});

void t.test('what follows the held part comes after it, every byte once', async (t) => {
  for (let size = 1; size <= 8; size += 1) {
    const source = Readable.from(cut('the quick brown fox jumps', size), { objectMode: false });
    const held = await holdUpTo(source, 9, ignore);
    t.equal(await textOf(continued(held.chunks, source)), 'the quick brown fox jumps');
  }
});

void t.test('reading stops as soon as enough came, and nothing after it is lost', async (t) => {
  const source = Readable.from(cut('head|rest', 1), { objectMode: false });
  let seen = '';
  const held = await holdUpTo(
    source,
    100,
    (chunk) => {
      seen += chunk.toString();
    },
    () => seen.endsWith('|'),
  );

  t.equal(Buffer.concat(held.chunks).toString(), 'head|');
  t.equal(await textOf(continued([], source)), 'rest');
});

void t.test(
  'a source that leaves early rejects while held, and breaks the body while streamed',
  async (t) => {
    const early = new PassThrough();
    const holding = holdUpTo(early, 100, ignore);
    early.write('x');
    early.destroy();
    await t.rejects(holding, { message: /left before/ });

    const late = new PassThrough();
    const body = continued([Buffer.from('x')], late);
    late.write('y');
    late.destroy();
    await t.rejects(textOf(body), { message: /left before/ });
  },
);

void t.test('what a watcher throws rejects while held, and breaks the body while streamed', async (t) => {
  const refuse = (): void => {
    throw new Error('too long');
  };
  await t.rejects(holdUpTo(Readable.from([Buffer.from('x')], { objectMode: false }), 10, refuse), {
    message: 'too long',
  });

  const source = new PassThrough();
  const body = continued([], source, refuse);
  source.write('y');
  await t.rejects(textOf(body), { message: 'too long' });
});

void t.test('a slow reader holds the source back', async (t) => {
  const source = new PassThrough({ highWaterMark: 1024 });
  const body = continued([], source);
  let written = 0;
  while (source.write(Buffer.alloc(1024)) || written < 400 * 1024) {
    written += 1024;
    if (written > 4 * 1024 * 1024) break;
    await new Promise((resolve) => setImmediate(resolve));
    if (source.writableNeedDrain) break;
  }
  t.ok(written < 1024 * 1024, `${written} bytes were taken though nobody reads`);
  body.destroy();
  source.destroy();
});

void t.test('draining ends with the source, or at its limit', async (t) => {
  t.equal(await drain(Readable.from([Buffer.alloc(10)], { objectMode: false }), 100), 'drained');
  t.equal(
    await drain(Readable.from([Buffer.alloc(10), Buffer.alloc(200)], { objectMode: false }), 100),
    'limit',
  );
  const gone = new PassThrough();
  gone.destroy();
  t.equal(await drain(gone, 100), 'gone');
});

function cut(text: string, size: number): Buffer[] {
  const bytes = Buffer.from(text);
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
  return pieces;
}
