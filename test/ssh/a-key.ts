/** Keys made in the process, for tests that need no ssh-keygen. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { publicKeyLine } from '../../gateway/ssh/public-key-line.ts';
import { wireString } from '../../gateway/ssh/wire.ts';

export interface TestKey {
  readonly blob: Buffer;
  readonly privateKey: KeyObject;
  /** The line of its `.pub` file. */
  readonly line: string;
}

export function anEd25519Key(): TestKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const point = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  const blob = Buffer.concat([wireString('ssh-ed25519'), wireString(point)]);
  return { blob, privateKey, line: publicKeyLine({ type: 'ssh-ed25519', blob }) };
}
