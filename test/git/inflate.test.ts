import { once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createGzip, deflateSync, gzipSync } from 'node:zlib';
import t from 'tap';
import { boundedGunzip, contentCoding } from '../../gateway/git/inflate.ts';
import { cuts, damaged, randomOfRun } from './feeding.ts';

async function opened(pieces: readonly Buffer[], limit: number): Promise<Buffer> {
  const { input, output } = boundedGunzip(limit);
  Readable.from(pieces, { objectMode: false }).pipe(input);
  return await buffer(output);
}

for (const [header, coding] of [
  [undefined, 'identity'],
  ['', 'identity'],
  ['identity', 'identity'],
  ['gzip', 'gzip'],
  [' GZip ', 'gzip'],
  ['x-gzip', 'gzip'],
  ['deflate', undefined],
  ['br', undefined],
  ['gzip, gzip', undefined],
  ['gzip;q=1', undefined],
] as const)
  void t.test(`Content-Encoding ${JSON.stringify(header)} is ${coding ?? 'not understood'}`, async (t) => {
    t.equal(contentCoding(header), coding);
  });

void t.test('gzip is opened, wherever it is cut', async (t) => {
  const bytes = gzipSync('hello, you');
  for (const pieces of cuts(bytes)) t.equal((await opened(pieces, 10)).toString(), 'hello, you');
});

void t.test('two members behind each other are one body, as RFC 1952 says', async (t) => {
  t.equal((await opened([gzipSync('a'), gzipSync('b')], 2)).toString(), 'ab');
});

for (const [what, bytes] of [
  ['text', Buffer.from('0032want')],
  ['zlib without gzip', deflateSync('hello')],
  ['gzip without its last byte', gzipSync('hello').subarray(0, -1)],
  ['gzip without its trailer', gzipSync('hello').subarray(0, -8)],
  ['gzip with another checksum', Buffer.concat([gzipSync('hello').subarray(0, -8), Buffer.alloc(8)])],
] as const)
  void t.test(`${what} is refused as no gzip`, async (t) => {
    await t.rejects(opened([bytes], 100), { name: 'ProtocolError', code: 'PROTOCOL_GZIP' });
  });

void t.test('one byte over the limit is refused', async (t) => {
  const bytes = gzipSync(Buffer.alloc(100_000));

  t.equal((await opened([bytes], 100_000)).length, 100_000);
  await t.rejects(opened([bytes], 99_999), { code: 'PROTOCOL_TOO_LARGE' });
});

void t.test('an endless bomb ends a little above its limit, and its source is let go', async (t) => {
  const limit = 2 ** 20;
  const { input, output } = boundedGunzip(limit);
  let out = 0;
  output.on('data', (chunk: Buffer) => {
    out += chunk.length;
  });
  const bomb = createGzip();
  const zeros = Buffer.alloc(2 ** 16);
  const endless = new Readable({ read: () => void endless.push(zeros) });
  endless.pipe(bomb).pipe(input);
  const [error] = (await once(output, 'error')) as [{ code: string }];
  endless.destroy();
  bomb.destroy();

  t.equal(error.code, 'PROTOCOL_TOO_LARGE');
  t.ok(out <= limit);
  t.notOk(input.writable, 'nothing more is taken');
});

void t.test('a reader that leaves takes the opening with it', async (t) => {
  const { input, output } = boundedGunzip(100);
  const source = new PassThrough();
  source.pipe(input);
  output.destroy();
  await once(output, 'close');

  t.notOk(input.writable);
});

void t.test('damaged gzip gives a ProtocolError, or bytes within the limit', async (t) => {
  const random = randomOfRun(t);
  const good = gzipSync(Buffer.from(Array.from({ length: 200 }, () => random(256))));
  for (let round = 0; round < 200; round += 1) {
    try {
      t.ok((await opened([damaged(good, random)], 1_000)).length <= 1_000);
    } catch (error) {
      t.match(error, { name: 'ProtocolError' });
    }
  }
});
