/** Reads the head of a push from its stream: shallow lines, commands or a certificate, push options (gitprotocol-pack). */
import { type Capability, faultOfChosen, readCapabilities, receivePackCapabilities } from './capabilities.ts';
import type { CommandList } from './command-list.ts';
import { type Pkt, PktLineReader, pktLine } from './pkt-line.ts';
import { pushFault } from './protocol-error.ts';
import { CertificateReader } from './push-certificate.ts';
import { PushOptions } from './push-options.ts';
import { isObjectId, readCommand, shownRef } from './ref-command.ts';
import type { RefUpdate } from './ref-update.ts';

/** Bounds of what one push may list; past them it is refused, and no more than that is kept in memory. */
export interface CommandBounds {
  readonly commands: number;
  readonly bytes: number;
  readonly options: number;
}

export const commandBounds: CommandBounds = { commands: 100_000, bytes: 32 * 2 ** 20, options: 1_000 };

/** Reads a push's head from a stream. Throws a `ProtocolError` with code `PROTOCOL_COMMANDS` for what must not go up. */
export class CommandListReader {
  readonly #bounds: CommandBounds;
  readonly #allowed: ReadonlySet<string>;
  readonly #reader: PktLineReader;
  #section: 'commands' | 'certificate' | 'after-certificate' | 'options' | 'done' = 'commands';
  #capabilities: readonly Capability[] | undefined;
  readonly #shallow: string[] = [];
  readonly #updates: RefUpdate[] = [];
  /** Names of the refs so far, as Latin-1 of their bytes: two that UTF-8 cannot tell apart are two. */
  readonly #refs = new Set<string>();
  readonly #options: PushOptions;
  readonly #certificate: Buffer[] = [];
  readonly #certificateReader = new CertificateReader();
  #idLength = 0;

