/** What the schema cannot say of the audit. */
import { resolve } from 'node:path';
import type { Problem } from '../fault.ts';
import type { ConfigFile } from '../file/root.ts';

/** There are no checkpoints, and a witness has nothing to keep, where nothing is signed, and a folder is no archive of itself. */
export function auditFaults({ audit }: ConfigFile): Problem[] {
  return [...witnessFaults(audit), ...archiveFaults(audit)];
}

function archiveFaults({ directory, archive }: ConfigFile['audit']): Problem[] {
  if (archive === undefined || resolve(archive) !== resolve(directory)) return [];
  return [{ path: ['audit', 'archive'], message: 'is audit.directory itself; a copy lies elsewhere' }];
}

function witnessFaults(audit: ConfigFile['audit']): Problem[] {
  const { witness, checkpoint, signingKeyFile } = audit;
  const faults: Problem[] = [];
  if (witness !== undefined && witness.file === undefined && witness.webhook === undefined)
    faults.push({ path: ['audit', 'witness'], message: 'names neither a file nor a webhook', atKey: true });
  if (signingKeyFile !== undefined) return faults;
  for (const [name, written] of [
    ['witness', witness],
    ['checkpoint', checkpoint],
  ] as const)
    if (written !== undefined)
      faults.push({ path: ['audit', name], message: 'stands without signingKeyFile', atKey: true });
  return faults;
}
