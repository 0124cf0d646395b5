/** What a fetch asks for: read from a copy of its request, for the answer's layout and the record; never changed (gitprotocol-v2, -pack). */
import { versionTwoCapabilities, versionTwoFeatures } from './capabilities.ts';
import { type Pkt, PktLineReader } from './pkt-line.ts';
import { ProtocolError } from './protocol-error.ts';
import type { ProtocolVersion } from './service.ts';
import type { AnswerShape } from './side-band.ts';

export interface FetchRequest {
  /** v2: its command; v0 and v1: always `fetch`. Undefined until it was read. */
  readonly command: 'ls-refs' | 'fetch' | 'object-info' | undefined;
  /** The first wanted ids or ref names. */
  readonly wants: readonly string[];
  readonly wantCount: number;
  readonly haveCount: number;
  readonly done: boolean;
  readonly depth: string | undefined;
  readonly filter: string | undefined;
}

const wantsListed = 100;
/** Arguments of v2 commands that would have data come from elsewhere, or lay the answer out otherwise than it is walked. */
const refusedArguments: readonly string[] = ['packfile-uris', 'sideband-all'];

/** Reads a request pkt by pkt; keeps a fixed amount whatever comes. Throws a `ProtocolError` for what is not allowed. */
export class FetchRequestReader {
  readonly #version: ProtocolVersion;
  readonly #reader: PktLineReader;
  #section: 'capabilities' | 'arguments' = 'capabilities';
  #command: FetchRequest['command'];
  readonly #wants: string[] = [];
  #wantCount = 0;
  #haveCount = 0;
  #done = false;
  #sideBand = false;
  #depth: string | undefined;
  #filter: string | undefined;

  constructor(version: ProtocolVersion) {
    this.#version = version;
    if (version !== 2) this.#command = 'fetch';
    this.#reader = new PktLineReader((pkt) => {
      if (version === 2) this.#versionTwo(pkt);
      else this.#versionZero(pkt);
      return 'go-on';
    });
  }

  feed(chunk: Buffer): void {
    this.#reader.feed(chunk);
  }

  request(): FetchRequest {
    return {
      command: this.#command,
      wants: this.#wants,
      wantCount: this.#wantCount,
      haveCount: this.#haveCount,
      done: this.#done,
      depth: this.#depth,
      filter: this.#filter,
    };
  }

  /** How the answer to what was read will be laid out. */
  answerShape(): AnswerShape {
    return {
      version: this.#version,
      holdsPack: this.#command === 'fetch',
      sideBand: this.#version === 2 || this.#sideBand,
      done: this.#done,
    };
  }

  #versionTwo(pkt: Pkt): void {
    if (pkt.kind === 'flush') {
      // One command a request over HTTP; what follows would run unseen.
      this.#section = 'capabilities';
      return;
    }
    if (pkt.kind === 'delim') {
      if (this.#command === undefined) throw refuse('its arguments come before its command');
      this.#section = 'arguments';
      return;
    }
    if (pkt.kind === 'response-end') throw refuse('a response-end pkt stands in it');
    const line = textOf(pkt.payload);
    if (this.#section === 'arguments') {
      this.#argument(line);
      return;
    }
    const [key = '', value] = split(line, '=');
    if (key === 'command') {
      if (this.#command !== undefined) throw refuse('it holds two commands');
      if (value !== 'ls-refs' && value !== 'fetch' && value !== 'object-info')
        throw refuse(`the command ${JSON.stringify((value ?? '').slice(0, 60))} is not allowed`);
      this.#command = value;
    } else if (!versionTwoCapabilities.has(key) || versionTwoFeatures.has(key))
      throw refuse(`the capability ${JSON.stringify(key.slice(0, 60))} is not allowed`);
  }

  #argument(line: string): void {
    const [key = '', value] = split(line, ' ');
    if (refusedArguments.includes(key)) throw refuse(`the argument ${key} is not allowed`);
    this.#note(key, value);
  }

  #versionZero(pkt: Pkt): void {
    if (pkt.kind === 'flush') return;
    if (pkt.kind !== 'data') throw refuse(`a ${pkt.kind} pkt stands in it`);
    const [key = '', value = ''] = split(textOf(pkt.payload), ' ');
    if (key === 'want' && this.#wantCount === 0) {
      const capabilities = value.split(' ').slice(1);
      this.#sideBand = capabilities.includes('side-band-64k') || capabilities.includes('side-band');
    }
    this.#note(key, value);
  }

  #note(key: string, value: string | undefined): void {
    switch (key) {
      case 'want':
      case 'want-ref':
        this.#wantCount += 1;
        if (this.#wants.length < wantsListed)
          this.#wants.push((value ?? '').split(' ')[0]?.slice(0, 255) ?? '');
        return;
      case 'have':
        this.#haveCount += 1;
        return;
      case 'done':
        this.#done = true;
        return;
      case 'deepen':
      case 'deepen-since':
      case 'deepen-not':
        this.#depth = `${key} ${value ?? ''}`.slice(0, 255);
        return;
      case 'filter':
        this.#filter = (value ?? '').slice(0, 255);
        return;
      default:
    }
  }
}

function textOf(payload: Buffer): string {
  return payload.toString('latin1').replace(/\n$/, '');
}

function split(line: string, separator: string): [string, string | undefined] {
  const at = line.indexOf(separator);
  return at === -1 ? [line, undefined] : [line.slice(0, at), line.slice(at + 1)];
}

function refuse(why: string): ProtocolError {
  return new ProtocolError('PROTOCOL_FETCH_REQUEST', `this fetch cannot be taken: ${why}`);
}
