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
  /** A push's pack. */
  | 'PROTOCOL_PACK'
  /** A compressed body that cannot be opened. */
  | 'PROTOCOL_GZIP'
  /** Larger than is reasonable, compressed or not. */
  | 'PROTOCOL_TOO_LARGE';

/** A push that must not go up: `why` ends the sentence its person reads. */
export function pushFault(why: string): ProtocolError {
  return new ProtocolError('PROTOCOL_COMMANDS', `this push cannot be taken: ${why}`);
}

/** A fetch that must not go up. */
export function fetchFault(why: string): ProtocolError {
  return new ProtocolError('PROTOCOL_FETCH_REQUEST', `this fetch cannot be taken: ${why}`);
}

/** A fetch whose request is longer than is reasonable. */
export function tooLongFetch(limit: number): ProtocolError {
  return new ProtocolError('PROTOCOL_TOO_LARGE', `this fetch's request is longer than ${limit} bytes`);
}

/** A push whose pack must not go up. */
export function packFault(why: string): ProtocolError {
  return new ProtocolError('PROTOCOL_PACK', `this push cannot be taken: ${why}`);
}

/** A push whose pack ends before it is whole. */
export function damagedPack(): ProtocolError {
  return new ProtocolError(
    'PROTOCOL_PACK',
    'the pack came damaged, its checksum is not that of its bytes; nothing was changed; push again',
  );
}
