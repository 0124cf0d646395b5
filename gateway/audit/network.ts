/** The network that one stranger can be expected to own: an IPv4 address, or the /64 of an IPv6 address. */
import { isIPv6 } from 'node:net';

/** The address itself for IPv4, `<prefix>::/64` for IPv6; anything else as it came, 64 characters at most. */
export function networkOf(address: string): string {
  const [bare = ''] = address.split('%');
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare);
  if (mapped?.[1] !== undefined) return mapped[1];
  if (!isIPv6(bare)) return address.slice(0, 64);
  const [head = '', tail] = bare.toLowerCase().split('::');
  const before = head === '' ? [] : head.split(':');
  const behind = tail === undefined || tail === '' ? [] : tail.split(':');
  const dotted = behind.at(-1)?.includes('.') === true ? 1 : 0;
  const gap = tail === undefined ? 0 : 8 - before.length - behind.length - dotted;
  const groups = [...before, ...Array.from({ length: gap }, () => '0'), ...behind];
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}
