import t from 'tap';
import { clientAddressReader, normaliseAddress } from '../../gateway/identity/client-address.ts';

const loopback = [
  { address: '127.0.0.1', prefix: 32, family: 'ipv4' },
  { address: '10.9.0.0', prefix: 16, family: 'ipv4' },
] as const;
const lies = {
  'x-forwarded-for': '10.0.0.1, 127.0.0.1',
  forwarded: 'for=10.0.0.1',
};

void t.test(
  'without trusted proxies the socket decides, and what was claimed is kept (case K6)',
  async (t) => {
    const read = clientAddressReader([]);
    t.strictSame(read('198.51.100.7', lies), {
      address: '198.51.100.7',
      peer: '198.51.100.7',
      claimed: '10.0.0.1, 127.0.0.1 | for=10.0.0.1',
    });
    t.strictSame(read('198.51.100.7', {}), { address: '198.51.100.7', peer: '198.51.100.7' });
  },
);

void t.test('an untrusted peer is not believed though proxies are configured', async (t) => {
  t.equal(clientAddressReader(loopback)('198.51.100.7', lies).address, '198.51.100.7');
});

void t.test('through one and two proxies the rightmost address that is no proxy counts', async (t) => {
  const read = clientAddressReader(loopback);
  t.equal(read('127.0.0.1', { 'x-forwarded-for': '6.6.6.6, 198.51.100.7' }).address, '198.51.100.7');
  t.equal(
    read('127.0.0.1', { 'x-forwarded-for': '6.6.6.6, 198.51.100.7, 10.9.1.1' }).address,
    '198.51.100.7',
  );
  t.equal(
    read('::ffff:127.0.0.1', { forwarded: 'for=6.6.6.6, for="[2001:DB8::1%25eth0]:4711";by=x' }).address,
    '2001:db8::1',
  );
});

void t.test('a hop that is no address ends the walk at the proxy that wrote it', async (t) => {
  const read = clientAddressReader(loopback);
  t.equal(read('127.0.0.1', { 'x-forwarded-for': '198.51.100.7, unknown' }).address, '127.0.0.1');
  t.equal(
    read('127.0.0.1', { forwarded: 'for=198.51.100.7, for=_hidden, for=10.9.0.2' }).address,
    '10.9.0.2',
  );
});

void t.test(
  'where the two headers differ neither counts: a proxy writes one and hands the other on',
  async (t) => {
    const read = clientAddressReader(loopback);
    const both = { 'x-forwarded-for': '198.51.100.7', forwarded: 'for=6.6.6.6' };
    t.equal(read('127.0.0.1', both).address, '127.0.0.1');
    t.equal(read('127.0.0.1', { ...both, forwarded: 'for=198.51.100.7' }).address, '198.51.100.7');
  },
);

void t.test('addresses have one spelling', async (t) => {
  const spellings: readonly [string, string | undefined][] = [
    ['198.51.100.7', '198.51.100.7'],
    ['198.51.100.7:443', '198.51.100.7'],
    ['::ffff:198.51.100.7', '198.51.100.7'],
    ['::FFFF:c633:6407', '198.51.100.7'],
    ['fe80::1%eth0', 'fe80::1'],
    ['[2001:db8:0:0::1]:443', '2001:db8::1'],
    ['2001:0DB8::0001', '2001:db8::1'],
    ['999.0.0.1', undefined],
    ['', undefined],
    ['localhost', undefined],
  ];
  for (const [text, expected] of spellings) t.equal(normaliseAddress(text), expected, text);
});

void t.test('a claim of 1 MB is kept in part', async (t) => {
  const { claimed } = clientAddressReader([])('198.51.100.7', { 'x-forwarded-for': 'x'.repeat(1_000_000) });
  t.ok((claimed?.length ?? 0) <= 512);
});

void t.test(
  'the address of a PROXY header stands in for the balancer’s, which is kept as the peer',
  async (t) => {
    const read = clientAddressReader(loopback);
    t.strictSame(read('127.0.0.1', {}, '192.0.2.7'), { address: '192.0.2.7', peer: '127.0.0.1' });
    t.match(read('127.0.0.1', lies, '192.0.2.7'), { address: '192.0.2.7', peer: '127.0.0.1' });
    t.match(read('127.0.0.1', { 'x-forwarded-for': '6.6.6.6, 198.51.100.7' }, '10.9.1.1'), {
      address: '198.51.100.7',
      peer: '127.0.0.1',
    });
  },
);
