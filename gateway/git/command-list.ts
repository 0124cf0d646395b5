/** The head of a push as a value, and as the bytes that go up: what was understood, and nothing else (gitprotocol-pack). */
import { type Capability, writeCapabilities } from './capabilities.ts';
import { flushPkt, pktLine } from './pkt-line.ts';
import { writeCommand } from './ref-command.ts';
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

/** Writes a head anew: what was understood, and nothing else. The certificate goes verbatim, for its signature. */
export function writeCommandList(list: CommandList): Buffer {
  const capabilities = Buffer.from(`\0 ${writeCapabilities(list.capabilities)}`, 'latin1');
  const parts: Buffer[] = list.shallow.map((id) => pktLine(`shallow ${id}\n`));
  if (list.certificate !== undefined) parts.push(list.certificate);
  else
    for (const [at, update] of list.updates.entries()) {
      const command = writeCommand(update);
      parts.push(pktLine(at === 0 ? Buffer.concat([command, capabilities]) : command));
    }
  parts.push(flushPkt);
  if (list.capabilities.some(({ key }) => key === 'push-options'))
    parts.push(...list.options.map((option) => pktLine(option.length === 0 ? '\n' : option)), flushPkt);
  return Buffer.concat(parts);
}
