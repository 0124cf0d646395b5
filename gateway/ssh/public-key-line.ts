/** A public key as people paste it: one line of `id_….pub`. */
import { visibleText } from '../git/visible-text.ts';
import { fingerprint, type PublicKey, parsePublicKey } from './public-key.ts';
import { formatFault, keyFault } from './ssh-error.ts';

export interface WrittenKey {
  readonly key: PublicKey;
  readonly fingerprint: string;
  /** What stands behind the key, made harmless to show; may be empty. */
  readonly comment: string;
}

const longestLine = 16_384;
const longestComment = 200;

/**
 * Reads `TYPE BASE64 [COMMENT]`, one key, line ends around it allowed. Options in front of it are not taken: they would promise
 * what the gateway does not keep. Throws an `SshError` whose text is for the person; nothing of what was pasted is in it.
 */
export function parsePublicKeyLine(text: string): WrittenKey {
  if (text.length > longestLine)
    throw formatFault(`a public key is one line of at most ${longestLine} characters`);
  if (/PRIVATE KEY/.test(text))
    throw keyFault(
      'that is a private key, which nobody else should have seen; make a new one and bring its .pub file',
    );
  const line = text.trim();
  if (/[\r\n]/.test(line)) throw formatFault('a public key is one line; bring one key at a time');
  const [, type, base64, comment = ''] =
    /^([a-z0-9@.-]+)[ \t]+([A-Za-z0-9+/]+={0,2})(?:[ \t]+(.*))?$/.exec(line) ?? [];
  if (type === undefined || base64 === undefined)
    throw formatFault(
      'that is no public key; it is one line like ssh-ed25519 AAAA… name, without options in front',
    );
  const blob = Buffer.from(base64, 'base64');
  if (blob.toString('base64') !== base64) throw formatFault('the base64 of the key is cut off or changed');
  const key = parsePublicKey(blob);
  if (key.type !== type) throw formatFault(`the line says ${type}, the key in it is ${key.type}`);
  return { key, fingerprint: fingerprint(blob), comment: visibleText(comment, longestComment) };
}

/** The line a key is written in, without a comment. */
export function publicKeyLine({ type, blob }: Pick<PublicKey, 'type' | 'blob'>): string {
  return `${type} ${blob.toString('base64')}`;
}
