import t from 'tap';
import {
  delimPkt,
  flushPkt,
  longestPayload,
  type Pkt,
  PktLineReader,
  pktLine,
  responseEndPkt,
} from '../../gateway/git/pkt-line.ts';
import { ProtocolError } from '../../gateway/git/protocol-error.ts';
import { cuts, randomCut, randomOfRun, singles } from './feeding.ts';

function read(pieces: readonly Buffer[]): { pkts: string[]; boundary: boolean; offset: number } {
  const pkts: string[] = [];
  const reader = new PktLineReader((pkt: Pkt) => {
    pkts.push(pkt.kind === 'data' ? `:${pkt.payload.toString('latin1')}` : pkt.kind);
    return 'go-on';
  });
  for (const piece of pieces) reader.feed(piece);
  return { pkts, boundary: reader.atBoundary, offset: reader.offset };
}

void t.test('a payload is framed by its length in four hex digits', async (t) => {
  t.equal(pktLine('a\n').toString(), '0006a\n');
  t.equal(pktLine('é').toString('latin1'), '0006\xc3\xa9');
  t.equal(pktLine(Buffer.alloc(longestPayload)).subarray(0, 4).toString(), 'fff0');
  t.throws(() => pktLine(''), RangeError);
  t.throws(() => pktLine(Buffer.alloc(longestPayload + 1)), RangeError);
});

// The examples of gitprotocol-common, the special pkts, the shortest and the longest.
const cases: readonly (readonly [bytes: Buffer, pkts: readonly string[]])[] = [
  [Buffer.from('0006a\n'), [':a\n']],
  [Buffer.from('0005a'), [':a']],
  [Buffer.from('000bfoobar\n'), [':foobar\n']],
  [Buffer.from('0004'), [':']],
  [Buffer.from('00040004'), [':', ':']],
  [Buffer.concat([flushPkt, delimPkt, responseEndPkt]), ['flush', 'delim', 'response-end']],
  [Buffer.from('000Ahello\n0000'), [':hello\n', 'flush']],
  [
    Buffer.from('0006a\n0000000fhello, you\n000100020006b\n0000'),
    [':a\n', 'flush', ':hello, you\n', 'delim', 'response-end', ':b\n', 'flush'],
  ],
];
for (const [bytes, expected] of cases)
  void t.test(`${JSON.stringify(bytes.toString())} is read, wherever it is cut`, async (t) => {
    for (const pieces of cuts(bytes))
      t.strictSame(read(pieces), { pkts: expected, boundary: true, offset: bytes.length });
  });

void t.test('the longest pkt is read whole from single bytes', async (t) => {
  const { pkts } = read(singles(pktLine(Buffer.alloc(longestPayload, 'x'))));

  t.equal(pkts[0]?.length, longestPayload + 1);
});

for (const bad of [
  '00g0',
  '0003',
  'fff1',
  'ffff',
  'FFFF',
  ' 006',
  '-006',
  '+006',
  '0x06',
  '006\n',
  '\0\0\0\0',
  'PACK',
  '\xef\xbc\x90\x30',
])
  void t.test(`${JSON.stringify(bad)} is no length, wherever it is cut`, async (t) => {
    for (const pieces of cuts(Buffer.from(`0006a\n${bad}`, 'latin1')))
      t.throws(() => read(pieces), { code: 'PROTOCOL_PKT_LINE', message: /at byte 6/ });
  });

void t.test('in the middle of a pkt is no boundary', async (t) => {
  for (const bytes of ['0', '000', '0006', '0006a', '00000'])
    t.equal(read([Buffer.from(bytes)]).boundary, false, bytes);
});

for (const [stop, bytes] of [
  ['flush', '0006a\n0000PACKrest'],
  [':', '0006a\n0004PACKrest'],
  [':b\n', '0006a\n0006b\nPACKrest'],
] as const)
  void t.test(`what stands behind ${JSON.stringify(stop)} is returned untouched when it stops`, async (t) => {
    for (const pieces of cuts(Buffer.from(bytes))) {
      const reader = new PktLineReader((pkt) =>
        (pkt.kind === 'data' ? `:${pkt.payload.toString()}` : pkt.kind) === stop ? 'stop' : 'go-on',
      );
      let rest: Buffer | undefined;
      const behind: Buffer[] = [];
      for (const piece of pieces) {
        if (rest !== undefined) behind.push(piece);
        else rest = reader.feed(piece);
      }
      t.equal(Buffer.concat([rest ?? Buffer.alloc(0), ...behind]).toString(), 'PACKrest');
      t.throws(() => reader.feed(Buffer.from('0000')), /stopped/);
    }
  });

void t.test('random pkts come out as they went in, however cut', async (t) => {
  const random = randomOfRun(t);
  for (let round = 0; round < 60; round += 1) {
    const payloads = Array.from({ length: random(12) }, () =>
      Buffer.alloc(1 + random(random(20) === 0 ? longestPayload : 60), random(256)),
    );
    const bytes = Buffer.concat(
      payloads.flatMap((payload) => [pktLine(payload), ...(random(4) === 0 ? [flushPkt] : [])]),
    );
    t.strictSame(
      read(randomCut(bytes, random)).pkts.filter((pkt) => pkt !== 'flush'),
      payloads.map((payload) => `:${payload.toString('latin1')}`),
    );
  }
});

void t.test('random bytes give pkts or a ProtocolError, and nothing else', async (t) => {
  const random = randomOfRun(t);
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

// A copy of what is held with each byte would be 17 GB here.
void t.test('pkts in single bytes are put together without copying them again and again', async (t) => {
  const reader = new PktLineReader(() => 'go-on');
  const one = Buffer.alloc(1, 'x');
  for (let round = 0; round < 8; round += 1) {
    reader.feed(Buffer.from('fff0'));
    for (let i = 0; i < longestPayload; i += 1) reader.feed(one);
  }

  t.equal(reader.offset, 8 * 65_520);
});
