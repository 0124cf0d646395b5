/** Addresses in the configuration: where to listen, ranges of peers, the gateway's own origin. */
import { isIP, isIPv4 } from 'node:net';
import type { Cidr, ListenAddress } from './schema.ts';

/** Parses `HOST:PORT`, `[IPV6]:PORT`. Throws a `RangeError` that says what was expected. */
export function parseHostPort(text: string): ListenAddress {
  const [, bracketed, plain, digits] =
    /^(?:\[([0-9A-Fa-f:.]+)\]|([^:[\]\s/@]+)):([0-9]{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  if (host === undefined || port > 65_535) {
    throw new RangeError(`${JSON.stringify(text)} is not HOST:PORT or [IPV6]:PORT with a port up to 65535`);
  }
  if (bracketed !== undefined && isIP(bracketed) !== 6)
    throw new RangeError(`[${bracketed}] is no IPv6 address`);
  // A host of digits and dots that is no IPv4 address would be asked of the name server.
  if (plain !== undefined && /^[0-9.]+$/.test(plain) && !isIPv4(plain))
    throw new RangeError(`${plain} is no IPv4 address`);
  return { host, port };
}

/** Parses `ADDRESS/PREFIX` or a single address. Bits behind the prefix must be zero, since a range that says more than it means is a slip. */
export function parseCidr(text: string): Cidr {
  const [address = '', digits, ...rest] = text.split('/');
  const version = isIP(address);
  const width = version === 4 ? 32 : 128;
  if (
    version === 0 ||
    address.includes('%') ||
    rest.length > 0 ||
    (digits !== undefined && !/^[0-9]{1,3}$/.test(digits))
  ) {
    throw new RangeError(
      `${JSON.stringify(text)} is not an address or ADDRESS/PREFIX, like 10.0.0.0/8 or fd00::/8`,
    );
  }
  const prefix = digits === undefined ? width : Number(digits);
  if (prefix > width) throw new RangeError(`${JSON.stringify(text)} has a prefix longer than ${width}`);
  const bits = addressBits(address);
  if (/1/.test(bits.slice(prefix)))
    throw new RangeError(`${JSON.stringify(text)} has bits set behind its prefix`);
  return { address, prefix, family: version === 4 ? 'ipv4' : 'ipv6' };
}

function addressBits(address: string): string {
  if (isIPv4(address)) return octetBits(address);
  // An IPv6 address may end in an IPv4 one, and "::" stands for as many zero groups as are missing.
  const embedded = /^(.*:)([0-9.]+)$/.exec(address);
  const tail = embedded?.[2]?.includes('.') === true ? octetBits(embedded[2]) : '';
  const groups = tail === '' ? address : (embedded?.[1] ?? '').replace(/([^:]):$/, '$1');
  const [left = '', right] = groups.split('::');
  const bits = (part: string): string =>
    part
      .split(':')
      .filter((group) => group !== '')
      .map((group) => Number.parseInt(group, 16).toString(2).padStart(16, '0'))
      .join('');
  const head = bits(left);
  const end = bits(right ?? '') + tail;
  return head + '0'.repeat(Math.max(0, 128 - head.length - end.length)) + end;
}

function octetBits(address: string): string {
  return address
    .split('.')
    .map((octet) => Number(octet).toString(2).padStart(8, '0'))
    .join('');
}

/** Why a text is no origin (`https://HOST[:PORT]` and nothing behind), or undefined when it is one. */
export function originFault(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.protocol !== 'https:') return 'is not https://HOST or https://HOST:PORT';
  if (url.username !== '' || url.password !== '') return 'holds a user name or password';
  if (url.origin !== text) return `is not a bare origin in lower case: write ${url.origin}`;
  return undefined;
}

/** Whether a host name or address stays on this machine. IPv6 may stand in the brackets of an address. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  return bare === 'localhost' || bare === '::1' || (isIPv4(bare) && bare.startsWith('127.'));
}
