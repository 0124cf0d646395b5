import { BlockList } from 'node:net';
import t from 'tap';
import { isLoopback, originFault, parseCidr, parseHostPort } from '../../config/addresses.ts';

void t.test('a place to listen is host and port, IPv6 in brackets', async (t) => {
  const good: [string, string, number][] = [
    ['0.0.0.0:8443', '0.0.0.0', 8443],
    ['[::1]:0', '::1', 0],
    ['redis.internal:6379', 'redis.internal', 6379],
  ];
  for (const [text, host, port] of good) t.strictSame(parseHostPort(text), { host, port }, text);
  for (const text of [
    '',
    '8443',
    ':8443',
    'a:',
    'a:65536',
    '::1:80',
    '[::1]',
    '[a]:1',
    '999.0.0.1:1',
    '1.2.3:1',
    'a b:1',
    'u@h:1',
    'a:1/x',
  ]) {
    t.throws(() => parseHostPort(text), RangeError, text);
  }
});

void t.test('a range is what a BlockList takes, and says no more than it means', async (t) => {
  const good: [string, string, string][] = [
    ['10.0.0.0/8', '10.255.0.1', '11.0.0.1'],
    ['192.0.2.7', '192.0.2.7', '192.0.2.8'],
    ['fd00::/8', 'fdff::1', 'fe00::1'],
    ['::1', '::1', '::2'],
    ['2001:db8::/33', '2001:db8:7fff::1', '2001:db8:8000::1'],
    ['0.0.0.0/0', '1.2.3.4', '::1'],
    ['64:ff9b::192.0.2.0/120', '64:ff9b::c000:2ff', '64:ff9b::c000:300'],
  ];
  for (const [text, inside, outside] of good) {
    const { address, prefix, family } = parseCidr(text);
    const list = new BlockList();
    list.addSubnet(address, prefix, family);
    const has = (peer: string): boolean => list.check(peer, peer.includes(':') ? 'ipv6' : 'ipv4');
    t.ok(has(inside), `${text} has ${inside}`);
    t.notOk(has(outside), `${text} has not ${outside}`);
  }
  for (const text of [
    '',
    '10.0.0.1/8',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '10.0.0.0/+8',
    '999.0.0.1',
    '010.0.0.1',
    'fd00::1/8',
    '::/129',
    'fe80::1%eth0',
    'host.test',
    '2001:db8:8000::/32',
  ]) {
    t.throws(() => parseCidr(text), RangeError, text);
  }
});

void t.test('an origin is https, lower case, and nothing behind the host', async (t) => {
  for (const text of [
    'https://git.example.com',
    'https://git.example.com:8443',
    'https://[::1]:8443',
    'https://localhost:8443',
  ]) {
    t.equal(originFault(text), undefined, text);
  }
  for (const text of [
    'http://git.example.com',
    'https://git.example.com/',
    'https://git.example.com/x',
    'https://Git.example.com',
    'https://u@git.example.com',
    'https://git.example.com?x',
    'https://git.example.com#x',
    'https://git.example.com:443',
    'git.example.com',
    '',
  ]) {
    t.type(originFault(text), 'string', text);
  }
});

void t.test('loopback is this machine and no name that only looks like it', async (t) => {
  for (const host of ['localhost', '127.0.0.1', '127.9.9.9', '::1', '[::1]']) t.ok(isLoopback(host), host);
  for (const host of ['localhost.evil.test', '128.0.0.1', '127.0.0.1.evil.test', '::2', '0.0.0.0'])
    t.notOk(isLoopback(host), host);
});
