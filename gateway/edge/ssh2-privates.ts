/** What ssh2 1.17.0 does not offer and the SSH door needs: its private names, all but those of its offer, looked at when the door opens. */
import { createRequire } from 'node:module';
import { Duplex } from 'node:stream';
import type { Connection, Server, ServerChannel } from 'ssh2';
import { smallestPacket } from '../ssh/smallest-packet.ts';
import { wireString, wireUint32 } from '../ssh/wire.ts';
import { offerNoSha1 } from './ssh2-offer.ts';

const version = '1.17.0';

const extInfo = 7;
const banner = 53;
const infoResponse = 61;
/** SSH_OPEN_RESOURCE_SHORTAGE (RFC 4254 section 5.1). */
const resourceShortage = 4;

/** Signatures the door takes (RFC 8308 section 3.1): SHA-1 is not among them. */
const signatureAlgorithms = [
  'ssh-ed25519',
  'sk-ssh-ed25519@openssh.com',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'sk-ecdsa-sha2-nistp256@openssh.com',
  'rsa-sha2-512',
  'rsa-sha2-256',
].join(',');

interface AskedChannel {
  /** The client's number of it. */
  readonly sender: number;
  readonly packetSize: number;
}

interface Privates {
  readonly _sock: Duplex;
  readonly _protocol: {
    _onHandshakeComplete(...negotiated: unknown[]): void;
    channelOpenFail(...about: unknown[]): void;
    ping(): void;
    readonly _handlers: Record<
      'REQUEST_SUCCESS' | 'REQUEST_FAILURE',
      ((...about: unknown[]) => void) | undefined
    > & { CHANNEL_OPEN(protocol: unknown, asked: AskedChannel): void };
    readonly _kex: { remoteExtInfoEnabled: boolean };
    readonly _cipher: { encrypt(packet: Uint8Array): void };
    readonly _packetRW: {
      readonly write: {
        readonly allocStart: number;
        alloc(length: number): Uint8Array;
        finalize(packet: Uint8Array): Uint8Array;
      };
    };
  };
}

function privatesOf(client: Connection): Privates {
  const known = client as unknown as Partial<Privates>;
  const protocol = known._protocol as Partial<Privates['_protocol']> | undefined;
  const writer = protocol?._packetRW?.write;
  const missing = [
    ['_sock', known._sock],
    ['_onHandshakeComplete', protocol?._onHandshakeComplete],
    ['channelOpenFail', protocol?.channelOpenFail],
    ['ping', protocol?.ping],
    ['_handlers.CHANNEL_OPEN', protocol?._handlers?.CHANNEL_OPEN],
    ['_cipher.encrypt', protocol?._cipher?.encrypt],
    ['_packetRW.write.alloc', writer?.alloc],
    ['_packetRW.write.finalize', writer?.finalize],
    ['_packetRW.write.allocStart', writer?.allocStart],
  ].flatMap(([name, value]) => (value === undefined ? [String(name)] : []));
  if (missing.length > 0) throw new Error(`ssh2 has no ${missing.join(', ')} any more; pin ${version}`);
  return known as Privates;
}

/** The socket a client was injected with. */
export function socketOf(client: Connection): Duplex {
  return privatesOf(client)._sock;
}

/**
 * Announces a well-formed list: ssh2's own lacks a comma and so tells clients that RSA with SHA-512 is not taken
 * (mscdex/ssh2#1485). To be called in the server's `connection` event, which comes before the key exchange.
 */
export function announceSignatureAlgorithms(client: Connection): void {
  const protocol = privatesOf(client)._protocol;
  const original = protocol._onHandshakeComplete;
  let isFirst = true;
  protocol._onHandshakeComplete = (...negotiated) => {
    if (isFirst && protocol._kex.remoteExtInfoEnabled) {
      protocol._kex.remoteExtInfoEnabled = false;
      sendExtInfo(protocol);
    }
    isFirst = false;
    original(...negotiated);
  };
}

/** Text for the person, at any moment before the client is let in (RFC 4252 section 5.4). */
export function sendBanner(client: Connection, text: string): void {
  send(privatesOf(client)._protocol, Buffer.concat([Buffer.of(banner), wireString(text), wireString('')]));
}

/** RFC 8308 section 2.3: one extension, the next packet behind NEWKEYS. */
function sendExtInfo(protocol: Privates['_protocol']): void {
  const extension = [wireString('server-sig-algs'), wireString(signatureAlgorithms)];
  send(protocol, Buffer.concat([Buffer.of(extInfo), wireUint32(1), ...extension]));
}

function send({ _packetRW: { write }, _cipher }: Privates['_protocol'], payload: Buffer): void {
  const packet = write.alloc(payload.length);
  packet.set(payload, write.allocStart);
  _cipher.encrypt(write.finalize(packet));
}

/** Tells of each channel that is not opened: ssh2 refuses forwarding by itself, in the words its clients understand. */
export function watchRefusedChannels(client: Connection, onRefused: () => void): void {
  const protocol = privatesOf(client)._protocol;
  const fail = protocol.channelOpenFail.bind(protocol);
  protocol.channelOpenFail = (...about) => {
    onRefused();
    fail(...about);
  };
}

