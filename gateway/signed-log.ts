/** The audit log as a configuration says: where it is kept, what signs its checkpoints, who keeps those elsewhere, and what becomes of closed segments. */
import type { AuditConfig } from '../config/schema.ts';
import { readHookSecret, type Secrets } from '../config/secrets.ts';
import { type ChainHead, checkingPemOf, signingKeyOf } from './audit/checkpoint.ts';
import { type AuditLog, type AuditLogOptions, openAuditLog } from './audit/log.ts';
import { keepSegments, type SegmentKeeping } from './audit/segment-keeping.ts';
import { openWitnessFile } from './audit/witness-file.ts';
import { openWitnessWebhook } from './audit/witness-webhook.ts';

export interface SignedLogNeeds extends Pick<AuditLogOptions, 'nodeId' | 'onAlarm' | 'onStand'> {
  /** How far other chains are, as far as is known; checkpoints say so. */
  readonly heads: () => readonly ChainHead[];
  readonly onWitnessTrouble: (error: unknown) => void;
  /** Hears of closed segments that could not be compressed, archived or deleted. */
  readonly onKeepingTrouble: (error: unknown) => void;
}

/** Opens it; closing it waits for the witness. Rejects as `openAuditLog` does, and for a key that cannot be had or used. */
export async function openSignedLog(
  config: AuditConfig,
  secrets: Secrets,
  { onWitnessTrouble, onKeepingTrouble, heads, ...needs }: SignedLogNeeds,
): Promise<AuditLog> {
  const { directory, segmentBytes, segmentAgeMs, signingKey, witnessFile, witnessWebhook } = config;
  const key = signingKey === undefined ? undefined : signingKeyOf(await secrets.read(signingKey));
  const witness =
    key === undefined || witnessFile === undefined
      ? undefined
      : openWitnessFile(witnessFile, onWitnessTrouble);
  const webhook =
    key === undefined || witnessWebhook === undefined
      ? undefined
      : openWitnessWebhook({
          url: witnessWebhook.url,
          secret: () => readHookSecret(secrets, witnessWebhook.secret),
          onTrouble: onWitnessTrouble,
        });
  let keeping: SegmentKeeping | undefined;
  const log = await openAuditLog({
    ...needs,
    directory,
    segmentBytes,
    segmentAgeMs,
    signing: key && { key, heads, ...config.checkpoint },
    onCheckpoint(line) {
      witness?.take(line);
      webhook?.take(line);
    },
    onSegmentBegun: () => keeping?.begin(),
  });
  keeping = keepSegments(log, {
    directory,
    compress: config.compress,
    archive: config.archiveDirectory,
    retentionMs: config.retentionMs,
    now: Date.now,
    onTrouble: onKeepingTrouble,
  });
  keeping.begin();
  return {
    chain: log.chain,
    append: (entry) => log.append(entry),
    head: () => log.head(),
    stats: () => log.stats(),
    onDurable: (listener) => log.onDurable(listener),
    async close(reason) {
      await keeping?.close();
      await log.close(reason);
      await Promise.all([witness?.close(), webhook?.close()]);
    },
  };
}

/** Public halves, in PEM, of what checkpoints are signed with as configured. Rejects for a key that cannot be had or used. */
export async function checkingKeys(
  { signingKey }: AuditConfig,
  secrets: Secrets,
): Promise<readonly string[]> {
  return signingKey === undefined ? [] : [checkingPemOf(signingKeyOf(await secrets.read(signingKey)))];
}
