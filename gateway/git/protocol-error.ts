/** Bytes that are not what git's protocol has there: the client is broken or hostile, or the host is. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
  readonly code: ProtocolErrorCode;
  constructor(code: ProtocolErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

export type ProtocolErrorCode =
  /** The framing itself. */
  | 'PROTOCOL_PKT_LINE'
  /** A capability or command that is not allowed or not understood. */
  | 'PROTOCOL_CAPABILITY'
  /** The list of a push's ref updates. */
  | 'PROTOCOL_COMMANDS'
  /** A fetch's wants and haves. */
  | 'PROTOCOL_FETCH_REQUEST'
  /** What the host announces or answers. */
  | 'PROTOCOL_ADVERTISEMENT'
  | 'PROTOCOL_PACK'
  /** Larger than is reasonable, compressed or not. */
  | 'PROTOCOL_TOO_LARGE';
