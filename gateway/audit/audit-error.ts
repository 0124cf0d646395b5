/** Why the audit log did not take an entry; `code` tells an operator where to look. */
export class AuditError extends Error {
  override readonly name = 'AuditError';
  readonly code: AuditErrorCode;
  constructor(code: AuditErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export type AuditErrorCode =
  /** The disk took the entry neither in the open segment nor in a fresh one: nothing new may begin. */
  | 'AUDIT_UNWRITABLE'
  /** More entries wait for the disk than may wait. */
  | 'AUDIT_OVERLOADED'
  /** The log was closed before the entry came. */
  | 'AUDIT_CLOSED'
  /** Another process writes to this directory, or took it over. */
  | 'AUDIT_LOCKED'
  /** A key for checkpoints cannot be used. */
  | 'AUDIT_KEY'
  /** The files end before what is known of the chain elsewhere. */
  | 'AUDIT_ROLLED_BACK'
  /** The directory does not hold what this version writes. */
  | 'AUDIT_DIRECTORY'
  /** The entry does not have the shape of its type, or is too long for a line. */
  | 'AUDIT_ENTRY';
