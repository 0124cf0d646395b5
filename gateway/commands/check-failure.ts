/** Why something could not be reached, in the words of who has to mend it. */

/** Codes of Node that stand for a certificate nobody here vouches for. */
const untrusted = /^(SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_(GET|VERIFY)|CERT_UNTRUSTED)/;

/** The innermost cause: name look-ups and connections come wrapped, and the outer texts say nothing. */
export function failureText(error: unknown): string {
  const errors = chain(error);
  const inner = errors.findLast(({ message }) => message !== '') ?? errors[0];
  return inner?.message.split('\n')[0] || codeOf(error) || 'unknown';
}

/** What to do about it, where the error tells. */
export function failureMend(error: unknown, authorities: string): string | undefined {
  const code = codeOf(error) ?? '';
  if (untrusted.test(code)) return `have ${authorities} name the authority that signed the certificate`;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return 'use a name that the certificate there is made out to';
  if (code === 'CERT_HAS_EXPIRED') return 'renew the certificate there';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'look at the name, and at name service from here';
  if (code === 'ECONNREFUSED') return 'look at the port, and whether the service runs';
  if (code === 'ENOENT' || code === 'EACCES') return 'look at the path, and whether this user may read it';
  return undefined;
}

function codeOf(error: unknown): string | undefined {
  return chain(error)
    .map((each) => (each as NodeJS.ErrnoException).code)
    .findLast((code) => typeof code === 'string');
}

/** The error, what caused it, and of several attempts (IPv6, IPv4) the first. */
function chain(error: unknown): Error[] {
  if (!(error instanceof Error)) return [];
  const [first] = error instanceof AggregateError ? (error.errors as unknown[]) : [];
  return [error, ...chain(first ?? error.cause)];
}
