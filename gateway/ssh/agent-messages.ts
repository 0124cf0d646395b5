/** The few words of an SSH agent that are needed to give it a certificate (draft-ietf-sshm-ssh-agent); a whole message each, without its length. */
import type { KeyObject } from 'node:crypto';
import { certificateTypeOf } from './algorithms.ts';
import { formatFault } from './ssh-error.ts';
import { WireReader, wireString, wireUint32 } from './wire.ts';

const [failure, success, identities, identitiesAnswer, remove, addConstrained] = [5, 6, 11, 12, 18, 25];
const lifetime = 1;
/** An agent with thousands of keys. */
const longestComment = 4_096;
const longestKey = 65_536;
const mostIdentities = 10_000;

export interface AgentIdentity {
  readonly blob: Buffer;
  readonly comment: string;
}

/** A certificate over an Ed25519 key and that key, to be forgotten after so many seconds. Without the key alone: nobody is known by it. */
export function addCertificateMessage(
  key: KeyObject,
  certificate: Buffer,
  comment: string,
  seconds: number,
): Buffer {
  const { d = '', x = '' } = key.export({ format: 'jwk' });
  const [seed, point] = [d, x].map((part) => Buffer.from(part, 'base64url')) as [Buffer, Buffer];
  return Buffer.concat([
    Buffer.of(addConstrained),
    ...[certificateTypeOf('ssh-ed25519'), certificate, point, Buffer.concat([seed, point]), comment].map(
      (part) => wireString(part),
    ),
    Buffer.of(lifetime),
    wireUint32(seconds),
  ]);
}

export function listMessage(): Buffer {
  return Buffer.of(identities);
}

export function removeMessage(blob: Buffer): Buffer {
  return Buffer.concat([Buffer.of(remove), wireString(blob)]);
}

/** Whether the agent did it. Throws `PROTOCOL_SSH` for what says neither. */
export function readDone(answer: Buffer): boolean {
  const reader = new WireReader(answer);
  const kind = reader.byte();
  if (kind === success) return true;
  if (kind === failure) return false;
  throw formatFault(`the agent answers with ${kind}, which is neither success nor failure`);
}

/** What the agent holds; nothing where it does not say. Throws `PROTOCOL_SSH` for what is no list. */
export function readIdentities(answer: Buffer): readonly AgentIdentity[] {
  const reader = new WireReader(answer);
  const kind = reader.byte();
  if (kind === failure) return [];
  if (kind !== identitiesAnswer)
    throw formatFault(`the agent answers with ${kind}, which is no list of keys`);
  const count = reader.uint32();
  if (count > mostIdentities) throw formatFault(`the agent lists ${count} keys`);
  return Array.from({ length: count }, () => ({
    blob: Buffer.from(reader.string(longestKey)),
    comment: reader.string(longestComment).toString(),
  }));
}
