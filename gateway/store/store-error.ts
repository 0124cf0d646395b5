/** Why a store verb did not answer; `code` tells an operator which hand to use. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;
  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** For what a store that is away may leave undone: any other error is thrown on. */
export function ignoreAway(error: unknown): undefined {
  if (error instanceof StoreError) return undefined;
  throw error;
}

export type StoreErrorCode =
  /** No answer in time, no connection. */
  | 'STORE_UNREACHABLE'
  /** The store answered too late for the write's deadline: nothing was changed. */
  | 'STORE_DEADLINE'
  /** The store answers and takes no changes: it is full, or its disk fails. Nothing was changed. */
  | 'STORE_REFUSED'
  /** The store is not the one this node knows, or lacks what it has known. */
  | 'STORE_LOST'
  /** A record's HMAC does not fit: somebody else wrote it. */
  | 'STORE_TAMPERED'
  /** The store's answer does not have the shape this version writes. */
  | 'STORE_SHAPE';
