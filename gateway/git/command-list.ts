/** The head of a push: shallow lines, commands or a certificate, push options; read, checked and written anew (gitprotocol-pack). */
import {
  type Capability,
  readCapabilities,
  receivePackCapabilities,
  writeCapabilities,
} from './capabilities.ts';
import { flushPkt, type Pkt, PktLineReader, pktLine } from './pkt-line.ts';
import { ProtocolError } from './protocol-error.ts';
import { readCertificateLine } from './push-certificate.ts';
import { isRefName } from './ref-name.ts';
import type { RefUpdate } from './ref-update.ts';

/** Everything a push says before its pack. */
export interface CommandList {
  readonly updates: readonly RefUpdate[];
  /** Object ids of the client's shallow boundary. */
  readonly shallow: readonly string[];
  readonly capabilities: readonly Capability[];
  /** Push options as they came; bytes where they are not UTF-8. Inside a certificate too. */
  readonly options: readonly (string | Buffer)[];
  /** The signed certificate's pkt-lines, verbatim; undefined for an unsigned push. */
  readonly certificate: Buffer | undefined;
  readonly objectFormat: 'sha1' | 'sha256';
  /** False when all commands delete: then no pack follows. */
  readonly expectsPack: boolean;
}

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
  readonly #reader: PktLineReader;
  #section: 'commands' | 'certificate' | 'after-certificate' | 'options' | 'done' = 'commands';
  #capabilities: readonly Capability[] | undefined;
  readonly #shallow: string[] = [];
  readonly #updates: RefUpdate[] = [];
  readonly #refs = new Set<string>();
  readonly #options: (string | Buffer)[] = [];
  readonly #certificate: Buffer[] = [];
  readonly #signed = { inBody: false, options: 0 };
  #lines = 0;
  #idLength = 0;
  #probe = false;

  constructor(bounds: CommandBounds = commandBounds) {
    this.#bounds = bounds;
    this.#reader = new PktLineReader((pkt) => {
      this.#pkt(pkt);
      return this.#section === 'done' ? 'stop' : 'go-on';
    });
  }

  /** A lone flush: git's probe before a large push, or a push of nothing. */
  get isProbe(): boolean {
    return this.#probe;
  }

  get isDone(): boolean {
    return this.#section === 'done';
  }

  /** Takes the next bytes; when the head is whole, returns those behind it (the pack's first), else undefined. */
  feed(chunk: Buffer): Buffer | undefined {
    const rest = this.#reader.feed(chunk);
    if (this.#reader.offset > this.#bounds.bytes)
      throw refuse(`the list of commands is longer than ${this.#bounds.bytes} bytes`);
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
      options: this.#options,
      certificate: this.#certificate.length > 0 ? Buffer.concat(this.#certificate) : undefined,
      objectFormat: this.#idLength === 64 ? 'sha256' : 'sha1',
      expectsPack: this.#updates.some(({ kind }) => kind !== 'delete'),
    };
  }

  #pkt(pkt: Pkt): void {
    if (pkt.kind === 'delim' || pkt.kind === 'response-end')
      throw refuse(`a ${pkt.kind} pkt stands inside the list`);
    switch (this.#section) {
      case 'commands':
        if (pkt.kind === 'flush') this.#endOfCommands();
        else this.#command(pkt.payload);
        return;
      case 'certificate':
        if (pkt.kind === 'flush') throw refuse('a flush stands inside the certificate');
        this.#certificateLine(pkt.payload);
        return;
      case 'after-certificate':
        if (pkt.kind !== 'flush') throw refuse('a command stands beside the certificate');
        this.#endOfCommands();
        return;
      case 'options':
        if (pkt.kind === 'flush') this.#section = 'done';
        else this.#option(pkt.payload);
        return;
      case 'done':
        return;
    }
  }

  #endOfCommands(): void {
    if (this.#updates.length === 0) {
      if (this.#lines > 0) throw refuse('it holds no command');
      this.#probe = true;
      this.#section = 'done';
      return;
    }
    const format = this.#capabilities?.find(({ key }) => key === 'object-format')?.value;
    if (format !== undefined && format !== (this.#idLength === 64 ? 'sha256' : 'sha1'))
      throw refuse(`object-format=${format} does not fit ids of ${this.#idLength} digits`);
    this.#section = this.#chosen('push-options') ? 'options' : 'done';
  }

  #chosen(key: string): boolean {
    return this.#capabilities?.some((capability) => capability.key === key) ?? false;
  }

  #command(payload: Buffer): void {
    this.#lines += 1;
    const nul = payload.indexOf(0);
    const line = withoutNewline(nul === -1 ? payload : payload.subarray(0, nul));
    if (nul !== -1) this.#chooseCapabilities(payload.subarray(nul + 1));
    const text = line.toString('latin1');
    if (text.startsWith('shallow ')) {
      if (this.#updates.length > 0) throw refuse('a shallow line stands behind a command');
      this.#shallow.push(this.#id(text.slice(8)));
      this.#bound(this.#shallow.length);
      return;
    }
    if (text === 'push-cert') {
      if (this.#updates.length > 0) throw refuse('a command stands beside the certificate');
      this.#certificate.push(pktLine(payload));
      this.#section = 'certificate';
      return;
    }
    this.#update(line);
  }

  /** On the first command alone (gitprotocol-pack); a shallow line that comes before it has none. */
  #chooseCapabilities(bytes: Buffer): void {
    if (this.#capabilities !== undefined || this.#updates.length > 0)
      throw refuse('capabilities stand elsewhere than on the first line');
    const chosen = readCapabilities(withoutNewline(bytes).toString('latin1'));
    const unknown = chosen.find(({ key }) => !receivePackCapabilities.has(key));
    if (unknown !== undefined)
      throw refuse(`the capability ${JSON.stringify(unknown.key.slice(0, 60))} is not allowed`);
    this.#capabilities = chosen;
  }

  #update(line: Buffer): void {
    const [, oldId = '', newId = ''] =
      /^([0-9a-f]+) ([0-9a-f]+) /.exec(line.toString('latin1', 0, 140)) ?? [];
    if (oldId === '') throw refuse('a line is none of command, shallow and push-cert');
    this.#id(oldId);
    this.#id(newId);
    const refBytes = line.subarray(oldId.length + newId.length + 2);
    if (!isRefName(refBytes)) throw refuse(`${shown(refBytes)} is no name a ref can have`);
    const key = refBytes.toString('latin1');
    if (this.#refs.has(key)) throw refuse(`two commands are for ${shown(refBytes)}`);
    this.#refs.add(key);
    const [fromNothing, toNothing] = [/^0+$/.test(oldId), /^0+$/.test(newId)];
    if (fromNothing && toNothing)
      throw refuse(`the command for ${shown(refBytes)} changes nothing into nothing`);
    const ref = refBytes.toString('utf8');
    this.#updates.push({
      ref,
      ...(Buffer.from(ref).equals(refBytes) ? {} : { refBytes: Buffer.from(refBytes) }),
      oldId,
      newId,
      kind: fromNothing ? 'create' : toNothing ? 'delete' : 'update',
    });
    this.#bound(this.#updates.length);
  }

  /** A line of the certificate; its commands count as the push's. */
  #certificateLine(payload: Buffer): void {
    this.#certificate.push(pktLine(payload));
    this.#bound(this.#certificate.length);
    const line = readCertificateLine(withoutNewline(payload), this.#signed);
    switch (line.kind) {
      case 'command':
        this.#update(line.bytes);
        return;
      case 'option':
        this.#pushOption(line.bytes);
        return;
      case 'end':
        this.#section = 'after-certificate';
        return;
      case 'other':
        return;
    }
  }

  #option(payload: Buffer): void {
    // Beside a certificate git sends the options a second time, outside the signature.
    if (this.#certificate.length > 0) {
      const signed = this.#options[this.#signed.options];
      this.#signed.options += 1;
      if (signed === undefined || !Buffer.from(signed).equals(withoutNewline(payload)))
        throw refuse('the push options differ from those in the certificate');
      return;
    }
    this.#pushOption(withoutNewline(payload));
  }

  #pushOption(bytes: Buffer): void {
    if (this.#options.length >= this.#bounds.options)
      throw refuse(`more than ${this.#bounds.options} push options`);
    if (bytes.includes(0) || bytes.includes(10)) throw refuse('a push option holds NUL or a line end');
    const text = bytes.toString('utf8');
    this.#options.push(Buffer.from(text).equals(bytes) ? text : Buffer.from(bytes));
  }

  #id(id: string): string {
    if (!/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(id))
      throw refuse('an object id is not 40 or 64 lower-case hex digits');
    if (this.#idLength !== 0 && id.length !== this.#idLength) throw refuse('object ids are of mixed length');
    this.#idLength = id.length;
    return id;
  }

  #bound(lines: number): void {
    if (lines > this.#bounds.commands) throw refuse(`more than ${this.#bounds.commands} lines`);
  }
}

