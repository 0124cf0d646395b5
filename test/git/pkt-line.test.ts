import t from 'tap';
import { flushPkt, longestPayload, type Pkt, PktLineReader, pktLine } from '../../gateway/git/pkt-line.ts';
import { ProtocolError } from '../../gateway/git/protocol-error.ts';
import { cuts, randomCut, randomOf, seedOfRun } from './feeding.ts';

function read(pieces: readonly Buffer[]): { pkts: string[]; boundary: boolean } {
  const pkts: string[] = [];
  const reader = new PktLineReader((pkt: Pkt) => {
    pkts.push(pkt.kind === 'data' ? pkt.payload.toString('latin1') : pkt.kind);
    return 'go-on';
  });
  for (const piece of pieces) reader.feed(piece);
  return { pkts, boundary: reader.atBoundary };
}

void t.test('a payload is framed by its length in four hex digits', async (t) => {
  t.equal(pktLine('a\n').toString(), '0006a\n');
  t.equal(pktLine(Buffer.alloc(longestPayload)).subarray(0, 4).toString(), 'fff0');
  t.throws(() => pktLine(''), RangeError);
  t.throws(() => pktLine(Buffer.alloc(longestPayload + 1)), RangeError);
});

void t.test('wherever a stream is cut, the same pkts come out', async (t) => {
  const bytes = Buffer.from('0006a\n0000000fhello, you\n0001000200091\u0000\n0009X23\n0000', 'latin1');
  const whole = read([bytes.subarray(0, 27)]).pkts;
  t.strictSame(whole.slice(0, 3), ['a\n', 'flush', 'hello, you\n']);
  const good = Buffer.from('0006a\n0000000fhello, you\n000100020006b\n0000');
  const expected = ['a\n', 'flush', 'hello, you\n', 'delim', 'response-end', 'b\n', 'flush'];
  for (const pieces of cuts(good)) t.strictSame(read(pieces), { pkts: expected, boundary: true });
});

for (const bad of [
  '00g0',
  '0003',
  '0004',
  'fff1',
  'ffff',
  ' 006',
  '-006',
  '+006',
  '0x06',
  '\u0000\u0000\u0000\u0000',
  'PACK',
])
  void t.test(`${JSON.stringify(bad)} is no length, wherever it is cut`, async (t) => {
    for (const pieces of cuts(Buffer.from(`0006a\n${bad}`, 'latin1')))
      t.throws(() => read(pieces), { code: 'PROTOCOL_PKT_LINE', message: /at byte 6/ });
  });

void t.test('upper-case digits are digits, as git reads them', async (t) => {
  t.strictSame(read([Buffer.from('000Ahello\n')]).pkts, ['hello\n']);
});

void t.test('what stands behind the pkt that stops is returned untouched', async (t) => {
  for (const pieces of cuts(Buffer.from('0006a\n0000PACKrest'))) {
    const reader = new PktLineReader((pkt) => (pkt.kind === 'flush' ? 'stop' : 'go-on'));
    let rest: Buffer | undefined;
    const behind: Buffer[] = [];
    for (const piece of pieces) {
      if (rest !== undefined) behind.push(piece);
      else rest = reader.feed(piece);
    }
    t.equal(Buffer.concat([rest ?? Buffer.alloc(0), ...behind]).toString(), 'PACKrest');
  }
});

void t.test('random pkts come out as they went in, however cut', async (t) => {
  const seed = seedOfRun();
  t.comment(`SEED=${seed}`);
  const random = randomOf(seed);
  for (let round = 0; round < 60; round += 1) {
    const payloads = Array.from({ length: random(12) }, () =>
      Buffer.alloc(1 + random(random(20) === 0 ? longestPayload : 60), random(256)),
    );
    const bytes = Buffer.concat(
      payloads.flatMap((payload) => [pktLine(payload), ...(random(4) === 0 ? [flushPkt] : [])]),
    );
    const got = read(randomCut(bytes, random)).pkts.filter((pkt) => pkt !== 'flush');
    t.strictSame(
      got,
      payloads.map((payload) => payload.toString('latin1')),
    );
  }
});

void t.test('random bytes give pkts or a ProtocolError, and nothing else', async (t) => {
  const seed = seedOfRun();
  t.comment(`SEED=${seed}`);
  const random = randomOf(seed);
  for (let round = 0; round < 400; round += 1) {
    const bytes = Buffer.from(
      Array.from({ length: random(60) }, () => (random(3) === 0 ? random(256) : 48 + random(10))),
    );
    try {
      read(randomCut(bytes, random));
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
    }
  }
  t.pass();
});
