/** What a fetch asks for: read from a copy of its request, for the answer's layout and the record; never changed (gitprotocol-v2, -pack). */
import {
  faultOfChosen,
  hasControl,
  readCapabilities,
  uploadPackCapabilities,
  versionTwoCapabilities,
  versionTwoFeatures,
} from './capabilities.ts';
import { type FetchCommand, type FetchLine, fetchLine, isFetchCommand, mayStand } from './fetch-lines.ts';
import { type Pkt, PktLineReader } from './pkt-line.ts';
import { fetchFault } from './protocol-error.ts';
import type { ProtocolVersion } from './service.ts';
import type { AnswerShape } from './side-band.ts';

export interface FetchRequest {
  /** v2: its command; v0 and v1: always `fetch`. Undefined until it was read. */
  readonly command: FetchCommand | undefined;
  /** The first wanted ids or ref names. */
  readonly wants: readonly string[];
  readonly wantCount: number;
  readonly haveCount: number;
  readonly done: boolean;
  readonly depth: string | undefined;
  readonly filter: string | undefined;
}

const wantsListed = 100;

/**
 * Reads a request pkt by pkt; keeps a fixed amount whatever comes. Throws a `ProtocolError` with code
 * `PROTOCOL_FETCH_REQUEST` for what is not allowed.
 */
export class FetchRequestReader {
  readonly #version: ProtocolVersion;
  readonly #reader: PktLineReader;
  /** v2: capabilities, arguments; v0 and v1: wants, haves. */
  #section: 'capabilities' | 'arguments' | 'wants' | 'haves' | 'end';
  #command: FetchCommand | undefined;
  readonly #wants: string[] = [];
  #wantCount = 0;
  #haveCount = 0;
  #done = false;
  #chosen: ReadonlySet<string> = new Set();
  #depth: string | undefined;
  #filter: string | undefined;
  #endsWhole = false;

  constructor(version: ProtocolVersion) {
    this.#version = version;
    this.#section = version === 2 ? 'capabilities' : 'wants';
    if (version !== 2) this.#command = 'fetch';
    this.#reader = new PktLineReader((pkt) => {
      this.#pkt(pkt);
      return 'go-on';
    });
  }

  feed(chunk: Buffer): void {
    this.#reader.feed(chunk);
  }

  /** To be called behind the last byte: throws when the request is not whole. */
  end(): void {
    if (!this.#endsWhole || !this.#reader.atBoundary) throw fetchFault('it ends in the middle');
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
      sideBand: this.#version === 2 || this.#chosen.has('side-band-64k') || this.#chosen.has('side-band'),
      done: this.#done,
      noDone: this.#chosen.has('no-done'),
    };
  }

  #pkt(pkt: Pkt): void {
    this.#endsWhole = false;
    switch (pkt.kind) {
      case 'data':
        this.#line(pkt.payload.toString('latin1').replace(/\n$/, ''));
        return;
      case 'flush':
        this.#flush();
        return;
      case 'delim':
        if (this.#section !== 'capabilities' || this.#command === undefined)
          throw fetchFault('a delim pkt stands elsewhere than behind its command');
        this.#section = 'arguments';
        return;
      case 'response-end':
        throw fetchFault('a response-end pkt stands in it');
    }
  }

  #flush(): void {
    this.#endsWhole = true;
    if (this.#version !== 2) {
      if (this.#section === 'wants') this.#section = 'haves';
      return;
    }
    // One command a request: what follows the flush would run unseen.
    if (this.#section === 'end') throw fetchFault('something stands behind its end');
    if (this.#command === undefined) throw fetchFault('it names no command');
    this.#section = 'end';
  }

  #line(line: string): void {
    // To git NUL ends a line, and any white space parts words; of text that a person gave only NUL and line ends are kept out.
    const isFree = line.startsWith('server-option=');
    if (isFree ? /[\0\n]/.test(line) : hasControl(line)) throw fetchFault('a line holds a control character');
    switch (this.#section) {
      case 'capabilities':
        this.#capability(line);
        return;
      case 'arguments':
        this.#known(fetchLine(line), this.#command ?? 'fetch');
        return;
      case 'wants':
        this.#known(this.#withoutCapabilities(fetchLine(line)), 'wants');
        return;
      case 'haves':
        this.#known(fetchLine(line), 'haves');
        if (this.#done) {
          this.#section = 'end';
          this.#endsWhole = true;
        }
        return;
      case 'end':
        throw fetchFault('something stands behind its end');
    }
  }

  #capability(line: string): void {
    const equals = line.indexOf('=');
    const key = equals === -1 ? line : line.slice(0, equals);
    if (key === 'command') {
      if (this.#command !== undefined) throw fetchFault('it holds two commands');
      const name = line.slice(equals + 1);
      if (!isFetchCommand(name)) throw fetchFault(`the command ${shown(name)} is not allowed`);
      this.#command = name;
    } else if (!versionTwoCapabilities.has(key) || versionTwoFeatures.has(key))
      throw fetchFault(`the capability ${shown(key)} is not allowed`);
  }

  /** v0 and v1: the first want carries the capabilities. git would take them from any, and the answer's layout with them. */
  #withoutCapabilities(line: FetchLine): FetchLine {
    if (line.key !== 'want' || this.#wantCount > 0) return line;
    const [id, ...list] = (line.value ?? '').split(' ');
    const chosen = readCapabilities(list.join(' '));
    const fault = faultOfChosen(chosen, uploadPackCapabilities);
    if (fault !== undefined) throw fetchFault(fault);
    this.#chosen = new Set(chosen.map(({ key }) => key));
    return { key: line.key, value: id };
  }

  #known(line: FetchLine, place: FetchCommand | 'wants' | 'haves'): void {
    if (!mayStand(line, place))
      throw fetchFault(`the line ${shown(line.key)} is not allowed where it stands`);
    const { key, value = '' } = line;
    switch (key) {
      case 'want':
      case 'want-ref':
        this.#wantCount += 1;
        if (this.#wants.length < wantsListed) this.#wants.push(kept(value));
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
        this.#depth = kept(`${key} ${value}`);
        return;
      case 'filter':
        this.#filter = kept(value);
        return;
      default:
    }
  }
}

/** The first 255 characters, in a string of their own: a slice would keep the whole line alive. */
function kept(text: string): string {
  return Buffer.from(text.slice(0, 255), 'latin1').toString('latin1');
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 60));
}
