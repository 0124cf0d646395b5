/** What a host's answer means when it is not the git answer that was asked for. */
import type { IncomingMessage } from 'node:http';

/** Why a host did not serve; the host's own text and address never reach the client. */
export type UpstreamTrouble =
  | { readonly kind: 'unreachable' }
  /** 401 or 403, or a key that SSH does not take: the gateway's own credential, never the client's. */
  | { readonly kind: 'credential-refused'; readonly status?: number }
  | { readonly kind: 'not-found' }
  /** A rename on the same host: the new path below the upstream's base address. */
  | { readonly kind: 'moved'; readonly path: string }
  /** A redirect that leads elsewhere; following it would let the host steer the gateway. */
  | { readonly kind: 'sent-away' }
  | { readonly kind: 'error-status'; readonly status: number }
  /** 200, but not the media type of the question. */
  | { readonly kind: 'not-git'; readonly contentType: string }
  /** The host showed another key than those pinned for it: nothing was sent to it, the gateway's own key included. */
  | { readonly kind: 'host-key' }
  /** The host ended the command before it said anything that is git. */
  | { readonly kind: 'said-nothing' }
  /** It has no address for HTTPS, and operations of that door have no other way. */
  | { readonly kind: 'ssh-only' };

/** An answer that is none, as what it means; the cause is for the operator. */
export class UpstreamTroubleError extends Error {
  override readonly name = 'UpstreamTroubleError';
  readonly code = 'UPSTREAM_TROUBLE';
  readonly trouble: UpstreamTrouble;
  constructor(trouble: UpstreamTrouble, message: string, options?: ErrorOptions) {
    super(message, options);
    this.trouble = trouble;
  }
}

/**
 * Reads status, type and `Location` of an answer.
 *
 * @param base the upstream's base address without a slash at the end
 * @param url what was asked
 * @param contentType the media type a git host answers this question with
 */
export function troubleOf(
  answer: Pick<IncomingMessage, 'statusCode' | 'headers'>,
  base: string,
  url: string,
  contentType: string,
): UpstreamTrouble | undefined {
  const status = answer.statusCode ?? 0;
  if (status >= 300 && status < 400) return redirected(answer.headers.location, base, url);
  if (status === 401 || status === 403) return { kind: 'credential-refused', status };
  if (status === 404 || status === 410) return { kind: 'not-found' };
  if (status !== 200) return { kind: 'error-status', status };
  const type = (answer.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (type !== contentType) return { kind: 'not-git', contentType: type.slice(0, 100) };
  const coding = answer.headers['content-encoding'];
  if (coding !== undefined && coding !== 'identity')
    return { kind: 'not-git', contentType: `${type}, ${coding.slice(0, 50)}` };
  return undefined;
}

const discovery = /^(.+?)(?:\.git)?\/info\/refs$/;

function redirected(location: string | undefined, base: string, url: string): UpstreamTrouble {
  if (location === undefined || location.length > 4096) return { kind: 'sent-away' };
  let target: URL;
  try {
    target = new URL(location, url);
  } catch {
    return { kind: 'sent-away' };
  }
  const home = new URL(base);
  const prefix = `${home.pathname.replace(/\/$/, '')}/`;
  if (target.origin !== home.origin || target.username !== '' || !target.pathname.startsWith(prefix))
    return { kind: 'sent-away' };
  const [, path] = discovery.exec(target.pathname.slice(prefix.length)) ?? [];
  return path === undefined ? { kind: 'sent-away' } : { kind: 'moved', path };
}