/** Opens no channel whose client takes less in a packet than anybody needs to. */
export function refuseTinyPackets(client: Connection): void {
  const protocol = privatesOf(client)._protocol;
  const { _handlers: handlers } = protocol;
  const open = handlers.CHANNEL_OPEN;
  handlers.CHANNEL_OPEN = (self, asked) => {
    if (asked.packetSize < smallestPacket) protocol.channelOpenFail(asked.sender, resourceShortage);
    else open(self, asked);
  };
}

/**
 * Asks for receipts. Each resolves when the client has read all that was written before: it answers requests that concern the
 * connection in their order (RFC 4254 section 4), and those that keep it alive are the only ones it gets.
 *
 * @param onUnasked an answer to nothing, by which a receipt could be given before anything was read
 */
export function readReceipts(client: Connection, onUnasked: () => void): () => Promise<void> {
  const protocol = privatesOf(client)._protocol;
  const ping = protocol.ping.bind(protocol);
  const asked: (() => void)[] = [];
  protocol.ping = () => {
    asked.push(() => undefined);
    ping();
  };
  for (const name of ['REQUEST_SUCCESS', 'REQUEST_FAILURE'] as const) {
    const handle = protocol._handlers[name];
    protocol._handlers[name] = (...about) => {
      const answered = asked.shift();
      if (answered === undefined) onUnasked();
      else answered();
      handle?.(...about);
    };
  }
  return () =>
    new Promise((resolve) => {
      asked.push(resolve);
      ping();
    });
}

/** Calls `onOverrun`, when the client has sent more than the window it was given: ssh2 would keep all of it in memory. */
export function watchWindow(channel: ServerChannel, onOverrun: () => void): void {
  const { incoming } = channel as unknown as { incoming: { window: number } };
  const push = channel.push.bind(channel);
  channel.push = (chunk: unknown, encoding?: BufferEncoding): boolean => {
    if (incoming.window >= 0) return push(chunk, encoding);
    onOverrun();
    return false;
  };
}

interface Waiting {
  readonly outgoing: { readonly window: number };
  _waitWindow: boolean;
  _chunk: unknown;
  _chunkcb: unknown;
  _chunkErr: Uint8Array | undefined;
  _chunkcbErr: (() => void) | undefined;
  _write: Write;
  readonly stderr: { _write: Write };
}
type Write = (data: Uint8Array, encoding: unknown, done: () => void) => void;

/**
 * What waited for the client's window is forgotten once it is sent, and what waits on stderr beside it goes out behind it: ssh2
 * would send the one again when text waits next, into the middle of a pack, and the other never.
 */
export function mendWaiting(channel: ServerChannel): void {
  const own = channel as unknown as Waiting;
  const { stderr } = own;
  const [write, writeError] = [own._write.bind(own), stderr._write.bind(stderr)];
  stderr._write = (data, encoding, done) => {
    own._chunkErr = undefined;
    own._chunkcbErr = undefined;
    writeError(data, encoding, done);
  };
  own._write = (data, encoding, done) => {
    own._chunk = undefined;
    own._chunkcb = undefined;
    write(data, encoding, done);
    if (own._chunk !== undefined || own._chunkErr === undefined || own._chunkcbErr === undefined) return;
    if (own.outgoing.window > 0) stderr._write(own._chunkErr, null, own._chunkcbErr);
    else own._waitWindow = true;
  };
}

/** The door asks one question at a time. */
const answersAtMost = 16;

/**
 * Bounds the number of answers a client may announce: ssh2 makes room for as many before it has read one, a quarter of a gigabyte
 * for a packet of nine bytes. The table is the library's own, one for all its connections.
 */
function boundAnswers(require: NodeJS.Require): void {
  const handlers = require('ssh2/lib/protocol/handlers.js') as ((self: unknown, payload: Buffer) => void)[];
  const read = handlers[infoResponse];
  if (read === undefined) throw new Error(`ssh2 has no handler of answers any more; pin ${version}`);
  if (bounded.has(read)) return;
  const bound: typeof read = (self, payload) => {
    const isBounded = payload.length >= 5 && payload.readUInt32BE(1) <= answersAtMost;
    // Without its number the packet is malformed, and ssh2 ends the connection as it does for any other.
    read(self, isBounded ? payload : payload.subarray(0, 1));
  };
  bounded.add(bound);
  handlers[infoResponse] = bound;
}

const bounded = new WeakSet<object>();

/** Makes the server's offer ours. Throws where the installed ssh2 is another one, or its private names are not there. */
export async function checkSsh2(server: Server): Promise<void> {
  const require = createRequire(import.meta.url);
  const installed = (require('ssh2/package.json') as { version: string }).version;
  if (installed !== version)
    throw new Error(`ssh2 is ${installed}; the SSH door is made for ${version} alone`);
  boundAnswers(require);
  const peer = new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() });
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('connection', (client) => {
        client.on('error', () => undefined);
        try {
          privatesOf(client);
          offerNoSha1(client, require);
          resolve();
        } catch (error) {
          reject(error as Error);
        }
      });
      server.injectSocket(peer as Parameters<Server['injectSocket']>[0]);
      peer.push('SSH-2.0-check\r\n');
    });
  } finally {
    peer.destroy();
  }
}
