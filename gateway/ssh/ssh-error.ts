/** Keys, signatures and certificates that cannot be taken. */
export class SshError extends Error {
  override readonly name = 'SshError';
  readonly code: SshErrorCode;
  constructor(code: SshErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

export type SshErrorCode =
  /** Bytes that are not what SSH has there: broken or hostile. */
  | 'PROTOCOL_SSH'
  /** Whole, but of a kind or strength that is not accepted; the text is for whoever brought it. */
  | 'AUTH_SSH_KEY'
  /** A key file of ours that cannot be used; the text is for the operator. */
  | 'CONFIG_SSH_KEY'
  /** The pinned keys of a Git host cannot be used; the text is for the operator. */
  | 'CONFIG_SSH_HOST';

export function formatFault(message: string): SshError {
  return new SshError('PROTOCOL_SSH', message);
}

export function keyFault(message: string): SshError {
  return new SshError('AUTH_SSH_KEY', message);
}
