/** What the log tells its operator besides the entries themselves. */
export interface AuditAlarm {
  readonly kind: AuditAlarmKind;
  readonly message: string;
  readonly cause?: unknown;
  /** Entries that were not taken. */
  readonly count?: number;
}

export type AuditAlarmKind =
  /** The writer before stopped in the middle of a write; nothing acknowledged was lost. */
  | 'audit-torn'
  /** A write or sync failed; the log goes on in a fresh segment. */
  | 'audit-segment-failed'
  /** The open segment was renamed or removed by somebody else. */
  | 'audit-segment-moved'
  /** The open segment was cut short, or written to, by somebody else: entries may be lost. */
  | 'audit-segment-truncated'
  /** Neither the open segment nor a fresh one takes entries. */
  | 'audit-unwritable'
  | 'audit-writable-again'
  /** Another process took the directory over: this one writes no more. */
  | 'audit-lock-lost';
