/** What the schema cannot say of the audit. */
import { resolve } from 'node:path';
import type { Problem } from '../fault.ts';
import type { ConfigFile } from '../file/root.ts';

/** A witness has nothing to keep where nothing is signed, and a folder is no archive of itself. */
export function auditFaults({ audit }: ConfigFile): Problem[] {
  return [...witnessFaults(audit), ...archiveFaults(audit)];
}

function archiveFaults({ directory, archive }: ConfigFile['audit']): Problem[] {
  if (archive === undefined || resolve(archive) !== resolve(directory)) return [];
  return [{ path: ['audit', 'archive'], message: 'is audit.directory itself; a copy lies elsewhere' }];
}

function witnessFaults(audit: ConfigFile['audit']): Problem[] {
  if (audit.witness === undefined || audit.signingKeyFile !== undefined) return [];
  return [{ path: ['audit', 'witness'], message: 'stands without signingKeyFile', atKey: true }];
}
