/** Proof that a client holds the private key it offered: its signature over this connection (RFC 4252 section 7). */
import type { OfferedKey } from './offered-key.ts';
import { parseSignature, type SignatureFault, type Verified, verifySignature } from './signature.ts';
import { SshError } from './ssh-error.ts';
import { WireReader, wireString } from './wire.ts';

/** What a signature must be over. */
export interface SignedRequest {
  /** The exchange hash of the connection's first key exchange: what binds a signature to this connection. */
  readonly sessionId: Buffer;
  readonly user: string;
  /** As the client named it. */
  readonly announced: string;
  readonly blob: Buffer;
}

export type Possession =
  | Extract<Verified, { verified: true }>
  | { readonly verified: false; readonly why: SignatureFault | 'signed-something-else' };

const userAuthRequest = 50;

/** The bytes a client signs; the service is the one there is. */
export function signedData({ sessionId, user, announced, blob }: SignedRequest): Buffer {
  return Buffer.concat([
    wireString(sessionId),
    Buffer.of(userAuthRequest),
    wireString(user),
    wireString('ssh-connection'),
    wireString('publickey'),
    Buffer.of(1),
    wireString(announced),
    wireString(blob),
  ]);
}

/**
 * Whether the signature is the offered key's, over exactly this request. Never throws.
 *
 * @param handed the signed bytes as the SSH library kept them; they must be the ones that are made here of what it said
 * @param signature in the form it has on the wire
 */
export function provePossession(
  offered: OfferedKey,
  request: SignedRequest,
  handed: Buffer,
  signature: Buffer,
  demands: { readonly userVerified: boolean } = { userVerified: false },
): Possession {
  const data = signedData(request);
  if (!data.equals(handed)) return { verified: false, why: 'signed-something-else' };
  try {
    return verifySignature(offered.key, offered.algorithm, parseSignature(signature), data, demands);
  } catch (error) {
    if (error instanceof SshError) return { verified: false, why: 'signature-malformed' };
    throw error;
  }
}

/** The session id in front of signed bytes; for callers whose library does not hand it out. Throws `PROTOCOL_SSH`. */
export function sessionIdOf(handed: Buffer): Buffer {
  return new WireReader(handed).string(128);
}