/** Writes a head anew: what was understood, and nothing else. The certificate goes verbatim, for its signature. */
export function writeCommandList(list: CommandList): Buffer {
  const capabilities = Buffer.from(`\0 ${writeCapabilities(list.capabilities)}`);
  const parts: Buffer[] = list.shallow.map((id) => pktLine(`shallow ${id}\n`));
  if (list.certificate !== undefined) parts.push(list.certificate);
  else
    for (const [at, { ref, refBytes, oldId, newId }] of list.updates.entries()) {
      const command = Buffer.concat([Buffer.from(`${oldId} ${newId} `), refBytes ?? Buffer.from(ref)]);
      parts.push(pktLine(at === 0 ? Buffer.concat([command, capabilities]) : command));
    }
  parts.push(flushPkt);
  if (list.capabilities.some(({ key }) => key === 'push-options'))
    parts.push(
      ...list.options.map((option) => pktLine(typeof option === 'string' ? option || '\n' : option)),
      flushPkt,
    );
  return Buffer.concat(parts);
}

function withoutNewline(bytes: Buffer): Buffer {
  return bytes.at(-1) === 10 ? bytes.subarray(0, -1) : bytes;
}

function shown(bytes: Buffer): string {
  return JSON.stringify(bytes.subarray(0, 200).toString('utf8'));
}

function refuse(why: string): ProtocolError {
  return new ProtocolError('PROTOCOL_COMMANDS', `this push cannot be taken: ${why}`);
}