  /**
   * @param allowed capabilities a client may choose: those the host advertised, where they are known. Without `push-cert`
   * among them a certificate is refused.
   */
  constructor(bounds: CommandBounds = commandBounds, allowed: ReadonlySet<string> = receivePackCapabilities) {
    this.#bounds = bounds;
    this.#options = new PushOptions(bounds.options);
    this.#allowed = allowed;
    this.#reader = new PktLineReader((pkt) => {
      this.#pkt(pkt);
      return this.#section === 'done' ? 'stop' : 'go-on';
    });
  }

  /** A lone flush: git's probe before a large push, or a push of nothing. */
  get isProbe(): boolean {
    return this.#section === 'done' && this.#updates.length === 0;
  }

  get isDone(): boolean {
    return this.#section === 'done';
  }

  /** Takes the next bytes; when the head is whole, returns those behind it (the pack's first), else undefined. */
  feed(chunk: Buffer): Buffer | undefined {
    const rest = this.#reader.feed(chunk);
    if (this.#reader.offset > this.#bounds.bytes)
      throw pushFault(`the list of commands is longer than ${this.#bounds.bytes} bytes`);
    return rest;
  }

  /** What was read so far, to answer a push that is refused before its list is whole. */
  soFar(): Pick<CommandList, 'updates' | 'capabilities'> {
    return { updates: this.#updates, capabilities: this.#capabilities ?? [] };
  }

  /** What was read, once `isDone`. */
  list(): CommandList {
    if (this.#section !== 'done') throw new Error('the list of commands is not whole yet');
    return {
      updates: this.#updates,
      shallow: this.#shallow,
      capabilities: this.#capabilities ?? [],
      options: this.#options.all,
      certificate: this.#certificate.length > 0 ? Buffer.concat(this.#certificate) : undefined,
      objectFormat: this.#idLength === 64 ? 'sha256' : 'sha1',
      expectsPack: this.#updates.some(({ kind }) => kind !== 'delete'),
    };
  }

  #pkt(pkt: Pkt): void {
    if (pkt.kind === 'delim' || pkt.kind === 'response-end')
      throw pushFault(`a ${pkt.kind} pkt stands inside the list`);
    switch (this.#section) {
      case 'commands':
        if (pkt.kind === 'flush') this.#endOfCommands();
        else this.#line(pkt.payload);
        return;
      case 'certificate':
        if (pkt.kind === 'flush') throw pushFault('a flush stands inside the certificate');
        this.#certificateLine(pkt.payload);
        return;
      case 'after-certificate':
        if (pkt.kind !== 'flush') throw pushFault('a command stands beside the certificate');
        this.#endOfCommands();
        return;
      case 'options':
        if (pkt.kind === 'data') this.#option(withoutNewline(pkt.payload));
        else this.#endOfOptions();
        return;
      case 'done':
        return;
    }
  }

  #line(payload: Buffer): void {
    const nul = payload.indexOf(0);
    const line = withoutNewline(nul === -1 ? payload : payload.subarray(0, nul));
    const start = line.toString('latin1', 0, 80);
    if (start.startsWith('shallow ')) {
      if (this.#updates.length > 0) throw pushFault('a shallow line stands behind a command');
      if (nul !== -1) throw pushFault('capabilities stand on a shallow line');
      const id = line.toString('latin1', 8);
      if (!isObjectId(id)) throw pushFault('a shallow line holds no object id');
      this.#sameLength(id);
      this.#shallow.push(id);
      this.#bound(this.#shallow.length);
      return;
    }
    if (nul !== -1) this.#chooseCapabilities(payload.subarray(nul + 1));
    if (start !== 'push-cert') {
      this.#update(line);
      return;
    }
    if (this.#updates.length > 0) throw pushFault('a command stands beside the certificate');
    if (!this.#allowed.has('push-cert')) throw pushFault('its host takes no signed pushes');
    this.#certificate.push(pktLine(payload));
    this.#section = 'certificate';
  }

  /** On the first command alone, or on the line that begins a certificate (gitprotocol-pack). */
  #chooseCapabilities(bytes: Buffer): void {
    if (this.#updates.length > 0) throw pushFault('capabilities stand elsewhere than on the first command');
    const chosen = readCapabilities(withoutNewline(bytes).toString('latin1'));
    const fault = faultOfChosen(chosen, this.#allowed);
    if (fault !== undefined) throw pushFault(fault);
    this.#capabilities = chosen;
  }

  #update(line: Buffer): void {
    const update = readCommand(line);
    this.#sameLength(update.newId);
    const refBytes = update.refBytes ?? Buffer.from(update.ref);
    const key = refBytes.toString('latin1');
    if (this.#refs.has(key)) throw pushFault(`two commands are for ${shownRef(refBytes)}`);
    this.#refs.add(key);
    this.#updates.push(update);
    this.#bound(this.#updates.length);
  }

  /** A line of the certificate; its commands count as the push's. */
  #certificateLine(payload: Buffer): void {
    const line = this.#certificateReader.read(payload);
    this.#certificate.push(pktLine(payload));
    this.#bound(this.#certificate.length);
    switch (line.kind) {
      case 'command':
        this.#update(line.bytes);
        return;
      case 'option':
        this.#options.add(line.bytes);
        return;
      case 'end':
        this.#section = 'after-certificate';
        return;
      case 'other':
        return;
    }
  }

  #endOfCommands(): void {
    if (this.#updates.length === 0) {
      if (this.#shallow.length > 0 || this.#certificate.length > 0) throw pushFault('it holds no command');
      this.#section = 'done';
      return;
    }
    const format = this.#capabilities?.find(({ key }) => key === 'object-format')?.value;
    if (format !== undefined && format !== (this.#idLength === 64 ? 'sha256' : 'sha1'))
      throw pushFault(`object-format=${format} does not fit ids of ${this.#idLength} digits`);
    if (this.#capabilities?.some(({ key }) => key === 'push-options') === true) this.#section = 'options';
    else this.#endOfOptions();
  }

  /** Beside a certificate git sends the options a second time, outside the signature. */
  #option(bytes: Buffer): void {
    if (this.#certificate.length === 0) this.#options.add(bytes);
    else this.#options.repeat(bytes);
  }

  #endOfOptions(): void {
    if (this.#certificate.length > 0) this.#options.endOfRepeated();
    this.#section = 'done';
  }

  #sameLength(id: string): void {
    if (this.#idLength !== 0 && id.length !== this.#idLength)
      throw pushFault('object ids are of mixed length');
    this.#idLength = id.length;
  }

  #bound(lines: number): void {
    if (lines > this.#bounds.commands) throw pushFault(`more than ${this.#bounds.commands} lines`);
  }
}

function withoutNewline(bytes: Buffer): Buffer {
  return bytes.at(-1) === 10 ? bytes.subarray(0, -1) : bytes;
}
