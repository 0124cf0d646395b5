import t from 'tap';
import { ProxyHeaderError, ProxyHeaderReader } from '../../gateway/edge/proxy-header.ts';
import { cuts, damaged, quoted, randomCut, randomOfRun } from '../git/feeding.ts';

/** The header's client as `address port`, and what lay behind; `more` when it is not whole. */
function read(pieces: readonly Buffer[]): string {
  const reader = new ProxyHeaderReader();
  for (const [i, piece] of pieces.entries()) {
    const header = reader.feed(piece);
    if (header === undefined) continue;
    const rest = Buffer.concat([header.rest, ...pieces.slice(i + 1)]).toString('latin1');
    const { client } = header;
    return `${client === undefined ? 'none' : `${client.address} ${client.port}`}|${rest}`;
  }
  return 'more';
}

function v2(command: number, family: number, addresses: string | Buffer, tlvs = '', length?: number): Buffer {
  const body = Buffer.concat([
    typeof addresses === 'string' ? Buffer.from(addresses, 'hex') : addresses,
    Buffer.from(tlvs, 'hex'),
  ]);
  const head = Buffer.from('0d0a0d0a000d0a515549540a00000000', 'hex');
  head[12] = command;
  head[13] = family;
  head.writeUInt16BE(length ?? body.length, 14);
  return Buffer.concat([head, body]);
}

const ipv4 = 'c0000207c6336401dead0050';
const ipv6 = `20010db8${'0'.repeat(22)}01${'20010db8'.padEnd(32, '0')}00501bb0`;
for (const [what, header, client] of [
  ['version 1, IPv4', Buffer.from('PROXY TCP4 192.0.2.7 198.51.100.1 57005 80\r\n'), '192.0.2.7 57005'],
  ['version 1, IPv6', Buffer.from('PROXY TCP6 2001:DB8::1 2001:db8::2 1 65535\r\n'), '2001:db8::1 1'],
  ['version 1, IPv4 mapped', Buffer.from('PROXY TCP6 ::ffff:192.0.2.7 ::1 1 2\r\n'), '192.0.2.7 1'],
  ['version 1, UNKNOWN', Buffer.from('PROXY UNKNOWN\r\n'), 'none'],
  ['version 1, UNKNOWN and more', Buffer.from('PROXY UNKNOWN ffff::1 x 1 2\r\n'), 'none'],
  ['version 2, IPv4', v2(0x21, 0x11, ipv4), '192.0.2.7 57005'],
  ['version 2, IPv4, TLVs', v2(0x21, 0x11, ipv4, '0100026832ee00050100000000'), '192.0.2.7 57005'],
  ['version 2, IPv6', v2(0x21, 0x21, ipv6), '2001:db8::1 80'],
  [
    'version 2, IPv4 mapped',
    v2(0x21, 0x21, `${'0'.repeat(20)}ffffc0000207${'0'.repeat(32)}00010002`),
    '192.0.2.7 1',
  ],
  ['version 2, LOCAL', v2(0x20, 0x00, ''), 'none'],
  ['version 2, LOCAL with addresses', v2(0x20, 0x11, ipv4), 'none'],
  ['version 2, of no family', v2(0x21, 0x00, '', '04000100'), 'none'],
] as const)
  void t.test(`${what} is read wherever it is cut, and what is behind is untouched`, async (t) => {
    for (const behind of ['', 'SSH-2.0-x\r\n', 'PROXY UNKNOWN\r\n'])
      for (const pieces of cuts(Buffer.concat([header, Buffer.from(behind)])))
        t.equal(read(pieces), `${client}|${behind}`);
    for (let end = 0; end < header.length; end += 1) t.equal(read([header.subarray(0, end)]), 'more');
  });

for (const bytes of [
  'PROXY TCP4 999.0.0.1 1.1.1.1 1 2\r\n',
  'PROXY TCP4 192.0.2.07 1.1.1.1 1 2\r\n',
  'PROXY TCP4 192.0.2 1.1.1.1 1 2\r\n',
  'PROXY TCP4 ::1 ::1 1 2\r\n',
  'PROXY TCP6 192.0.2.7 1.1.1.1 1 2\r\n',
  'PROXY TCP6 fe80::1%eth0 ::1 1 2\r\n',
  'PROXY TCP4 192.0.2.7 1.1.1.1 1 65536\r\n',
  'PROXY TCP4 192.0.2.7 1.1.1.1 01 2\r\n',
  'PROXY TCP4 192.0.2.7 1.1.1.1 -1 2\r\n',
  'PROXY TCP4 192.0.2.7 1.1.1.1 1\r\n',
  'PROXY TCP4 192.0.2.7 1.1.1.1 1 2 3\r\n',
  'PROXY TCP4  192.0.2.7 1.1.1.1 1 2\r\n',
  'PROXY UDP4 192.0.2.7 1.1.1.1 1 2\r\n',
  'PROXY TCP4 192.0.2.7 1.1.1.1 1 2\n\r\n',
  'PROXY UNKNOWNX\r\n',
  'PROXY \r\n',
  `PROXY UNKNOWN ${'x'.repeat(100)}\r\n`,
  'proxy TCP4',
  'GET / HTTP/1.1\r\n',
  'SSH-2.0-OpenSSH_9.2\r\n',
  '\x16\x03\x01',
  'PROXYTCP4',
])
  void t.test(`${quoted(bytes.slice(0, 50))} is no header, wherever it is cut`, async (t) => {
    for (const pieces of cuts(Buffer.from(bytes, 'latin1'))) t.throws(() => read(pieces), ProxyHeaderError);
  });

for (const [what, bytes] of [
  ['version 1 in the binary form', v2(0x11, 0x11, ipv4)],
  ['a command nobody knows', v2(0x22, 0x11, ipv4)],
  ['UDP', v2(0x21, 0x12, ipv4)],
  ['a UNIX socket', v2(0x21, 0x31, Buffer.alloc(216))],
  ['addresses that are cut short', v2(0x21, 0x11, ipv4.slice(2))],
  ['IPv4 addresses for IPv6', v2(0x21, 0x21, ipv4)],
  ['a length beyond the bound', v2(0x21, 0x11, ipv4, '', 4_097)],
] as const)
  void t.test(`version 2 with ${what} is no header`, async (t) => {
    for (const pieces of cuts(bytes)) t.throws(() => read(pieces), ProxyHeaderError);
  });

void t.test(
  'damaged headers give an address, none, or an error of ours, and the same however they are cut',
  async (t) => {
    const random = randomOfRun(t);
    const headers = [
      v2(0x21, 0x11, ipv4, '04000100'),
      Buffer.from('PROXY TCP4 192.0.2.7 198.51.100.1 57005 80\r\n'),
    ];
    const outcome = (pieces: readonly Buffer[]): string => {
      try {
        return read(pieces);
      } catch (error) {
        if (!(error instanceof ProxyHeaderError)) throw error;
        return 'refused';
      }
    };
    for (let i = 0; i < 2_000; i += 1) {
      const bytes = damaged(headers[i % 2] ?? Buffer.alloc(0), random);
      const whole = outcome([bytes]);
      if (outcome(randomCut(bytes, (below) => random(Math.min(below, 7)))) !== whole)
        t.fail(bytes.toString('hex'));
    }
  },
);
