/** The host's advertisement on its way to a client: what would lead elsewhere, or is unknown, is taken out; the rest stays as it is. */
import {
  allowedOf,
  hasControl,
  readCapabilities,
  receivePackCapabilities,
  uploadPackCapabilities,
  versionTwoCapabilities,
  versionTwoFeatures,
  writeCapabilities,
} from './capabilities.ts';
import { flushPkt, PktLineReader, pktLine } from './pkt-line.ts';
import { ProtocolError } from './protocol-error.ts';
import type { ProtocolVersion, Service } from './service.ts';
import type { AnswerState, AnswerWalker } from './side-band.ts';

/** Rewrites an advertisement while it streams; holds at most one pkt-line. Throws a `ProtocolError` for what is none. */
export class AdvertisementRewriter implements AnswerWalker {
  readonly #service: Service;
  readonly #asStream: boolean;
  readonly #reader: PktLineReader;
  #pieces: Buffer[] = [];
  #section: 'preamble' | 'service-flush' | 'first' | 'version-1' | 'refs' | 'version-2' | 'end' = 'preamble';
  #advertised: ReadonlySet<string> = new Set();
  #version: ProtocolVersion = 0;

  /**
   * @param withServiceLine whether `# service=…` comes first, as it does over HTTP
   * @param asStream for a client of another transport than HTTP: that line does not go down, and neither does `no-done`, by
   * which a pack could come before the client has said all it has
   */
  constructor(service: Service, withServiceLine: boolean, asStream = false) {
    this.#service = service;
    this.#asStream = asStream;
    if (!withServiceLine) this.#section = 'first';
    this.#reader = new PktLineReader((pkt) => {
      if (this.#section === 'end') throw unexpected('bytes behind the closing flush');
      if (pkt.kind === 'data') this.#line(pkt.payload);
      else if (pkt.kind === 'flush') this.#flush();
      else throw unexpected(`a ${pkt.kind} pkt`);
      return 'go-on';
    });
  }

  get state(): AnswerState {
    return this.#section === 'end' ? 'end' : 'text';
  }

  get mayEnd(): boolean {
    return this.#section === 'end' && this.#reader.atBoundary;
  }

  /** Keys of the capabilities that were let through in version 0 or 1: what a push may choose from. */
  get advertised(): ReadonlySet<string> {
    return this.#advertised;
  }

  /** What the host speaks, which is not always what it was asked for. */
  get version(): ProtocolVersion {
    return this.#version;
  }

  feed(chunk: Buffer): readonly Buffer[] {
    this.#reader.feed(chunk);
    const pieces = this.#pieces;
    this.#pieces = [];
    return pieces.length > 1 ? [Buffer.concat(pieces)] : pieces;
  }

  #flush(): void {
    if (this.#section === 'preamble') throw unexpected('a flush');
    const isOfService = this.#section === 'service-flush';
    if (!isOfService || !this.#asStream) this.#pieces.push(flushPkt);
    this.#section = isOfService ? 'first' : 'end';
  }

  #line(payload: Buffer): void {
    if (payload.length === 0) throw unexpected('an empty line');
    const line = payload.toString('latin1').replace(/\n$/, '');
    // An error of the host in its own words stays with the gateway.
    if (line.startsWith('ERR ')) throw unexpected('an error');
    switch (this.#section) {
      case 'preamble':
        // git http-backend leaves the service line out in version 2, other hosts send it.
        if (line === `# service=${this.#service}`) {
          this.#section = 'service-flush';
          if (!this.#asStream) this.#pieces.push(pktLine(payload));
        } else if (line === 'version 2') this.#first(payload, line);
        else throw unexpected('another first line than the service');
        return;
      case 'service-flush':
        throw unexpected('no flush behind the service line');
      case 'first':
        this.#first(payload, line);
        return;
      case 'version-1':
        this.#firstRef(payload, line);
        return;
      case 'refs':
        if (line.includes('\0')) throw unexpected('a second list of capabilities');
        if (!isRefLine(line) && !/^shallow [0-9a-f]{40,64}$/.test(line)) throw unexpected('no ref');
        this.#pieces.push(pktLine(payload));
        return;
      case 'version-2':
        this.#capability(line);
        return;
      case 'end':
        return;
    }
  }

  #first(payload: Buffer, line: string): void {
    if (line === 'version 2') {
      if (this.#service !== 'git-upload-pack') throw unexpected('protocol version 2 for a push');
      this.#section = 'version-2';
      this.#version = 2;
      this.#pieces.push(pktLine(payload));
    } else if (line === 'version 1') {
      this.#section = 'version-1';
      this.#version = 1;
      this.#pieces.push(pktLine(payload));
    } else this.#firstRef(payload, line);
  }

  #firstRef(payload: Buffer, line: string): void {
    const nul = line.indexOf('\0');
    if (nul === -1) throw unexpected('no capabilities on the first line');
    if (!isRefLine(line.slice(0, nul))) throw unexpected('no ref');
    const allowed = this.#service === 'git-upload-pack' ? uploadPackCapabilities : receivePackCapabilities;
    const kept = allowedOf(readCapabilities(line.slice(nul + 1)), allowed).filter(
      ({ key }) => !this.#asStream || key !== 'no-done',
    );
    this.#advertised = new Set(kept.map(({ key }) => key));
    const list = Buffer.from(writeCapabilities(kept), 'latin1');
    const end = payload.subarray(line.length);
    this.#pieces.push(pktLine(Buffer.concat([payload.subarray(0, nul + 1), list, end])));
    this.#section = 'refs';
  }

  #capability(line: string): void {
    const equals = line.indexOf('=');
    const key = equals === -1 ? line : line.slice(0, equals);
    if (!versionTwoCapabilities.has(key) || hasControl(line)) return;
    const features = versionTwoFeatures.get(key);
    if (features === undefined || equals === -1) {
      this.#pieces.push(pktLine(Buffer.from(`${line}\n`, 'latin1')));
      return;
    }
    const kept = line
      .slice(equals + 1)
      .split(' ')
      .filter((feature) => features.has(feature));
    this.#pieces.push(pktLine(`${key}${kept.length > 0 ? `=${kept.join(' ')}` : ''}\n`));
  }
}

/** `<id> <name>`: a ref, `capabilities^{}` of an empty repository, or `.have`. */
function isRefLine(line: string): boolean {
  return /^([0-9a-f]{40}|[0-9a-f]{64}) [^\0]/.test(line);
}

function unexpected(what: string): ProtocolError {
  return new ProtocolError('PROTOCOL_ADVERTISEMENT', `the host's advertisement has ${what} where it cannot`);
}
