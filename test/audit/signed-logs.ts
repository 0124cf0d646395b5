/** Signed logs as tests need them: with their key pair, and the checkpoints kept elsewhere. */
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import {
  type AuditKey,
  type ChainHead,
  checkingKeyOf,
  signingKeyOf,
} from '../../gateway/audit/checkpoint.ts';
import { noHash, seal } from '../../gateway/audit/line.ts';
import type { AuditLogOptions } from '../../gateway/audit/log.ts';
import type { Ending } from '../servers/ending.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';
import { aLog, anAlarm } from './logs.ts';

export interface SignedLog {
  readonly directory: string;
  readonly chain: string;
  readonly head: ChainHead;
  readonly signingKey: AuditKey;
  readonly key: AuditKey;
  readonly keyFile: string;
  /** Every checkpoint, as a witness elsewhere keeps it. */
  readonly anchorFile: string;
  readonly anchors: readonly string[];
}

export interface SignedLogWishes {
  readonly signingKey?: AuditKey;
  readonly heads?: () => readonly ChainHead[];
  readonly options?: Partial<AuditLogOptions>;
}

/** A new pair of keys for checkpoints. */
export function aPair(): { readonly signingKey: AuditKey; readonly publicPem: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    signingKey: signingKeyOf(String(privateKey.export({ format: 'pem', type: 'pkcs8' }))),
    publicPem: String(publicKey.export({ format: 'pem', type: 'spki' })),
  };
}

/** A closed log of 40 alarms with a checkpoint at least every ten lines. */
export async function aSignedLog(t: Ending, wishes: SignedLogWishes = {}): Promise<SignedLog> {
  const { signingKey: key = aPair().signingKey, heads } = wishes;
  const anchors: string[] = [];
  const { directory, log } = await aLog(t, {
    signing: { key, every: 10, ...(heads === undefined ? {} : { heads }) },
    onCheckpoint: (line) => anchors.push(line),
    ...wishes.options,
  });
  for (let i = 0; i < 40; i += 1) await log.append(anAlarm(i));
  await log.close();
  const elsewhere = await temporaryDirectory(t);
  const [keyFile, anchorFile] = [`${elsewhere}/audit.pub`, `${elsewhere}/checkpoints.jsonl`];
  const publicPem = String(publicHalf(key.key).export({ format: 'pem', type: 'spki' }));
  await writeFile(keyFile, publicPem);
  await writeFile(anchorFile, anchors.map((line) => `${line}\n`).join(''));
  const { chain } = log;
  const checking = checkingKeyOf(publicPem);
  return { directory, chain, head: log.head(), signingKey: key, key: checking, keyFile, anchorFile, anchors };
}

/** Lines with new numbers and hashes, as somebody makes them who has the files and not the key. */
export function rechained(lines: readonly string[]): string {
  let prev = noHash;
  return lines
    .filter((line) => line !== '')
    .map((line, index) => {
      const [, chain = ''] = /"chain":"([^"]+)"/.exec(line) ?? [];
      const body = line.slice(line.indexOf(',"at":') + 1, line.lastIndexOf(',"prev":'));
      const sealed = seal({ chain, seq: index + 1, prev }, body);
      prev = sealed.hash;
      return sealed.line;
    })
    .join('');
}

function publicHalf(key: KeyObject): KeyObject {
  return createPublicKey(key as Parameters<typeof createPublicKey>[0]);
}
