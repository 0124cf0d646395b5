/** What the schema cannot say of the audit. */
import type { Problem } from '../fault.ts';
import type { ConfigFile } from '../file/root.ts';

/** A witness has nothing to keep where nothing is signed. */
export function auditFaults({ audit }: ConfigFile): Problem[] {
  if (audit.witness === undefined || audit.signingKeyFile !== undefined) return [];
  return [{ path: ['audit', 'witness'], message: 'stands without signingKeyFile', atKey: true }];
}
