/** Secrets that programs present: `slu_g_…` for Git, `slu_a_…` for the API. Only their SHA-256 is ever kept. */
import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Credential } from '../store/records.ts';

/** Digits of the secret and of its checksum. */
const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 31 digits of base62 are 184 bits. */
const secretDigits = 31;
/** Six digits hold any CRC-32 (62^6 > 2^32). */
const checksumDigits = 6;
/** What a person is shown of a secret, prefix included: 6 of its 31 random digits. */
const shownLength = 12;

const shape = /^(slu_([ga])_[0-9A-Za-z]{31})_([0-9A-Za-z]{6})$/;

/** A new secret, seen by its owner once, with what is kept of it. */
export interface NewSecret {
  readonly secret: string;
  readonly hash: string;
  readonly shown: string;
}

/** What a secret may be for. */
export type SecretKind = Exclude<Credential['kind'], 'ssh'>;

/** A presented secret that has the shape of one of ours and whose checksum fits; whether it lives only the store knows. */
export interface PresentedSecret {
  readonly kind: SecretKind;
  /** Lower-case hex SHA-256 of the whole secret: what the store looks up, so no comparison takes time that tells. */
  readonly hash: string;
  readonly shown: string;
}

/** Makes a secret of 44 characters out of `random`, which returns as many random bytes as it is asked for. */
export function makeSecret(kind: SecretKind, random: (length: number) => Buffer = randomBytes): NewSecret {
  let digits = '';
  while (digits.length < secretDigits) {
    for (const byte of random(64)) {
      // 248 is the largest multiple of 62 in a byte: taking all bytes would favour the first digits.
      if (byte < 248 && digits.length < secretDigits) digits += base62[byte % 62];
    }
  }
  const body = `slu_${kind === 'git' ? 'g' : 'a'}_${digits}`;
  const secret = `${body}_${checksum(body)}`;
  return { secret, hash: hashSecret(secret), shown: secret.slice(0, shownLength) };
}

/**
 * Reads a presented secret.
 *
 * `not-ours`: another shape, maybe a password or another host's token. `mistyped`: our shape, but the checksum does not
 * fit, so no look-up is needed to say no.
 */
export function readSecret(text: string): PresentedSecret | 'not-ours' | 'mistyped' {
  const [, body, letter, check] = shape.exec(text) ?? [];
  if (body === undefined) return 'not-ours';
  if (checksum(body) !== check) return 'mistyped';
  return { kind: letter === 'g' ? 'git' : 'api', hash: hashSecret(text), shown: text.slice(0, shownLength) };
}

/** Lower-case hex SHA-256: how secrets, cookies and states are kept. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

function checksum(body: string): string {
  let rest = crc32(body);
  let digits = '';
  for (let place = 0; place < checksumDigits; place++) {
    digits = `${base62[rest % 62]}${digits}`;
    rest = Math.floor(rest / 62);
  }
  return digits;
}
