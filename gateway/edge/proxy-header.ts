/** The header a TCP balancer puts in front of a connection to say whose it is: PROXY protocol, versions 1 and 2. */
import { isIPv4, isIPv6 } from 'node:net';
import { normaliseAddress } from '../identity/client-address.ts';

/** The client as the balancer saw it. */
export interface ProxiedClient {
  /** In the one spelling of `normaliseAddress`. */
  readonly address: string;
  readonly port: number;
}

/** What was in front; `client` is undefined for a connection of the balancer's own (LOCAL, UNKNOWN), like its health checks. */
export interface ProxyHeader {
  readonly client: ProxiedClient | undefined;
  /** The bytes behind the header that came with it, untouched. */
  readonly rest: Buffer;
}

/** The connection does not begin with a whole, well-formed header. */
export class ProxyHeaderError extends Error {
  override readonly name = 'ProxyHeaderError';
  readonly code = 'PROTOCOL_PROXY_HEADER';
}

/** The line with its end (section 2.1 of proxy-protocol.txt). */
const longestLine = 107;
const signature = Buffer.from('0d0a0d0a000d0a515549540a', 'hex');
/** Addresses are 216 bytes at most; the rest is TLVs, of which a client certificate's name is the longest seen. */
const longestBinary = 4_096;
const version1 = Buffer.from('PROXY ');

/** Reads one header from pieces of any size, holding at most that header; used up once it has answered or thrown. */
export class ProxyHeaderReader {
  #held: Buffer = Buffer.alloc(0);

  /** Undefined as long as more is needed. Throws a `ProxyHeaderError` as soon as it cannot become a header any more. */
  feed(chunk: Buffer): ProxyHeader | undefined {
    this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    if (begins(this.#held, version1)) return readLine(this.#held);
    if (begins(this.#held, signature)) return readBinary(this.#held);
    throw new ProxyHeaderError('the connection does not begin with a PROXY header');
  }
}

/** Whether the bytes are, or may yet become, ones that begin so. */
function begins(bytes: Buffer, start: Buffer): boolean {
  const length = Math.min(bytes.length, start.length);
  return bytes.subarray(0, length).equals(start.subarray(0, length));
}

function readLine(bytes: Buffer): ProxyHeader | undefined {
  const end = bytes.subarray(0, longestLine).indexOf('\r\n');
  if (end === -1) {
    if (bytes.length >= longestLine)
      throw new ProxyHeaderError(`the line of the PROXY header is longer than ${longestLine} bytes`);
    return undefined;
  }
  const rest = bytes.subarray(end + 2);
  const line = bytes.toString('latin1', 0, end);
  // Whatever stands behind UNKNOWN is to be ignored.
  if (/^PROXY UNKNOWN( [\x20-\x7e]*)?$/.test(line)) return { client: undefined, rest };
  const [, family, source = '', destination = '', sourcePort = '', destinationPort = ''] =
    /^PROXY TCP([46]) (\S+) (\S+) (\d{1,5}) (\d{1,5})$/.exec(line) ?? [];
  // `isIPv6` takes zones, which mean nothing on another machine.
  const isAddress = family === '4' ? isIPv4 : (text: string) => isIPv6(text) && !text.includes('%');
  const isWhole =
    family !== undefined &&
    [source, destination].every(isAddress) &&
    [sourcePort, destinationPort].every((port) => /^(0|[1-9]\d*)$/.test(port) && Number(port) <= 65_535);
  if (!isWhole)
    throw new ProxyHeaderError('the line of the PROXY header does not name two addresses and two ports');
  return { client: client(source, Number(sourcePort)), rest };
}

/** Section 2.2: signature, version and command, family and protocol, length of what follows. */
function readBinary(bytes: Buffer): ProxyHeader | undefined {
  if (bytes.length < 16) return undefined;
  const [versionAndCommand = 0, familyAndProtocol = 0] = bytes.subarray(12);
  const length = bytes.readUInt16BE(14);
  if (length > longestBinary)
    throw new ProxyHeaderError(`a PROXY header of ${length} bytes is longer than ${longestBinary}`);
  if (versionAndCommand !== 0x20 && versionAndCommand !== 0x21)
    throw new ProxyHeaderError('the PROXY header is not version 2 with the command LOCAL or PROXY');
  if (bytes.length < 16 + length) return undefined;
  const rest = bytes.subarray(16 + length);
  if (versionAndCommand === 0x20) return { client: undefined, rest };
  const addresses = bytes.subarray(16, 16 + length);
  // TCP over IPv4, TCP over IPv6; behind the addresses stand TLVs, which nobody here reads.
  const size = familyAndProtocol === 0x11 ? 4 : familyAndProtocol === 0x21 ? 16 : undefined;
  if (size === undefined) {
    if (familyAndProtocol === 0x00) return { client: undefined, rest };
    throw new ProxyHeaderError('the PROXY header is for another protocol than TCP over IPv4 or IPv6');
  }
  if (length < 2 * size + 4) throw new ProxyHeaderError('the PROXY header is too short for its addresses');
  const address = addresses.subarray(0, size);
  return { client: client(written(address), addresses.readUInt16BE(2 * size)), rest };
}

function client(address: string, port: number): ProxiedClient {
  return { address: normaliseAddress(address) ?? address, port };
}

function written(address: Buffer): string {
  if (address.length === 4) return address.join('.');
  const groups = Array.from({ length: 8 }, (_, i) => address.readUInt16BE(2 * i).toString(16));
  return groups.join(':');
}
