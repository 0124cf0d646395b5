/** Whose address a request came from: the socket's, unless a configured proxy vouches for another. */
import { BlockList, isIP } from 'node:net';
import type { Cidr } from '../../config/schema.ts';

/** An address and what it was read from: both go into the audit. */
export interface ClientAddress {
  /** Whom the request is counted and limited under. */
  readonly address: string;
  /** The other end of the socket. */
  readonly peer: string;
  /** `X-Forwarded-For` and `Forwarded` as they came, believed or not; absent when neither was sent. */
  readonly claimed?: string;
}

/** The headers that may name an address, as Node joins them. */
export interface ForwardingHeaders {
  readonly 'x-forwarded-for'?: string | string[] | undefined;
  readonly forwarded?: string | string[] | undefined;
}

/** What is kept of a forwarding header: enough for any honest chain. */
const longestClaim = 512;

/**
 * Makes the reader for one listener's trusted proxies. `proxied` is the address a balancer named for the connection: it stands in
 * for the peer's, and the headers behind it count when it is itself a trusted proxy.
 */
export function clientAddressReader(
  trusted: readonly Cidr[],
): (peer: string | undefined, headers: ForwardingHeaders, proxied?: string) => ClientAddress {
  const proxies = new BlockList();
  for (const { address, prefix, family } of trusted) proxies.addSubnet(address, prefix, family);
  const isProxy = (address: string): boolean => proxies.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');

  return (socketPeer, headers, proxied) => {
    const peer = normaliseAddress(socketPeer ?? '') ?? 'unknown';
    const seen = proxied === undefined ? peer : (normaliseAddress(proxied) ?? 'unknown');
    const xForwardedFor = joined(headers['x-forwarded-for']);
    const forwarded = joined(headers.forwarded);
    if (xForwardedFor === undefined && forwarded === undefined) return { address: seen, peer };
    const claimed = [xForwardedFor, forwarded]
      .filter((one) => one !== undefined)
      .join(' | ')
      .slice(0, longestClaim);
    if (seen === 'unknown' || !isProxy(seen)) return { address: seen, peer, claimed };

    const answers = [
      ...(xForwardedFor === undefined ? [] : [nearest(seen, xForwardedFor.split(','), isProxy)]),
      ...(forwarded === undefined ? [] : [nearest(seen, forwardedFor(forwarded), isProxy)]),
    ];
    // A proxy writes one of the two and hands the other on as the client wrote it: where they differ neither counts.
    const [address = seen, ...others] = answers;
    return { address: others.every((other) => other === address) ? address : seen, peer, claimed };
  };
}

/** Walks from the right while the hop just passed is a trusted proxy; the left end is whatever the client likes. */
function nearest(peer: string, hops: readonly string[], isProxy: (address: string) => boolean): string {
  let address = peer;
  for (const hop of hops.toReversed()) {
    if (!isProxy(address)) break;
    const next = normaliseAddress(hop);
    if (next === undefined) break;
    address = next;
  }
  return address;
}

/** The `for` values of RFC 7239, left to right; an element without one stands as an unreadable hop. */
function forwardedFor(header: string): string[] {
  return header.split(',').map((element) => {
    for (const pair of element.split(';')) {
      const [, value] = /^\s*for\s*=\s*"?([^"]*)"?\s*$/i.exec(pair) ?? [];
      if (value !== undefined) return value;
    }
    return '';
  });
}

/**
 * One spelling of an address: no port, brackets or IPv6 zone, mapped IPv4 as IPv4, IPv6 compressed in lower case.
 * Undefined for what is no address.
 */
export function normaliseAddress(text: string): string | undefined {
  let address = text.trim();
  const [, bracketed] = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(address) ?? [];
  if (bracketed !== undefined) address = bracketed;
  else if (/^[\d.]+:\d{1,5}$/.test(address)) address = address.slice(0, address.indexOf(':'));
  const zone = address.indexOf('%');
  if (zone !== -1) address = address.slice(0, zone);
  if (isIP(address) === 4) return address;
  if (isIP(address) !== 6) return undefined;
  // The URL parser writes IPv6 in the one form of RFC 5952; `::ffff:1.2.3.4` becomes `::ffff:102:304`.
  const host = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(host) ?? [];
  if (high === undefined || low === undefined) return host;
  const [a, b] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return [a >> 8, a & 255, b >> 8, b & 255].join('.');
}

function joined(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(', ') : header;
}
