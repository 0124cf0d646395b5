/** The audit log as a configuration says: where it is kept, what signs its checkpoints, and who keeps those elsewhere. */
import type { AuditConfig } from '../config/schema.ts';
import type { Secrets } from '../config/secrets.ts';
import { signingKeyOf } from './audit/checkpoint.ts';
import { type AuditLog, type AuditLogOptions, openAuditLog } from './audit/log.ts';
import { openWitnessFile } from './audit/witness-file.ts';

export interface SignedLogNeeds extends Pick<AuditLogOptions, 'nodeId' | 'onAlarm'> {
  readonly onWitnessTrouble: (error: unknown) => void;
}

/** Opens it; closing it waits for the witness. Rejects as `openAuditLog` does, and for a key that cannot be had or used. */
export async function openSignedLog(
  { directory, segmentBytes, segmentAgeMs, signingKey, witnessFile }: AuditConfig,
  secrets: Secrets,
  { onWitnessTrouble, ...needs }: SignedLogNeeds,
): Promise<AuditLog> {
  const options = { ...needs, directory, segmentBytes, segmentAgeMs };
  if (signingKey === undefined) return await openAuditLog(options);
  const key = signingKeyOf(await secrets.read(signingKey));
  const witness = witnessFile === undefined ? undefined : openWitnessFile(witnessFile, onWitnessTrouble);
  const log = await openAuditLog({
    ...options,
    signing: { key },
    onCheckpoint: (line) => witness?.take(line),
  });
  return {
    chain: log.chain,
    append: (entry) => log.append(entry),
    head: () => log.head(),
    stats: () => log.stats(),
    async close(reason) {
      await log.close(reason);
      await witness?.close();
    },
  };
}
