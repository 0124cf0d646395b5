/** What a person reads of a call that did not begin. */
import type { Turned } from './admission.ts';
import type { Call, NotStarted } from './conductor.ts';
import type { Shown, Texts } from './texts.ts';

export async function notBegun(texts: Texts, call: Call, begun: Turned | NotStarted): Promise<Shown> {
  if (begun.kind === 'audit-failed') return texts.auditFailed;
  if (begun.kind === 'draining') return texts.draining;
  return await texts.turned(begun, {
    repository: call.repository ?? call.asWritten,
    right: call.right,
    principalId: begun.who?.principal.id,
  });
}
