/** Whether the audit could be kept as configured: its folder, its archive, and those who keep its checkpoints. */
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { AuditConfig } from '../../config/schema.ts';
import { readHookSecret, type Secrets } from '../../config/secrets.ts';
import { newest } from '../audit/query.ts';
import { postLine } from '../audit/witness-webhook.ts';
import type { Finding } from '../store/redis/inspect.ts';

/** Rejects when the folder cannot be written. A check changes nothing. */
export async function auditFindings({ directory }: AuditConfig): Promise<readonly Finding[]> {
  const isMissing = !(await isThere(directory));
  // A node makes the last level itself.
  await access(isMissing ? dirname(directory) : directory, constants.W_OK | constants.X_OK);
  return [{ ok: true, text: `audit directory ${directory} can be ${isMissing ? 'made' : 'written'}` }];
}

/** Nothing where there is no archive. Rejects when its folder is not there or cannot be written. */
export async function archiveFindings({ archiveDirectory }: AuditConfig): Promise<readonly Finding[]> {
  if (archiveDirectory === undefined) return [];
  await access(archiveDirectory, constants.W_OK | constants.X_OK);
  return [{ ok: true, text: `audit archive ${archiveDirectory} can be written` }];
}

/** Nothing where there is no witness file. Rejects when it cannot be written or made. */
export async function witnessFileFindings({ witnessFile }: AuditConfig): Promise<readonly Finding[]> {
  if (witnessFile === undefined) return [];
  const isMissing = !(await isThere(witnessFile));
  await access(isMissing ? dirname(witnessFile) : witnessFile, constants.W_OK);
  return [{ ok: true, text: `audit witness file ${witnessFile} can be ${isMissing ? 'made' : 'written'}` }];
}

/**
 * Posts the last checkpoint of the directory once more, signed as a node does, which no receiver is harmed by: a line that an anchor
 * holds twice is no fault. Where there is none yet it is an empty line, which counts for nothing in an anchor. Rejects when nobody answers.
 */
export async function witnessWebhookFindings(
  { directory, witnessWebhook }: AuditConfig,
  secrets: Secrets,
  late: AbortSignal,
): Promise<readonly Finding[]> {
  if (witnessWebhook === undefined) return [];
  const { url, secret } = witnessWebhook;
  const line = await lastCheckpoint(directory);
  const status = await postLine({
    url,
    secret: await readHookSecret(secrets, secret),
    line: line ?? '',
    signal: late,
  });
  const what =
    line === undefined ? 'an empty line, there being no checkpoint yet' : 'the last checkpoint again';
  const { origin } = new URL(url);
  if (status >= 200 && status < 300)
    return [{ ok: true, text: `audit witness ${origin} took ${what} (${status})` }];
  const isRefused = status === 401 || status === 403;
  return [
    {
      ok: false,
      text: `audit witness ${origin} answers ${status} to ${what}`,
      mend: isRefused
        ? 'have audit.witness.webhook.secretFile and the receiver hold the same secret, and their clocks agree'
        : 'look at audit.witness.webhook.url, and at what the receiver says of it',
    },
  ];
}

async function lastCheckpoint(directory: string): Promise<string | undefined> {
  if (!(await isThere(directory))) return undefined;
  for await (const { found } of newest([directory], { type: 'audit.checkpoint' }, 1))
    for (const { line } of found) return line.toString('latin1');
  return undefined;
}

async function isThere(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
