/** The signed head of a chain: how a checkpoint is made, and how one is checked with the public key alone. */
import { createPrivateKey, createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto';
import { AuditError } from './audit-error.ts';
import { bodyOf, opening, type Place, type SealedEntry } from './line.ts';

/** How far a chain is: its last entry, and the hash of that. */
export interface ChainHead {
  readonly chain: string;
  readonly seq: number;
  readonly hash: string;
}

/** One half of an Ed25519 pair. `id` is that of the pair: 16 hex digits of SHA-256 over the public key's 32 bytes. */
export interface AuditKey {
  readonly id: string;
  readonly key: KeyObject;
}

/** What the line of a checkpoint holds and no other: in a text the quotes would be escaped. */
export const checkpointMark = '"type":"audit.checkpoint"';
/** First line of what is signed, so that no signature made for something else is one of a checkpoint. */
const purpose = 'sluice audit checkpoint 1';
/** Bytes of `,"signature":"<86>","prev":"<64>","hash":"<64>"}`, with which the line of a checkpoint ends. */
const tailLength = 101 + 74 + 75;
const signatureForm = /^,"signature":"([A-Za-z0-9_-]{86})","prev":/;

/** @throws AuditError `AUDIT_KEY` for what is no Ed25519 private key in PEM; nothing of it is in the text */
export function signingKeyOf(pem: string): AuditKey {
  return keyOf('a private key', () => createPrivateKey(pem));
}

/** @throws AuditError `AUDIT_KEY` for what is no Ed25519 public key in PEM */
export function checkingKeyOf(pem: string): AuditKey {
  // Of a private key Node would take the public half: who verifies should not hold the other.
  if (pem.includes('PRIVATE KEY'))
    throw new AuditError('AUDIT_KEY', 'this is a private key; the public one is wanted');
  return keyOf('a public key', () => createPublicKey(pem));
}

/** The public half of either half, in PEM: what `checkingKeyOf` takes. */
export function checkingPemOf({ key }: AuditKey): string {
  const open = key.type === 'private' ? createPublicKey(key as Parameters<typeof createPublicKey>[0]) : key;
  return String(open.export({ format: 'pem', type: 'spki' }));
}

function keyOf(what: string, read: () => KeyObject): AuditKey {
  let key: KeyObject;
  try {
    key = read();
  } catch {
    throw new AuditError('AUDIT_KEY', `this is not ${what} in PEM; \`sluice certs init\` makes a pair`);
  }
  if (key.asymmetricKeyType !== 'ed25519')
    throw new AuditError('AUDIT_KEY', `this is an ${key.asymmetricKeyType} key; Ed25519 is expected`);
  const open = key.type === 'private' ? createPublicKey(key as Parameters<typeof createPublicKey>[0]) : key;
  const { x = '' } = open.export({ format: 'jwk' });
  return { id: hash('sha256', Buffer.from(x, 'base64url'), 'hex').slice(0, 16), key };
}

/** What a checkpoint says beside its place. */
export interface CheckpointFacts {
  readonly every: number;
  readonly heads: readonly ChainHead[];
}

/** The body of a checkpoint at its place, signed over the place, all it says, and so the whole chain before it. */
export function checkpointBody(place: Place, at: number, signer: AuditKey, facts: CheckpointFacts): string {
  const { every, heads } = facts;
  const said = bodyOf(at, { type: 'audit.checkpoint', key: signer.id, every, heads });
  const text = textOf(place.prev, Buffer.from(opening(place, said), 'latin1'));
  return `${said},"signature":"${sign(null, text, signer.key).toString('base64url')}"`;
}

/** `unknown`: signed by none of these keys, as it says itself. */
export type CheckpointProof = 'signed' | 'unknown' | 'forged';

/**
 * Checks a checkpoint's signature. What a signed one proves is that the holder of the key saw entry `seq` − 1 with hash `prev`.
 *
 * @param bytes the line that `entry` was read from
 */
export function proofOf(entry: SealedEntry, bytes: Buffer, keys: readonly AuditKey[]): CheckpointProof {
  const own = keys.find(({ id }) => id === entry.key);
  if (own === undefined) return 'unknown';
  const [, signature] = signatureForm.exec(bytes.subarray(-tailLength).toString('latin1')) ?? [];
  if (signature === undefined) return 'forged';
  const text = textOf(entry.prev, bytes.subarray(0, -tailLength));
  return verify(null, text, own.key, Buffer.from(signature, 'base64url')) ? 'signed' : 'forged';
}

function textOf(prev: string, said: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${purpose}\n${prev}\n`, 'latin1'), said]);
}
