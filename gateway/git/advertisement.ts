/** The host's advertisement on its way to a client: what would lead elsewhere, or is unknown, is taken out; the rest stays as it is. */
import {
  readCapabilities,
  receivePackCapabilities,
  uploadPackCapabilities,
  versionTwoCapabilities,
  versionTwoFeatures,
  writeCapabilities,
} from './capabilities.ts';
import { flushPkt, PktLineReader, pktLine } from './pkt-line.ts';
import { ProtocolError } from './protocol-error.ts';
import type { Service } from './service.ts';
import type { AnswerState, AnswerWalker } from './side-band.ts';

/** Rewrites an advertisement while it streams; holds at most one pkt-line. */
export class AdvertisementRewriter implements AnswerWalker {
  readonly #service: Service;
  readonly #reader: PktLineReader;
  #pieces: Buffer[] = [];
  #section: 'preamble' | 'service-flush' | 'first' | 'refs' | 'version-2' = 'preamble';
  #state: AnswerState = 'text';

  /** @param withServiceLine whether `# service=…` comes first, as it does over HTTP */
  constructor(service: Service, withServiceLine: boolean) {
    this.#service = service;
    if (!withServiceLine) this.#section = 'first';
    this.#reader = new PktLineReader((pkt) => {
      if (pkt.kind === 'data') this.#line(pkt.payload);
      else if (pkt.kind === 'flush') this.#flush();
      else throw unexpected(`a ${pkt.kind} pkt`);
      return 'go-on';
    });
  }

  get state(): AnswerState {
    return this.#state;
  }

  get atBoundary(): boolean {
    return this.#reader.atBoundary && this.#state === 'end';
  }

  feed(chunk: Buffer): readonly Buffer[] {
    this.#reader.feed(chunk);
    const pieces = this.#pieces;
    this.#pieces = [];
    return pieces.length > 1 ? [Buffer.concat(pieces)] : pieces;
  }

  #flush(): void {
    this.#pieces.push(flushPkt);
    if (this.#section === 'service-flush') this.#section = 'first';
    else if (this.#section === 'preamble') throw unexpected('a flush');
    else this.#state = 'end';
  }

  #line(payload: Buffer): void {
    if (this.#state === 'end') throw unexpected('bytes behind the closing flush');
    switch (this.#section) {
      case 'preamble': {
        const line = payload.toString('latin1').replace(/\n$/, '');
        // git http-backend leaves the service line out in version 2, other hosts send it.
        if (line === `# service=${this.#service}`) {
          this.#section = 'service-flush';
          this.#pieces.push(pktLine(payload));
        } else if (line === 'version 2') this.#first(payload);
        else throw unexpected('another first line than the service');
        return;
      }
      case 'service-flush':
        throw unexpected('no flush behind the service line');
      case 'first':
        this.#first(payload);
        return;
      case 'refs':
        if (payload.includes(0)) throw unexpected('a second list of capabilities');
        this.#pieces.push(pktLine(payload));
        return;
      case 'version-2':
        this.#capability(payload);
        return;
    }
  }

  #first(payload: Buffer): void {
    const line = payload.toString('latin1').replace(/\n$/, '');
    if (line === 'version 2') {
      if (this.#service !== 'git-upload-pack') throw unexpected('protocol version 2 for a push');
      this.#section = 'version-2';
      this.#pieces.push(pktLine(payload));
      return;
    }
    if (line === 'version 1') {
      this.#pieces.push(pktLine(payload));
      return;
    }
    // An error of the host in its own words stays with the gateway.
    if (line.startsWith('ERR ')) throw unexpected('an error');
    const nul = payload.indexOf(0);
    if (nul === -1) throw unexpected('no capabilities on the first line');
    const allowed = this.#service === 'git-upload-pack' ? uploadPackCapabilities : receivePackCapabilities;
    const kept = readCapabilities(payload.toString('latin1', nul + 1).replace(/\n$/, '')).filter(({ key }) =>
      allowed.has(key),
    );
    const list = Buffer.from(writeCapabilities(kept), 'latin1');
    this.#pieces.push(pktLine(Buffer.concat([payload.subarray(0, nul + 1), list, Buffer.from('\n')])));
    this.#section = 'refs';
  }

  #capability(payload: Buffer): void {
    const line = payload.toString('latin1').replace(/\n$/, '');
    const equals = line.indexOf('=');
    const key = equals === -1 ? line : line.slice(0, equals);
    if (!versionTwoCapabilities.has(key)) return;
    const features = versionTwoFeatures.get(key);
    if (features === undefined || equals === -1) {
      this.#pieces.push(pktLine(payload));
      return;
    }
    const kept = line
      .slice(equals + 1)
      .split(' ')
      .filter((feature) => features.has(feature));
    this.#pieces.push(pktLine(`${key}${kept.length > 0 ? `=${kept.join(' ')}` : ''}\n`));
  }
}

function unexpected(what: string): ProtocolError {
  return new ProtocolError('PROTOCOL_ADVERTISEMENT', `the host's advertisement has ${what} where it cannot`);
}
