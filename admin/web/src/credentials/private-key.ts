/** Tells a private key that was pasted in the place of a public one, so that it is not sent to anybody. */

/** PEM of every kind, PuTTY's files, and what the base64 of OpenSSH's own format begins with. */
const marks = /PRIVATE KEY|PuTTY-User-Key-File|Private-Lines:|b3BlbnNzaC1rZXktdjE/i;
/** Lines out of the middle of one: a public key has its type in front of it, or at least begins with that type's length. */
const bareBase64 = /^(?!AAAA)[A-Za-z0-9+/=\s]{40,}$/;

/** Whether the text is a private key or looks like a part of one. */
export function looksPrivate(text: string): boolean {
  return marks.test(text) || bareBase64.test(text.trim());
}
