/** Why an identity provider's word was not taken; `code` tells who must act. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError';
  readonly code: ProviderErrorCode;
  constructor(code: ProviderErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export type ProviderErrorCode =
  /** No answer, or no usable one: try later; sign-ins and credentials go on. */
  | 'AUTH_PROVIDER_UNREACHABLE'
  /** The provider names itself otherwise than the configuration does. */
  | 'AUTH_ISSUER_DIFFERS'
  /** The clocks of gateway and provider are too far apart. */
  | 'AUTH_CLOCK'
  /** `invalid_grant` for a refresh token: the provider no longer knows that sign-in. */
  | 'AUTH_GRANT_ENDED'
  /** The provider said no, or its answer does not belong to the question. */
  | 'AUTH_REFUSED'
  /** A token that does not verify. */
  | 'AUTH_TOKEN';
